import { describe, expect, test } from '@jest/globals';
import { Unavailable } from '../../../api/facade.ts';
import { Overloaded } from '../../../api/facade/overloaded.ts';
import { Rejected } from '../../../domain/errors.ts';
import { basic, envelope } from './soapServer.ts';
import { caller, ok, sdkUnderTest, user } from './sdkUnderTest.ts';

const { call, errors, facade, server } = sdkUnderTest();

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
    const { status, headers, body } = await server().send({
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
