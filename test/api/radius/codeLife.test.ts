import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { authenticationStream, userStream } from '../../../domain/ids.ts';
import { userKey } from '../../../domain/sealed.ts';
import { callable, changeUser, open, openInput, origin } from '../../activities/people.ts';
import { openWorld, runIn, type World } from '../../activities/world.ts';

let world: World;
beforeAll(async () => void (world = await openWorld()));
afterAll(async () => await world.close());

test('SEC-11 a code that is asked for because a text cannot be sent lives for 300 seconds at most', async () => {
  const [node] = world.nodes;
  const changes = { whenDeliveryUnreachable: 'oath', codeSeconds: 600 } as const;
  const command = { type: 'changeSettings', changes } as const;
  const step = 'change-codes';
  await runIn(step, node.activities.change, { kind: 'configuration', origin, command }, step);
  const { userId, seed, usernameKey } = await callable(node, 'sms');
  const place = { owner: userKey(userId), stream: userStream(userId), field: 'secret' };
  const secret = await node.secrets.seal(place, seed);
  const data = { tokenId: 'token-1', serial: 'S1', secret, digits: 6, periodSeconds: 30 };
  await changeUser(node, { who: { userId }, command: { type: 'assignToken', data } });

  const channel = 'radius' as const;
  const input = { ...(await openInput(node, { usernameKey })), channel, typesCodes: true };
  const { contact } = await open(node, input);
  world.telephony.answer = async () => ({
    kind: 'refused',
    code: 'PROVIDER_ERROR',
    detail: 'down',
  });
  const { status, expiresAt } = await runIn(
    authenticationStream(input.requestId),
    node.activities.contactPerson,
    { requestId: input.requestId, reference: contact! },
  );
  expect(status).toBe('awaiting-code');
  expect(Date.parse(expiresAt!) - world.clock.nowMs).toBe(300_000);
});
