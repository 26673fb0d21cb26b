import { afterAll, beforeAll, test } from '@jest/globals';
import { isLong } from '../support/profile.ts';
import {
  expectNoSecondAccept,
  expectOneAccept,
  heardOverRest,
  heardOverSoap,
  type Heard,
} from './support/oneAccept.ts';
import { addOathUser, addSdkAccount, inParts, sdkOf } from './support/people.ts';
import type { SdkClient } from './support/sdk.ts';
import { serve, temporaryData, type ServerProcess } from './support/serverProcess.ts';

/* One code, two hundred hands, two doors: it opens once. */

const rounds = isLong ? 50 : 4;
const uses = 200;
const data = temporaryData();
let server: ServerProcess;
let sdk: SdkClient;

beforeAll(async () => {
  server = await serve({ data: data.path });
  sdk = sdkOf(server, await addSdkAccount(server.rest, 'svc'));
}, 120_000);

afterAll(async () => {
  sdk?.close();
  await data.remove();
});

test(`${uses} parallel uses of one OATH code over SOAP and REST: exactly one success in each of ${rounds} rounds`, async () => {
  const numbers = Array.from({ length: rounds }, (_, round) => round);
  const people = await inParts(numbers, (round) =>
    addOathUser(server.rest, `round${round}@example.org`),
  );
  for (const { username, userId, rightCode } of people) {
    const code = rightCode();
    const overSoap = async (): Promise<Heard> =>
      heardOverSoap(await sdk.call('ValidateOathCode', { username, oathCode: code }));
    const overRest = async (): Promise<Heard> =>
      heardOverRest(
        await server.rest.call<{ state?: string }>('POST', '/authentications', {
          user: username,
          application: 'One code',
          code,
        }),
      );
    const heard = await Promise.all(
      Array.from({ length: uses }, (_, index) => (index % 2 === 0 ? overSoap() : overRest())),
    );
    await expectOneAccept(data.path, userId, heard);
  }
  expectNoSecondAccept(data.path);
}, 600_000);
