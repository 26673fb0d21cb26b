import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { authenticationStream, userStream } from '../../domain/ids.ts';
import { count } from '../support/profile.ts';
import { addTokenHolder, codeOf, open, openInput, origin, sealForRequest } from './people.ts';
import { openWorld, runIn, type World } from './world.ts';

let world: World;
beforeAll(async () => void (world = await openWorld()));
afterAll(async () => await world.close());

const minutes = 60_000;

test('SEC-32 one right code 100 times at once on two nodes passes exactly once, and its step never again', async () => {
  for (let round = 0; round < count(1_000); round += 1) {
    const person = await addTokenHolder(world.nodes[0]);
    const code = codeOf(person, world.clock.nowMs, (round % 3) - 1);
    const inputs = await Promise.all(
      Array.from({ length: 100 }, () => openInput(world.nodes[0], person, { code })),
    );
    const ends = await Promise.all(
      inputs.map(async (input, index) => await open(world.nodes[index % 2 === 0 ? 0 : 1], input)),
    );
    const codes = ends.map(({ outcome }) => outcome?.code);
    expect(codes.filter((end) => end === 'APPROVED')).toHaveLength(1);
    expect(codes.filter((end) => end === 'CODE_REUSED')).toHaveLength(9); // The guess budget is ten.
    expect(codes.filter((end) => end === 'THROTTLED')).toHaveLength(90);
    const facts = await world.nodes[0].events.readStream(userStream(person.userId));
    expect(facts.filter(({ type }) => type === 'UserCodeAccepted')).toHaveLength(1);
  }
}, 900_000);

test('SEC-31 eight doors on two nodes, 2,000 wrong codes: no more evaluated than the budget, none accepted', async () => {
  const person = await addTokenHolder(world.nodes[0]);
  const right = new Set([-1, 0, 1].map((offset) => codeOf(person, world.clock.nowMs, offset)));
  const wrong = Array.from({ length: count(2_000) }, (_, index) =>
    String(index).padStart(6, '0'),
  ).filter((code) => !right.has(code));
  const doors = Array.from({ length: 8 }, async (_, door) => {
    const node = world.nodes[door % 2 === 0 ? 0 : 1];
    const ends: string[] = [];
    for (let index = door; index < wrong.length; index += 8) {
      const { outcome } = await open(node, await openInput(node, person, { code: wrong[index]! }));
      ends.push(outcome!.code);
    }
    return ends;
  });
  const ends = (await Promise.all(doors)).flat();
  expect(ends.filter((end) => end === 'APPROVED')).toHaveLength(0);
  // The fifth failure starts the growing delay, and the clock stands still.
  expect(ends.filter((end) => end === 'WRONG_CODE')).toHaveLength(5);
  expect(ends.filter((end) => end === 'THROTTLED')).toHaveLength(wrong.length - 5);
}, 300_000);

test('SEC-32 one right code for an open attempt, on two nodes at once, is used up once', async () => {
  for (let round = 0; round < count(200); round += 1) {
    const person = await addTokenHolder(world.nodes[0]);
    const attempts = await Promise.all(
      [0, 1].map(async () => await openInput(world.nodes[0], person)),
    );
    for (const attempt of attempts)
      expect((await open(world.nodes[0], attempt)).status).toBe('awaiting-code');
    const code = codeOf(person, world.clock.nowMs);
    const taken = await Promise.all(
      attempts.map(async ({ requestId }, index) => {
        const { activities, secrets } = world.nodes[index === 0 ? 0 : 1];
        const sealed = await sealForRequest({ secrets } as never, requestId, 'code', code);
        const input = { requestId, step: 'submit', code: sealed, origin };
        return await runIn(authenticationStream(requestId), activities.submitCode, input);
      }),
    );
    expect(taken.map(({ progress }) => progress.status).toSorted()).toEqual([
      'awaiting-code',
      'ended',
    ]);
  }
}, 120_000);

test('SEC-33 any code text ends as wrong or used before, and so does a clock that was set back', async () => {
  const texts = [
    ' ',
    '1',
    'abcdef',
    '12 34 56 7',
    '１２３４５６',
    '-12345',
    '1e5',
    '\0',
    '🔑',
    '0'.repeat(5_000),
  ];
  for (const code of texts) {
    const person = await addTokenHolder(world.nodes[0]);
    const { outcome } = await open(
      world.nodes[0],
      await openInput(world.nodes[0], person, { code }),
    );
    expect([code.slice(0, 12), outcome?.code]).toEqual([code.slice(0, 12), 'WRONG_CODE']);
  }
  const person = await addTokenHolder(world.nodes[0]);
  const codeNow = async (atMs: number) => {
    world.clock.nowMs = atMs;
    const input = await openInput(world.nodes[0], person, { code: codeOf(person, atMs) });
    return (await open(world.nodes[1], input)).outcome?.code;
  };
  const now = world.clock.nowMs;
  expect(await codeNow(now)).toBe('APPROVED');
  expect(await codeNow(now - 5 * minutes)).toBe('CODE_REUSED');
  expect(await codeNow(now + 6 * minutes)).toBe('APPROVED');
  world.clock.nowMs = now;
});
