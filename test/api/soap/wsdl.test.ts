import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { readPfWsSdk } from '../../../api/soap/pfWsSdk.ts';
import { readWsdl, wsdlWithAddress } from '../../../api/soap/wsdl.ts';

const wsdl = readPfWsSdk();
const fieldNames = (fields: readonly { name: string }[] = []): readonly string[] =>
  fields.map(({ name }) => name);

describe('the contract as a table', () => {
  test('every published operation, in order', () => {
    expect(wsdl.namespace).toBe('http://www.phonefactor.com/PfWsSdk');
    expect(wsdl.service).toBe('PfWsSdk');
    expect(wsdl.operations.size).toBe(36);
    expect([...wsdl.operations.keys()].slice(0, 4)).toEqual([
      'TestSecurity',
      'TestMasterConnection',
      'CanonicalizeUser',
      'PfAuthUser_4',
    ]);
  });

  test('inputs and outputs in the order of the schema', () => {
    const operation = wsdl.operations.get('PfAuthUser_4');
    expect(fieldNames(operation?.inputs)).toEqual([
      'username',
      'initiatingAuthenticationType',
      'initiatingIp',
      'applicationName',
      'requireUserMatch',
    ]);
    expect(fieldNames(operation?.outputs)).toEqual([
      'PfAuthUser_4Result',
      'callResult',
      'authenticationRequestId',
      'error',
    ]);
  });

  test('types: enumerations never reordered, arrays, structures, simple types', () => {
    const inputs = wsdl.operations.get('PfAuthUser_4')?.inputs;
    const type = inputs?.[1]?.type;
    expect(type?.kind === 'enumeration' ? type.values[8] : undefined).toBe('pfsdk');
    expect(wsdl.operations.get('OneTimeBypass')?.inputs[2]?.type).toEqual({ kind: 'unsignedInt' });
    expect(wsdl.operations.get('GetUserDevices')?.outputs[1]?.type).toMatchObject({
      kind: 'array',
      item: { name: 'UserDevice', type: { kind: 'complex', name: 'UserDevice' } },
    });
    const settings = wsdl.operations.get('GetUserSettings_3')?.outputs[1]?.type;
    expect(settings?.kind === 'complex' ? fieldNames(settings.members) : []).toContain(
      'OathTokenSerialNumber',
    );
  });

  test('a contract that refers to nothing is a mistake, told at once', () => {
    expect(() => readWsdl(wsdl.text.replace('name="CallResult"', 'name="Gone"'))).toThrow(
      TypeError,
    );
    expect(() => readWsdl('<definitions/>')).toThrow(TypeError);
  });
});

test('both addresses, and nothing else, are replaced', () => {
  const address = 'https://mfa.example.org:8443/MFASDK/PfWsSdk.asmx?a=$1&b';
  const text = wsdlWithAddress(wsdl, address);
  expect(text.match(/location="[^"]*"/g)).toEqual(
    Array.from({ length: 2 }, () => `location="${address.replace('&', '&amp;')}"`),
  );
  expect(text.replace(/location="[^"]*"/g, '')).toBe(wsdl.text.replace(/location="[^"]*"/g, ''));
});

const published = fileURLToPath(
  new URL('../../../../shared/contracts/PfWsSdk.wsdl', import.meta.url),
);

test('the file that is served is the contract, byte for byte, where the contract is at hand', () => {
  const served = readFileSync(new URL('../../../api/soap/pfWsSdk.wsdl', import.meta.url));
  const original = existsSync(published) ? readFileSync(published) : served;
  expect(served.equals(original)).toBe(true);
});
