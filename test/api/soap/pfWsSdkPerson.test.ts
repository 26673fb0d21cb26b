import { describe, expect, test } from '@jest/globals';
import { caller, ok, sdkUnderTest, user } from './sdkUnderTest.ts';

const { call, callAs, facade } = sdkUnderTest();

describe('exemptions', () => {
  test('OneTimeBypass: its seconds, or those of the company', async () => {
    const children = `${user}<reason>new phone</reason><seconds>15</seconds><bypassedBy>bob</bypassedBy>`;
    expect(await call('OneTimeBypass', children)).toBe(
      `<OneTimeBypassResult>true</OneTimeBypassResult>${ok}`,
    );
    await call('OneTimeBypass', `${user}<reason>again</reason>`);
    expect(facade.asked.map(([, by, , input]) => [by, input])).toEqual([
      [
        { ...caller, onBehalfOf: 'bob' },
        { reason: 'new phone', seconds: 15 },
      ],
      [caller, { reason: 'again' }],
    ]);
    expect(await call('OneTimeBypass', user)).toContain('<Code>9001<');
    callAs({ scopes: new Set(['write users']) });
    expect(await call('OneTimeBypass', children)).toContain('<Code>9025<');
  });

  test('SetPin says whether the PIN must be changed; one against the rules is 9024', async () => {
    const pin = (digits: string, more = '') => call('SetPin', `${user}<pin>${digits}</pin>${more}`);
    expect(await pin('739104', '<pinChangeRequired>true</pinChangeRequired>')).toBe(
      `<SetPinResult>true</SetPinResult>${ok}`,
    );
    await pin('739104');
    expect(facade.asked.map(([command, , , input]) => [command, input])).toEqual([
      ['setPin', { pin: '739104', changeRequired: true }],
      ['setPin', { pin: '739104', changeRequired: false }],
    ]);
    expect(await pin('1')).toContain('<Code>9024<');
    expect(await pin('')).toContain('<Code>9001<');
  });
});

describe('privacy', () => {
  test('GetUserGdpr gives JSON text, DeleteUserGdpr erases; an unknown person is 9020', async () => {
    const answer = await call('GetUserGdpr', user);
    expect(answer).toContain('<GetUserGdprResult>true</GetUserGdprResult><userData>{');
    expect(await call('DeleteUserGdpr', user)).toBe(
      `<DeleteUserGdprResult>true</DeleteUserGdprResult>${ok}`,
    );
    expect(facade.asked.map(([name]) => name)).toEqual(['exportPerson', 'erasePerson']);
    facade.users = [];
    expect(await call('DeleteUserGdpr', user)).toContain('<Code>9020<');
    expect(await call('DeleteUserGdpr')).toContain('<Code>9001<');
  });
});
