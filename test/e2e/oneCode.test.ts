import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { otplibOtp } from '../../adapters/otp/otplib.ts';
import { sdkClient, type SdkClient } from './support/sdk.ts';
import { serve, temporaryData, type ServerProcess } from './support/serverProcess.ts';

/* One code, two hundred hands, two doors: it opens once. */

const rounds = 50;
const uses = 200;
const data = temporaryData();
const otp = otplibOtp();
let server: ServerProcess;
let sdk: SdkClient;

beforeAll(async () => {
  server = await serve({ data: data.path });
  const account = await server.rest.ok<{ username: string; password: string }>(
    'POST',
    '/service-accounts',
    { name: 'svc' },
  );
  sdk = sdkClient({ ...server.info, account });
}, 120_000);

afterAll(async () => {
  sdk?.close();
  await data.remove();
});

test(`${uses} parallel uses of one OATH code over SOAP and REST: exactly one success in each of ${rounds} rounds`, async () => {
  for (let round = 0; round < rounds; round += 1) {
    const username = `round${round}@example.org`;
    await server.rest.ok('POST', '/users', { username, method: 'oath' });
    const { secret } = await server.rest.ok<{ secret: string }>(
      'POST',
      `/users/${username}/tokens`,
      {},
    );
    const code = otp.codeAt(secret, Math.floor(Date.now() / 30_000), 6);
    const overSoap = async (): Promise<boolean> => {
      const answer = await sdk.call('ValidateOathCode', { username, oathCode: code });
      expect(answer.status).toBe(200);
      return answer.text('ValidateOathCodeResult') === 'true';
    };
    const overRest = async (): Promise<boolean> => {
      const { status, body } = await server.rest.call<{ state?: string }>(
        'POST',
        '/authentications',
        { user: username, application: 'One code', code },
      );
      // Too many at once is said as such, and lets nobody in.
      expect([200, 429, 503]).toContain(status);
      return body.state === 'approved';
    };
    const answers = await Promise.all(
      Array.from({ length: uses }, (_, index) => (index % 2 === 0 ? overSoap() : overRest())),
    );
    expect(answers.filter(Boolean)).toHaveLength(1);
  }
}, 300_000);
