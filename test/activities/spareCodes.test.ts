import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { userStream } from '../../domain/ids.ts';
import { count } from '../support/profile.ts';
import { addPerson, changeUser, open, openInput, type Person } from './people.ts';
import { openWorld, type Node, type World } from './world.ts';

let world: World;
let node: Node;
beforeAll(async () => {
  world = await openWorld();
  [node] = world.nodes;
});
afterAll(async () => await world.close());

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const codes = Array.from({ length: 10 }, (_, index) => `ABCDEFGHIJKLMNO${'ABCDEFGHIJ'[index]}`);

const withRecoveryCodes = async (): Promise<Person> => {
  const person = await addPerson(node);
  const command = { type: 'issueRecoveryCodes', codeHashes: codes.map(sha256) } as const;
  await changeUser(node, { who: { userId: person.userId }, command });
  return person;
};
const withPass = async (code: string, once: boolean): Promise<Person> => {
  const person = await addPerson(node);
  const command = {
    type: 'issuePass',
    passId: `pass-${person.userId}`,
    codeHash: sha256(code),
    once,
    minutes: 60,
    reason: 'new phone',
  } as const;
  await changeUser(node, { who: { userId: person.userId }, command });
  return person;
};
const outcomeOf = async (person: Person, code: string) =>
  (await open(node, await openInput(node, person, { code }))).outcome?.code;
/** How many of 100 equal codes at once on two nodes let somebody in. */
const approvals = async (person: Person, code: string): Promise<number> => {
  const inputs = await Promise.all(
    Array.from({ length: 100 }, () => openInput(node, person, { code })),
  );
  const ends = await Promise.all(
    inputs.map((input, index) => open(world.nodes[index % 2 === 0 ? 0 : 1], input)),
  );
  return ends.filter(({ outcome }) => outcome?.code === 'APPROVED').length;
};
const typesOf = async ({ userId }: Person): Promise<readonly string[]> =>
  (await node.events.readStream(userStream(userId))).map(({ type }) => type);

test('SEC-52 a recovery code passes once, however it is typed, 100 times at once too', async () => {
  for (let round = 0; round < count(200); round += 1) {
    const person = await withRecoveryCodes();
    expect(await approvals(person, codes[3]!)).toBe(1);
    const used = (await typesOf(person)).filter((type) => type === 'RecoveryCodeUsed');
    expect(used).toHaveLength(1);
  }
  const person = await withRecoveryCodes();
  expect(await outcomeOf(person, 'abcd efgh-ijkl MNOB')).toBe('APPROVED');
  expect(await outcomeOf(person, codes[1]!)).not.toBe('APPROVED');
  expect(await outcomeOf(person, 'ABCD-EFGH-IJKL-MNOZ')).not.toBe('APPROVED');
}, 120_000);

test('SEC-52 a pass for one use passes once, another until its time is over', async () => {
  const code = 'QRSTUVWXYZ234567';
  const once = await withPass(code, true);
  expect(await approvals(once, code)).toBe(1);
  const often = await withPass(code, false);
  expect(await outcomeOf(often, code)).toBe('APPROVED');
  expect(await outcomeOf(often, code)).toBe('APPROVED');
  const before = world.clock.nowMs;
  world.clock.nowMs += 60 * 60_000;
  expect(await outcomeOf(often, code)).not.toBe('APPROVED');
  world.clock.nowMs = before;
});

test('SEC-52 codes are kept as hashes only', async () => {
  await withRecoveryCodes();
  const bytes = world.bytes();
  for (const code of codes) expect(bytes.includes(code)).toBe(false);
});
