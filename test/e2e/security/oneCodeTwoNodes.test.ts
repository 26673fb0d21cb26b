import { afterAll, beforeAll, test } from '@jest/globals';
import { count } from '../../support/profile.ts';
import { startNodes, type Nodes } from '../support/nodes.ts';
import {
  expectNoSecondAccept,
  expectOneAccept,
  heardOverRest,
  heardOverSoap,
  type Heard,
} from '../support/oneAccept.ts';
import { addOathUser, addSdkAccount, inParts, sdkOf, type OathUser } from '../support/people.ts';
import { restClient } from '../support/rest.ts';
import type { SdkClient } from '../support/sdk.ts';
import { temporaryData } from '../support/serverProcess.ts';

/* One right code in many hands, at two doors of two processes. */

/** The row's thousand rounds are run where no HTTP is between (test/activities/oneAccept.test.ts). */
const rounds = Math.max(count(50), 4);
/** Two hundred in the long profile; in the short one what still fits on two cores. */
const uses = Math.max(count(200), 32);
const data = temporaryData();
let nodes: Nodes;
let callers: readonly SdkClient[] = [];
let doors: readonly ((user: OathUser, code: string) => Promise<Heard>)[];

beforeAll(async () => {
  nodes = await startNodes(data.path);
  const { rest } = nodes.first;
  const account = await addSdkAccount(rest, 'svc');
  const { token } = await rest.ok<{ token: string }>('POST', '/api-clients', {
    name: 'caller',
    scopes: ['verify'],
  });
  const both = [nodes.first, nodes.second];
  callers = both.map((node) => sdkOf(node, account));
  doors = [
    ...callers.map((sdk) => async ({ username }: OathUser, oathCode: string) => {
      return heardOverSoap(await sdk.call('ValidateOathCode', { username, oathCode }));
    }),
    ...both.map((node) => {
      const client = restClient(node.info.http, token);
      return async ({ username: user }: OathUser, code: string) => {
        const asked = { user, application: 'One code', code };
        return heardOverRest(
          await client.call<{ state?: string }>('POST', '/authentications', asked),
        );
      };
    }),
  ];
}, 120_000);

afterAll(async () => {
  for (const sdk of callers) sdk.close();
  await nodes.end('SIGTERM');
  await data.remove();
}, 60_000);

test(`SEC-32 one right code ${uses} times at once at 2 processes over SOAP and REST: exactly one accept in each of ${rounds} rounds`, async () => {
  const numbers = Array.from({ length: rounds }, (_, round) => round);
  const users = await inParts(numbers, (round) =>
    addOathUser(nodes.first.rest, `round${round}@example.org`),
  );
  for (const user of users) {
    const code = user.rightCode();
    const heard = await Promise.all(
      Array.from({ length: uses }, (_, index) => doors[index % doors.length]!(user, code)),
    );
    await expectOneAccept(data.path, user.userId, heard);
  }
  expectNoSecondAccept(data.path);
}, 3_600_000);
