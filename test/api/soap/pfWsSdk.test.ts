import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createClientAsync } from 'soap';
import { Rejected } from '../../../domain/errors.ts';
import { Unavailable } from '../../../api/facade.ts';
import type { Caller } from '../../../api/facade.ts';
import { Overloaded } from '../../../api/facade/overloaded.ts';
import { pfWsSdk, readPfWsSdk } from '../../../api/soap/pfWsSdk.ts';
import { sdkScopes } from '../../../domain/items/sdkCaller.ts';
import type { SdkCaller } from '../../../api/soap/pfWsSdkOperation.ts';
import { matchesWildcard } from '../../../api/soap/pfWsSdkSearch.ts';
import { alice, fakeFacade } from './fakeFacade.ts';
import { basic, envelope, sdkPath, startServer } from './soapServer.ts';
import type { SoapServer } from './soapServer.ts';

const caller: Caller = { actor: { kind: 'serviceAccount', id: 'svc' }, channel: 'sdk' };
const facade = fakeFacade();
const initial = { attempt: facade.attempt };
const errors: unknown[] = [];
let server: SoapServer;
let sdk: SdkCaller = { caller, secure: true };

beforeAll(async () => {
  const handler = pfWsSdk({
    facade,
    waitMs: 1_000,
    publicUrl: 'http://127.0.0.1/',
    authenticate: async () => ({ kind: 'ok', caller: sdk }),
    onError: (error) => errors.push(error),
  });
  server = await startServer(handler);
});
afterAll(() => server.stop());
beforeEach(() => {
  Object.assign(facade, {
    attempt: initial.attempt,
    users: [alice],
    writable: true,
    missingDevices: false,
  });
  facade.asked.length = 0;
  errors.length = 0;
  sdk = { caller, secure: true };
});

/** The children of an answer as text, without the wrapper. */
const call = async (operation: string, children = ''): Promise<string> => {
  const body = envelope(`<${operation} xmlns="urn:t">${children}</${operation}>`);
  const answer = await server.send({
    headers: { 'content-type': 'text/xml', authorization: basic('svc', 'p') },
    body,
  });
  expect([answer.status, errors]).toEqual([200, []]);
  const start = `<${operation}Response xmlns="urn:t">`;
  return answer.body.slice(
    answer.body.indexOf(start) + start.length,
    answer.body.indexOf(`</${operation}Response>`),
  );
};
const ok = '<error><Code>0</Code></error>';
const error = (code: number, text: string): string =>
  `<error><Code>${code}</Code><Description>${text}</Description></error>`;
const user = '<username>alice@EXAMPLE.org</username>';

describe('health and names', () => {
  test('TestSecurity tells whether the channel is secure', async () => {
    expect(await call('TestSecurity')).toBe('<TestSecurityResult>secure</TestSecurityResult>');
    sdk = { caller, secure: false };
    expect(await call('TestSecurity')).toBe('<TestSecurityResult>insecure</TestSecurityResult>');
  });

  test('TestMasterConnection tells whether changes are possible', async () => {
    expect(await call('TestMasterConnection')).toBe(
      `<TestMasterConnectionResult>true</TestMasterConnectionResult>${ok}`,
    );
    facade.writable = false;
    expect(await call('TestMasterConnection')).toContain(
      'Result>false</TestMasterConnectionResult><error><Code>9006<',
    );
  });

  test('CanonicalizeUser gives the stored spelling', async () => {
    expect(await call('CanonicalizeUser', user)).toBe(
      `<CanonicalizeUserResult>true</CanonicalizeUserResult><canonicalUsername>Alice@example.org</canonicalUsername>${ok}`,
    );
    expect(await call('CanonicalizeUser', '<username>bob</username>')).toBe(
      `<CanonicalizeUserResult>false</CanonicalizeUserResult>${error(9020, 'User not found.')}`,
    );
  });
});

describe('verification', () => {
  const request = `${user}<initiatingAuthenticationType>pfsdk</initiatingAuthenticationType><initiatingIp>192.0.2.7</initiatingIp><applicationName>App</applicationName><requireUserMatch>true</requireUserMatch>`;

  test.each(['PfAuthUser', 'PfAuthUser_2', 'PfAuthUser_3', 'PfAuthUser_4', 'PfAuthUser_5'])(
    '%s runs one attempt for the authenticated account',
    async (operation) => {
      expect(await call(operation, request)).toBe(
        `<${operation}Result>true</${operation}Result><callResult><Code>21</Code><Description>Mobile App Authenticated</Description></callResult>` +
          `<authenticationRequestId>R1</authenticationRequestId>${ok}`,
      );
      expect(facade.asked).toEqual([
        [
          'authenticate',
          caller,
          {
            username: 'alice@EXAMPLE.org',
            application: 'App',
            requireUserMatch: true,
            initiatingIp: '192.0.2.7',
          },
          { waitMs: 1_000, signal: expect.any(AbortSignal) },
        ],
      ]);
    },
  );

  test('unset variables of a script are normal', async () => {
    await call('PfAuthUser_4', user);
    expect(facade.asked[0]?.[2]).toEqual({
      username: 'alice@EXAMPLE.org',
      application: 'SDK',
      requireUserMatch: false,
    });
  });

  test.each([
    ['radius', 'radius'],
    ['userportal', 'portal'],
    ['adfs', 'adfs'],
    ['iis', 'gate'],
    ['unspecified', 'sdk'],
    ['nonsense', 'sdk'],
  ])('authentication type %s shows as channel %s', async (type, channel) => {
    await call(
      'PfAuthUser_4',
      `${user}<initiatingAuthenticationType>${type}</initiatingAuthenticationType>`,
    );
    expect(facade.asked[0]?.[1].channel).toBe(channel);
  });

  test.each([
    [{ state: 'denied', code: 'USER_DENIED', method: 'app' }, 0, 'Mobile App Denied', 12],
    [{ state: 'denied', code: 'USER_BLOCKED' }, 14, 'User is Blocked', 12],
    [{ state: 'denied', code: 'USER_NOT_FOUND' }, 0, '', 9020],
    [{ state: 'expired', code: 'NO_RESPONSE', method: 'app' }, 0, 'Mobile App No Response', 12],
    [{ state: 'awaiting-user', method: 'app' }, 0, 'Auth Result Timeout', 12],
    [{ state: 'awaiting-code', method: 'oath' }, 22, 'OATH Code Pending', 0],
    [{ state: 'awaiting-code', method: 'sms' }, 20, 'Text Message Sent', 0],
  ] as const)('%j is told as false', async (attempt, code, text, errorCode) => {
    facade.attempt = { requestId: 'R2', ...attempt };
    const answer = await call('PfAuthUser_4', request);
    expect(answer).toContain('<PfAuthUser_4Result>false</PfAuthUser_4Result>');
    expect(answer).toContain(
      `<callResult><Code>${code}</Code>${text === '' ? '' : `<Description>${text}</Description>`}</callResult>`,
    );
    expect(answer).toContain(
      `<authenticationRequestId>R2</authenticationRequestId><error><Code>${errorCode}</Code>`,
    );
  });

  test('a person who is legitimately not asked is let in', async () => {
    facade.attempt = { requestId: 'R3', state: 'skipped', code: 'NOT_ENROLLED' };
    expect(await call('PfAuthUser_4', request)).toContain(
      '<PfAuthUser_4Result>true</PfAuthUser_4Result><callResult><Code>0</Code></callResult>',
    );
  });

  test('a temporary problem and a refusal by the rules', async () => {
    facade.attempt = new Unavailable('log');
    expect(await call('PfAuthUser_4', request)).toContain('<error><Code>9006</Code>');
    facade.attempt = new Rejected('throttled', 'too many');
    expect(await call('PfAuthUser_4', request)).toContain('<error><Code>9005</Code>');
  });

  test('REL-13 too much at once is no verdict: 503 with a time to come again', async () => {
    facade.attempt = new Overloaded('too many wait');
    const { status, headers, body } = await server.send({
      headers: { 'content-type': 'text/xml', authorization: basic('svc', 'p') },
      body: envelope(`<PfAuthUser_4 xmlns="urn:t">${request}</PfAuthUser_4>`),
    });
    expect([status, headers['retry-after'], errors]).toEqual([503, '5', []]);
    expect(body).not.toContain('Result');
  });

  test.each(['', '<username/>', `<username>${'a'.repeat(257)}</username>`])(
    'no usable name: 9001 (%#)',
    async (children) => {
      expect(await call('PfAuthUser_4', children)).toContain(
        '<callResult><Code>0</Code></callResult><error><Code>9001</Code>',
      );
      expect(facade.asked).toEqual([]);
    },
  );

  test('ValidateOtp hands the code to the open request; a wrong one is refused', async () => {
    facade.attempt = { requestId: 'R1', state: 'awaiting-code', method: 'sms', triesLeft: 2 };
    const answer = await call(
      'ValidateOtp',
      '<authenticationRequestId> ab12 </authenticationRequestId><otp>123456</otp>',
    );
    expect(answer).toContain(
      'Result>false</ValidateOtpResult><callResult><Code>0</Code><Description>Text Message OTP Incorrect<',
    );
    expect(facade.asked).toEqual([['submitCode', caller, 'AB12', '123456']]);
    facade.attempt = new Rejected('notFound', 'no such request');
    expect(
      await call('ValidateOtp', '<authenticationRequestId>x</authenticationRequestId><otp>1</otp>'),
    ).toContain('<Code>9023<');
  });

  test('ValidateOathCode decides one code at once', async () => {
    facade.attempt = { requestId: 'R1', state: 'approved', code: 'APPROVED', method: 'oath' };
    expect(await call('ValidateOathCode', `${user}<oathCode>123456</oathCode>`)).toContain(
      'Result>true</ValidateOathCodeResult><callResult><Code>23<',
    );
    expect(facade.asked[0]?.[2]).toMatchObject({ code: '123456', requireUserMatch: true });
  });
});

describe('users', () => {
  test.each([
    [
      'GetUserSettings',
      '<Mode>phone</Mode><PinMode>standard</PinMode><PinChangeRequired>false</PinChangeRequired><Enabled>true</Enabled>',
    ],
    [
      'GetUserSettings_2',
      '<Mode>phoneApp</Mode><PinMode>standard</PinMode><SmsDirection>oneWay</SmsDirection><SmsMode>otp</SmsMode><PhoneAppMode>standard</PhoneAppMode><PinChangeRequired>false</PinChangeRequired><Enabled>true</Enabled>',
    ],
    [
      'GetUserSettings_3',
      '<PinChangeRequired>false</PinChangeRequired><OathTokenEnabled>true</OathTokenEnabled><OathTokenSerialNumber>S-1</OathTokenSerialNumber><Enabled>true</Enabled>',
    ],
  ])('%s in the members of its age', async (operation, members) => {
    const answer = await call(operation, user);
    expect(answer).toContain(
      '<userSettings><FirstName>Alice</FirstName><LastName>A</LastName><Email>alice@example.org</Email><UserGroup>Sales</UserGroup><Language>en</Language><Mode>',
    );
    expect(answer).toContain(`${members}</userSettings>${ok}`);
  });

  test('GetUserInfo, GetPhone and GetUserDevices never show more than the view', async () => {
    const phone =
      '<userPhone><CountryCode>1</CountryCode><PhoneNumber>XXXXXXX147</PhoneNumber><Extension>12</Extension></userPhone>';
    const devices =
      '<userDevices><UserDevice><DeviceName>Phone</DeviceName><DeviceToken>D1</DeviceToken><OathTokenEnabled>false</OathTokenEnabled></UserDevice></userDevices>';
    expect(await call('GetPhone', user)).toContain(phone);
    expect(await call('GetUserDevices', user)).toContain(devices);
    expect(await call('GetUserInfo', user)).toContain(`</userSettings>${phone}${devices}${ok}`);
  });

  test('Disable and Enable: the account is the actor, the name in the message stands beside it', async () => {
    expect(await call('Disable', `${user}<changedBy>alice@EXAMPLE.org</changedBy>`)).toBe(
      `<DisableResult>true</DisableResult>${ok}`,
    );
    await call('Enable', user);
    expect(facade.asked).toEqual([
      [
        'setUserEnabled',
        { ...caller, onBehalfOf: 'alice@EXAMPLE.org' },
        'alice@EXAMPLE.org',
        false,
      ],
      ['setUserEnabled', caller, 'alice@EXAMPLE.org', true],
    ]);
  });

  test('AddUser and RemoveUser', async () => {
    const settings =
      '<userSettings><FirstName>Bob</FirstName><Mode>oathToken</Mode><Enabled>true</Enabled></userSettings>';
    const phone =
      '<userPhone><CountryCode>49</CountryCode><PhoneNumber>301234</PhoneNumber><Extension>5</Extension></userPhone>';
    expect(await call('AddUser', `<username>bob</username>${phone}${settings}`)).toContain(
      '<AddUserResult>true',
    );
    expect(facade.asked[0]?.[2]).toEqual({
      username: 'bob',
      firstName: 'Bob',
      method: 'oath',
      enabled: true,
      phone: '+49 301234 x5',
    });
    expect(await call('AddUser', user)).toContain('<Code>9021<');
    expect(await call('RemoveUser', '<username>bob</username>')).toContain('<Code>9020<');
  });

  test('SetUserSettings changes what was given and what its type can express', async () => {
    await call(
      'SetUserSettings',
      `${user}<userSettings><Email>a@b</Email><Mode>phone</Mode><Enabled>false</Enabled></userSettings>`,
    );
    await call('SetUserSettings_3', `${user}<userSettings><Mode>phone</Mode></userSettings>`);
    expect(facade.asked.map(([command, , , input]) => [command, input])).toEqual([
      ['updateUser', { email: 'a@b' }],
      ['setUserEnabled', false],
      ['updateUser', { method: 'call' }],
    ]);
  });

  test.each([
    ['SetUserSettings', '<PinMode>pin</PinMode>', { appMode: 'pin' }],
    [
      'SetUserSettings_2',
      '<Mode>sms</Mode><SmsMode>otpPlusPin</SmsMode>',
      { method: 'sms', smsMode: 'pin' },
    ],
    ['SetUserSettings_2', '<SmsDirection>twoWay</SmsDirection>', { smsDirection: 'twoWay' }],
    ['SetUserSettings_2', '<PinMode>pin</PinMode><PhoneAppMode>standard</PhoneAppMode>', undefined],
    [
      'SetUserSettings_3',
      '<Mode>phone</Mode><PinMode>pin</PinMode><Language>de</Language>',
      {
        method: 'call',
        callMode: 'pin',
        callLanguage: 'de',
      },
    ],
  ])('%s takes %s', async (operation, settings, changes) => {
    await call(operation, `${user}<userSettings>${settings}</userSettings>`);
    expect(facade.asked.map(([, , , input]) => input)).toEqual(changes ? [changes] : []);
  });

  test('PinChangeRequired is refused: it goes with the PIN', async () => {
    const settings = '<userSettings><PinChangeRequired>true</PinChangeRequired></userSettings>';
    expect(await call('SetUserSettings_2', `${user}${settings}`)).toContain('<Code>9024<');
  });

  test('SetPhone takes both numbers; without a country code the company’s counts', async () => {
    await call(
      'SetPhone',
      `${user}<userPhone><CountryCode>43</CountryCode><PhoneNumber>5550100</PhoneNumber><BackupPhoneNumber>5550101</BackupPhoneNumber><BackupExtension>7</BackupExtension></userPhone>`,
    );
    expect(facade.asked[0]?.[3]).toEqual({ phone: '+43 5550100', backupPhone: '5550101 x7' });
  });

  test('SetPhone, SetOathToken, GetPhoneAppActivationCode, RemoveUserDevice', async () => {
    await call('SetPhone', `${user}<userPhone><PhoneNumber>5550100</PhoneNumber></userPhone>`);
    await call(
      'SetOathToken',
      `${user}<serialNumber>S</serialNumber><secretKey>ABC</secretKey><timeInterval>60</timeInterval>`,
    );
    expect(await call('GetPhoneAppActivationCode', user)).toContain(
      '<activationCode>123456789</activationCode><activationUrl>https://m.example.org/s</activationUrl>',
    );
    await call('RemoveUserDevice', `${user}<deviceToken>D1</deviceToken>`);
    expect(facade.asked.map(([command, , , input]) => [command, input])).toEqual([
      ['updateUser', { phone: '5550100' }],
      ['assignOathToken', { secret: 'ABC', serial: 'S', periodSeconds: 60 }],
      ['createActivation', undefined],
      ['removeDevice', 'D1'],
    ]);
    expect(
      await call(
        'SetOathToken',
        `${user}<secretKey>ABC</secretKey><timeInterval>45</timeInterval>`,
      ),
    ).toContain('<Code>9024<');
  });

  test('RemoveUserDevice tells an unknown user from an unknown device', async () => {
    expect(
      await call('RemoveUserDevice', '<username>bob</username><deviceToken>D1</deviceToken>'),
    ).toContain('<Code>9020<');
    facade.missingDevices = true;
    expect(await call('RemoveUserDevice', `${user}<deviceToken>D9</deviceToken>`)).toContain(
      '<Code>9023<',
    );
  });

  test.each([
    ['', true],
    ['<usernameFilter>alice*</usernameFilter>', true],
    [
      '<usernameFilter>alice*</usernameFilter><usernameCaseSensitive>true</usernameCaseSensitive>',
      false,
    ],
    ['<emailFilter>*@example.org</emailFilter><phoneFilter>*147</phoneFilter>', true],
    ['<modeFilter>phoneApp</modeFilter><modeSpecified>true</modeSpecified>', true],
    ['<modeFilter>sms</modeFilter>', true],
    ['<modeFilter>sms</modeFilter><modeSpecified>true</modeSpecified>', false],
    ['<enabledFilter>false</enabledFilter><enabledSpecified>1</enabledSpecified>', false],
    ['<pinModeFilter>pin</pinModeFilter><pinModeSpecified>true</pinModeSpecified>', false],
    ['<tagIds><string/></tagIds>', true],
    ['<tagIds><string>t</string></tagIds>', false],
  ])('FindUsers_4 %s', async (filters, found) => {
    const answer = await call('FindUsers_4', filters);
    expect(answer).toContain('<resultsComplete>true</resultsComplete>');
    expect(answer).toContain(
      found ? '<UserRow><Username>Alice@example.org</Username>' : '<userResults/>',
    );
  });

  test('FindUsers stops at 1,000 and says so', async () => {
    facade.users = Array.from({ length: 1_001 }, (_, i) => ({ ...alice, username: `u${i}` }));
    const answer = await call('FindUsers', '<usernameFilter>u*</usernameFilter>');
    expect(answer.match(/<UserRow>/g)).toHaveLength(1_000);
    expect(answer).toContain('<resultsComplete>false</resultsComplete>');
  });
});

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
    sdk = { caller, secure: true, scopes: new Set(['write users']) };
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

describe('what is refused', () => {
  test('CombinedAuthUser_4 is not offered, and says so', async () => {
    expect(await call('CombinedAuthUser_4', user)).toContain(
      error(9026, 'This server does not offer this operation.'),
    );
    expect(facade.asked).toEqual([]);
  });

  const scopeOf = (operation: string): string => {
    if (/^Test|^CombinedAuthUser/.test(operation)) return 'none';
    if (/^PfAuthUser|^Validate/.test(operation)) return 'verify';
    if (operation.endsWith('Gdpr')) return 'privacy';
    if (operation === 'OneTimeBypass') return 'bypass';
    if (operation === 'GetPhoneAppActivationCode') return 'mobile';
    return /^Get|^Find|^Canonicalize/.test(operation) ? 'read users' : 'write users';
  };

  test('SEC-63 every operation with every scope: only its own opens it', async () => {
    for (const scope of sdkScopes) {
      sdk = { caller, secure: true, scopes: new Set([scope]) };
      for (const operation of readPfWsSdk().operations.keys()) {
        facade.asked.length = 0;
        const mayCall = ['none', scope].includes(scopeOf(operation));
        const refused = (await call(operation)).includes('<Code>9025<');
        expect([operation, scope, refused]).toEqual([operation, scope, !mayCall]);
        if (refused) expect(facade.asked).toEqual([]);
      }
    }
  });

  test('an account without the scope is told 9025 and nothing happens', async () => {
    sdk = { caller, secure: true, scopes: new Set(['verify']) };
    expect(await call('PfAuthUser_4', user)).toContain('Result>true<');
    const others = ['Disable', 'GetUserInfo', 'GetPhoneAppActivationCode', 'FindUsers'];
    for (const operation of [...others, 'GetUserGdpr', 'DeleteUserGdpr']) {
      expect(await call(operation, user)).toContain('<Code>9025<');
    }
    expect(facade.asked).toHaveLength(1);
  });
});

test('a client made from the WSDL calls it', async () => {
  const headers = { Authorization: basic('svc', 'p') };
  const endpoint = `http://127.0.0.1:${server.port}${sdkPath}`;
  const client = await createClientAsync(`${endpoint}?WSDL`, { wsdl_headers: headers, endpoint });
  client.addHttpHeader('Authorization', headers.Authorization);
  for (const force of [false, true]) {
    const [answer] = (await client['PfAuthUser_4Async'](
      {
        username: 'alice@example.org',
        initiatingAuthenticationType: 'pfsdk',
        requireUserMatch: true,
      },
      { forceSoap12Headers: force },
    )) as [Record<string, unknown>];
    expect(answer['PfAuthUser_4Result']).toBe(true);
    expect(answer['callResult']).toEqual({ Code: 21, Description: 'Mobile App Authenticated' });
  }
});

test.each([
  ['a*c', 'abc', true],
  ['a*c', 'ac', true],
  ['a*c', 'a', false],
  ['*', '', true],
  ['**b**', 'abc', true],
  ['a*a', 'a', false],
  ['a*b*c', 'acb', false],
  ['abc', 'abc', true],
  ['ab', 'abc', false],
])('wildcard %s on %s', (pattern, text, fits) => {
  expect(matchesWildcard(pattern, text)).toBe(fits);
});
