import { describe, expect, test } from '@jest/globals';
import { createClientAsync } from 'soap';
import { readPfWsSdk } from '../../../api/soap/pfWsSdk.ts';
import { sdkScopes } from '../../../domain/items/sdkCaller.ts';
import { basic, sdkPath } from './soapServer.ts';
import { error, ok, sdkUnderTest, user } from './sdkUnderTest.ts';

const { call, callAs, facade, server } = sdkUnderTest();

describe('health and names', () => {
  test('TestSecurity tells whether the channel is secure', async () => {
    expect(await call('TestSecurity')).toBe('<TestSecurityResult>secure</TestSecurityResult>');
    callAs({ secure: false });
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
      callAs({ scopes: new Set([scope]) });
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
    callAs({ scopes: new Set(['verify']) });
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
  const endpoint = `http://127.0.0.1:${server().port}${sdkPath}`;
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
