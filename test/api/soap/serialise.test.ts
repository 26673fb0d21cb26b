import { describe, expect, test } from '@jest/globals';
import { readPfWsSdk } from '../../../api/soap/pfWsSdk.ts';
import { writeAnswer } from '../../../api/soap/serialise.ts';
import type { Outputs } from '../../../api/soap/serialise.ts';

const wsdl = readPfWsSdk();
const write = (name: string, outputs: Outputs, namespace = 'urn:n'): string => {
  const operation = wsdl.operations.get(name);
  if (operation === undefined) throw new TypeError(name);
  return writeAnswer(operation, namespace, outputs).xml;
};
const ok = '<error><Code>0</Code></error>';

describe('answers', () => {
  test('a refusal as the contract prints it', () => {
    const answer = write('PfAuthUser_4', {
      error: { Description: 'Multi-Factor Authentication denied.', Code: 12 },
      authenticationRequestId: '284960B22FD7A0AEEEC89AC470B6BAF0',
      callResult: { Code: 102, Description: 'Phone Unreachable' },
      Result: false,
    });
    expect(answer).toBe(
      '<PfAuthUser_4Response xmlns="urn:n"><PfAuthUser_4Result>false</PfAuthUser_4Result>' +
        '<callResult><Code>102</Code><Description>Phone Unreachable</Description></callResult>' +
        '<authenticationRequestId>284960B22FD7A0AEEEC89AC470B6BAF0</authenticationRequestId>' +
        '<error><Code>12</Code><Description>Multi-Factor Authentication denied.</Description></error>' +
        '</PfAuthUser_4Response>',
    );
  });

  test('Result, callResult and error are there even if nothing is known', () => {
    expect(write('PfAuthUser_4', {})).toBe(
      '<PfAuthUser_4Response xmlns="urn:n"><PfAuthUser_4Result>false</PfAuthUser_4Result>' +
        `<callResult><Code>0</Code></callResult>${ok}</PfAuthUser_4Response>`,
    );
  });

  test('flags of the contract are always written, other structures only with a value', () => {
    expect(write('CombinedAuthUser_4', {})).toContain('<pfAuthSucceeded>false</pfAuthSucceeded>');
    expect(write('GetUserSettings', {})).not.toContain('userSettings');
    expect(write('GetUserDevices', {})).toContain('<userDevices/>');
  });

  test('members of nested types stand in the order of the schema, whatever the order of the keys', () => {
    const answer = write('GetUserDevices', {
      Result: true,
      userDevices: [{ OathTokenEnabled: true, DeviceToken: 'T', DeviceName: 'A & B' }, {}],
    });
    expect(answer).toContain(
      '<userDevices><UserDevice><DeviceName>A &amp; B</DeviceName><DeviceToken>T</DeviceToken>' +
        '<OathTokenEnabled>true</OathTokenEnabled></UserDevice>' +
        '<UserDevice><OathTokenEnabled>false</OathTokenEnabled></UserDevice></userDevices>',
    );
  });

  test('text without value is left out; a caller without namespace gets none', () => {
    expect(write('TestSecurity', { Result: 'secure' }, '')).toBe(
      '<TestSecurityResponse><TestSecurityResult>secure</TestSecurityResult></TestSecurityResponse>',
    );
    expect(write('TestSecurity', {}, '')).toBe('<TestSecurityResponse/>');
  });

  test.each<[string, Outputs]>([
    ['PfAuthUser_4', { nonsense: 'x' }],
    ['PfAuthUser_4', { Result: 'true' }],
    ['PfAuthUser_4', { error: { Code: '12' } }],
    ['PfAuthUser_4', { error: { Code: 1.5 } }],
    ['PfAuthUser_4', { error: 'x' }],
    ['PfAuthUser_4', { error: { Stack: 'x' } }],
    ['GetUserDevices', { userDevices: {} }],
    ['GetUserSettings', { userSettings: { Mode: 'phoneApp' } }],
  ])('%s %j does not fit the contract', (name, outputs) => {
    expect(() => write(name, outputs)).toThrow(TypeError);
  });
});
