import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { addOathUser, addSdkAccount, sdkOf, type OathUser } from '../support/people.ts';
import { pfAuthUser, type SdkClient } from '../support/sdk.ts';
import { serve, temporaryData, type ServerProcess } from '../support/serverProcess.ts';

// Whatever a busy machine takes: no promise is measured by it.
jest.setTimeout(120_000);

/* What people and programs put where a code belongs. */

/** `wide` turns ASCII digits into full-width ones. */
const wide = (digits: string): string =>
  digits.replaceAll(/\d/g, (digit) => String.fromCodePoint(digit.charCodeAt(0) + 0xfee0));

type Text = { readonly name: string; readonly of: (user: OathUser) => string };
const texts: readonly Text[] = [
  { name: 'nothing', of: () => '' },
  { name: 'blanks', of: () => '      ' },
  { name: 'one digit', of: () => '7' },
  { name: 'letters', of: () => 'abcdef' },
  { name: 'a wrong code', of: (user) => user.wrongCode(123_456) },
  { name: 'the right code in full-width digits', of: (user) => wide(user.rightCode()) },
  { name: 'Arabic digits', of: () => '٠١٢٣٤٥' },
  { name: 'the right code with a sign', of: (user) => `+${user.rightCode()}` },
  { name: 'the right code as hexadecimal digits', of: (user) => `0x${user.rightCode()}` },
  { name: 'the right code twice', of: (user) => user.rightCode() + user.rightCode() },
  { name: 'the right code without its last digit', of: (user) => user.rightCode().slice(0, -1) },
  { name: 'markup', of: () => '<a>&"\'' },
  { name: 'a lone surrogate', of: () => '\ud800' },
  { name: '64 characters', of: () => '9'.repeat(64) },
  { name: '65 characters', of: () => '9'.repeat(65) },
  { name: '10,000 characters', of: () => '9'.repeat(10_000) },
];

const notTexts = [123_456, 0, -1, 1.5, true, null, [], ['123456'], {}, { code: '1' }] as const;

const data = temporaryData();
let server: ServerProcess;
let sdk: SdkClient;
let number = 0;

const somebody = (): Promise<OathUser> => {
  number += 1;
  return addOathUser(server.rest, `text${number}@example.org`);
};

beforeAll(async () => {
  server = await serve({ data: data.path });
  sdk = sdkOf(server, await addSdkAccount(server.rest, 'svc'));
}, 120_000);

afterAll(async () => {
  sdk.close();
  await data.remove();
}, 60_000);

type Shown = { state?: string; code?: string; requestId?: string };

const challenge = async (user: OathUser, application: string): Promise<string> => {
  const { status, body } = await server.rest.call<Shown>('POST', '/authentications', {
    user: user.username,
    application,
  });
  expect([status, body.state]).toEqual([202, 'awaiting-code']);
  return body.requestId ?? '';
};

/** Refused by the schema, or judged and wrong. */
const expectRefused = ({ status, body }: { status: number; body: Shown }, text: string): void => {
  if (text.length > 64) {
    expect(status).toBe(400);
    return;
  }
  expect(status).toBe(200);
  expect(body.state === 'denied' || body.state === 'awaiting-code').toBe(true);
  if (body.state === 'denied') expect(body.code).toBe('WRONG_CODE');
};

describe('SEC-33 any text where a code belongs', () => {
  test.each(texts)('SEC-33 $name is no code at any door', async ({ of }) => {
    const user = await somebody();
    const { rest } = server;
    const { username } = user;
    const text = of(user);

    const oneShot = { user: username, application: 'One shot', code: text };
    expectRefused(await rest.call<Shown>('POST', '/authentications', oneShot), text);
    const requestId = await challenge(user, 'Two steps');
    const submit = `/authentications/${requestId}/code`;
    expectRefused(await rest.call<Shown>('POST', submit, { code: text }), text);

    // XML cannot carry a lone surrogate: it is sent as what UTF-8 makes of it.
    const soap = await sdk.call('ValidateOathCode', { username, oathCode: text });
    expect(soap.status).toBe(200);
    expect(soap.text('ValidateOathCodeResult')).toBe('false');
    const begun = await pfAuthUser(sdk, username, { application: 'SOAP' });
    const authenticationRequestId = begun.text('authenticationRequestId') ?? '';
    const second = await sdk.call('ValidateOtp', { authenticationRequestId, otp: text });
    expect(second.status).toBe(200);
    expect(second.text('ValidateOtpResult')).toBe('false');
  });

  test('SEC-33 an empty code is judged and asks nobody', async () => {
    const { username } = await somebody();
    const asked = { user: username, application: 'Empty', code: '' };
    const { status, body } = await server.rest.call<Shown>('POST', '/authentications', asked);
    expect([status, body.state, body.code]).toEqual([200, 'denied', 'WRONG_CODE']);
  });

  test('SEC-33 what is no text is a clean 400', async () => {
    const user = await somebody();
    const requestId = await challenge(user, 'Types');
    for (const code of notTexts) {
      const asked = { user: user.username, application: 'Types', code };
      for (const [path, body] of [
        ['/authentications', asked],
        [`/authentications/${requestId}/code`, { code }],
      ] as const) {
        const answer = await server.rest.call<{ status: number; errors?: unknown[] }>(
          'POST',
          path,
          body,
        );
        expect(answer.status).toBe(400);
        expect(answer.body.errors).toHaveLength(1);
      }
    }
    // The attempt is as it was: the right code opens it.
    const right = await server.rest.call<Shown>('POST', `/authentications/${requestId}/code`, {
      code: user.rightCode(),
    });
    expect([right.status, right.body.state]).toEqual([200, 'approved']);
  });

  test('SEC-33 none of it is an error in the log', () => {
    const errors = server
      .log()
      .split('\n')
      .filter((line) => line.includes('"level":"error"'));
    expect(errors).toEqual([]);
  });
});
