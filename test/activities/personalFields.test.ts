import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { authenticationStream } from '../../domain/ids.ts';
import { userKey } from '../../domain/sealed.ts';
import { addTokenHolder, codeOf, open, openInput } from './people.ts';
import { openWorld, type Node, type World } from './world.ts';

let world: World;
let node: Node;
beforeEach(async () => {
  world = await openWorld();
  [node] = world.nodes;
});
afterEach(async () => await world.close());

const username = 'Canary.Name@example.org';
const initiatingIp = '198.51.100.77';

const requested = async (requestId: string) => {
  const [first] = await node.events.readStream(authenticationStream(requestId));
  if (first?.type !== 'AuthenticationRequested') throw new Error('not on record');
  return first.data;
};

test('what is personal stands in the log under the key of the person alone, and in no file in the clear', async () => {
  const person = await addTokenHolder(node, 'canary.name@example.org');
  const code = codeOf(person, world.clock.nowMs);
  const input = await openInput(node, person, { username, initiatingIp, code });
  expect((await open(node, input)).outcome?.code).toBe('APPROVED');
  const { requestId } = input;
  const stream = authenticationStream(requestId);
  const data = await requested(requestId);
  const owner = userKey(person.userId);
  expect(await node.secrets.open({ owner, stream, field: 'username' }, data.username!)).toBe(
    username,
  );
  expect(
    await node.secrets.open({ owner, stream, field: 'initiatingIp' }, data.initiatingIp!),
  ).toBe(initiatingIp);
  expect([data.username, data.initiatingIp]).not.toContain(input.username);
  const files = world.bytes();
  expect(files.includes(requestId)).toBe(true);
  for (const canary of [username, username.toLowerCase(), initiatingIp, person.seed, code])
    expect([canary, files.includes(canary)]).toEqual([canary, false]);
  await node.secrets.destroy(owner);
  for (const field of ['username', 'initiatingIp'] as const)
    expect(await node.secrets.open({ owner, stream, field }, data[field]!)).toBeUndefined();
});

test('a name as it is stored says nothing new and is left out', async () => {
  const person = await addTokenHolder(node, 'jo');
  const input = await openInput(node, person, { username: 'jo' });
  await open(node, input);
  expect(await requested(input.requestId)).not.toHaveProperty('username');
});

test('what an unknown person typed stays under the key of requests', async () => {
  const input = await openInput(node, { usernameKey: 'nobody' }, { username, initiatingIp });
  expect((await open(node, input)).outcome?.code).toBe('USER_NOT_FOUND');
  const data = await requested(input.requestId);
  expect(data).toMatchObject({ username: input.username, initiatingIp: input.initiatingIp });
  expect(data).not.toHaveProperty('userId');
  expect(world.bytes().includes(initiatingIp)).toBe(false);
});
