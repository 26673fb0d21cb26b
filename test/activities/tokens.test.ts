import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { tokenStream, userStream } from '../../domain/ids.ts';
import { stepAt } from '../../domain/otpWindow.ts';
import { count } from '../support/profile.ts';
import { addPerson, changeUser, open, openInput, type Person } from './people.ts';
import { order, sealedCode, serialKeyOf, stocked } from './stock.ts';
import { openWorld, otp, type Node, type World } from './world.ts';

let world: World;
let node: Node;
beforeAll(async () => {
  world = await openWorld();
  [node] = world.nodes;
});
afterAll(async () => await world.close());

const typesIn = async (stream: string): Promise<readonly string[]> =>
  (await node.events.readStream(stream)).map(({ type }) => type);
const assign = async (person: Person, serial: string, step?: string) =>
  await order(
    node,
    { type: 'assign', serialKey: serialKeyOf(node, serial), userId: person.userId },
    step,
  );
const activate = async (person: Person, tokenId: string, code: string, step?: string) =>
  await order(
    node,
    {
      type: 'activate',
      userId: person.userId,
      tokenId,
      code: await sealedCode(node, person.userId, code),
    },
    step,
  );
const resync = async (person: Person, tokenId: string, first: string, second: string) =>
  await order(node, {
    type: 'resync',
    userId: person.userId,
    tokenId,
    codes: [
      await sealedCode(node, person.userId, first),
      await sealedCode(node, person.userId, second),
    ],
  });
const outcomeOf = async (person: Person, code: string) =>
  (await open(node, await openInput(node, person, { code }))).outcome?.code;
const stepNow = () => stepAt(world.clock.nowMs, 30);

describe('one token, one person', () => {
  test('two people race for one token: one gets it, and their stream says so', async () => {
    for (let round = 0; round < count(1_000); round += 1) {
      const token = await stocked(node);
      const people = [await addPerson(node), await addPerson(node)] as const;
      const key = serialKeyOf(node, token.serial);
      const orders = people.map(({ userId }, index) =>
        order(world.nodes[index === 0 ? 0 : 1], { type: 'assign', serialKey: key, userId }),
      );
      const results = await Promise.allSettled(orders);
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      const winner = people[results[0]!.status === 'fulfilled' ? 0 : 1];
      const loser = people[results[0]!.status === 'fulfilled' ? 1 : 0];
      expect(await typesIn(tokenStream(key))).toEqual(['TokenImported', 'TokenTaken']);
      expect(await typesIn(userStream(winner.userId))).toContain('TokenAssigned');
      expect(await typesIn(userStream(loser.userId))).not.toContain('TokenAssigned');
    }
  }, 300_000);

  test('a step that is repeated assigns once, also where its answer was lost', async () => {
    const [token, person] = [await stocked(node), await addPerson(node)];
    node.loseNextAnswer();
    await expect(assign(person, token.serial, 'lost')).rejects.toThrow('the answer was lost');
    const { result } = await assign(person, token.serial, 'lost');
    expect(result).toMatchObject({ tokenId: token.tokenId, serial: token.serial });
    await assign(person, token.serial.toLowerCase(), 'another');
    expect(await typesIn(userStream(person.userId))).toEqual(['UserAdded', 'TokenAssigned']);
  });

  test('taken away, or with its person removed, a token is free for another', async () => {
    const token = await stocked(node);
    const [first, second, third] = [
      await addPerson(node),
      await addPerson(node),
      await addPerson(node),
    ];
    await assign(first, token.serial);
    const disable = { type: 'disableToken', tokenId: token.tokenId } as const;
    await changeUser(node, { who: { userId: first.userId }, command: disable });
    await assign(second, token.serial);
    await changeUser(node, {
      who: { usernameKey: second.usernameKey },
      command: { type: 'remove' },
    });
    await assign(third, token.serial);
    expect(await typesIn(tokenStream(serialKeyOf(node, token.serial)))).toEqual([
      'TokenImported',
      'TokenTaken',
      'TokenReleased',
      'TokenTaken',
      'TokenReleased',
      'TokenTaken',
    ]);
    await activate(third, token.tokenId, otp.codeAt(token.secret, stepNow(), 6));
  });

  test('a lost token leaves its person and goes to nobody', async () => {
    const [token, person] = [await stocked(node), await addPerson(node)];
    await assign(person, token.serial);
    const serialKey = serialKeyOf(node, token.serial);
    await order(node, { type: 'lose', serialKey, reason: 'stolen' });
    expect(await typesIn(userStream(person.userId))).toEqual([
      'UserAdded',
      'TokenAssigned',
      'TokenDisabled',
    ]);
    await expect(assign(person, token.serial)).rejects.toThrow('lost');
    // A loss that is told twice is one loss.
    await order(node, { type: 'lose', serialKey, reason: 'stolen' });
    expect(await typesIn(tokenStream(serialKey))).toEqual([
      'TokenImported',
      'TokenTaken',
      'TokenLost',
    ]);
    await expect(assign(person, 'unknown')).rejects.toThrow('no token with this serial number');
  });
});

describe('activation', () => {
  test('its codes count after one right code, which is spent', async () => {
    const [token, person] = [await stocked(node), await addPerson(node)];
    await assign(person, token.serial);
    const code = otp.codeAt(token.secret, stepNow(), 6);
    expect(await outcomeOf(person, code)).not.toBe('APPROVED');
    const { result } = await activate(person, token.tokenId, code);
    expect(result['code']).toBe('right');
    expect(await outcomeOf(person, code)).toBe('CODE_REUSED');
    expect(await outcomeOf(person, otp.codeAt(token.secret, stepNow() + 1, 6))).toBe('APPROVED');
  });

  test('three wrong codes lock it for 15 minutes, the right one included', async () => {
    const [token, person] = [await stocked(node), await addPerson(node)];
    await assign(person, token.serial);
    for (let tries = 0; tries < 3; tries += 1)
      expect((await activate(person, token.tokenId, '000')).result['code']).toBe('wrong');
    const right = () => activate(person, token.tokenId, otp.codeAt(token.secret, stepNow(), 6));
    await expect(right()).rejects.toThrow('locked');
    const before = world.clock.nowMs;
    world.clock.nowMs += 15 * 60_000;
    expect((await right()).result['code']).toBe('right');
    world.clock.nowMs = before;
  });

  test('of 20 wrong codes at once on two nodes three are looked at', async () => {
    const [token, person] = [await stocked(node), await addPerson(node)];
    await assign(person, token.serial);
    const { userId } = person;
    const code = await sealedCode(node, userId, '12');
    const tries = Array.from({ length: 20 }, (_, index) =>
      order(world.nodes[index % 2 === 0 ? 0 : 1], {
        type: 'activate',
        userId,
        tokenId: token.tokenId,
        code,
      }),
    );
    const ends = await Promise.allSettled(tries);
    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    const types = await typesIn(userStream(userId));
    expect(types.filter((type) => type === 'TokenActivationRefused')).toHaveLength(3);
  });

  test('a repeated step counts one wrong code once, and knows a right one again', async () => {
    const [token, person] = [await stocked(node), await addPerson(node)];
    await assign(person, token.serial);
    for (let tries = 0; tries < 5; tries += 1) await activate(person, token.tokenId, '0', 'one');
    const code = otp.codeAt(token.secret, stepNow(), 6);
    node.loseNextAnswer();
    await expect(activate(person, token.tokenId, code, 'two')).rejects.toThrow('lost');
    expect((await activate(person, token.tokenId, code, 'two')).result['code']).toBe('right');
    await expect(activate(person, token.tokenId, code, 'three')).rejects.toThrow('active');
  });
});

describe('resynchronisation', () => {
  test('a clock that went astray is found by two codes in a row, which are spent', async () => {
    const [token, person] = [await stocked(node, { periodSeconds: 60 }), await addPerson(node)];
    await assign(person, token.serial);
    const step = stepAt(world.clock.nowMs, 60) + 17;
    const code = (offset: number) => otp.codeAt(token.secret, step + offset, 6);
    await expect(resync(person, token.tokenId, code(0), code(2))).rejects.toThrow('in a row');
    await resync(person, token.tokenId, code(0), code(1));
    await expect(resync(person, token.tokenId, code(0), code(1))).rejects.toThrow('in a row');
    await activate(person, token.tokenId, code(2));
    expect(await outcomeOf(person, code(1))).toBe('CODE_REUSED');
    const before = world.clock.nowMs;
    world.clock.nowMs += 60_000;
    expect(await outcomeOf(person, code(3))).toBe('APPROVED');
    world.clock.nowMs = before;
  });

  test('a counter that ran ahead is found up to 20 presses away', async () => {
    const token = await stocked(node, { kind: 'hotp', counter: 100 });
    const person = await addPerson(node);
    await assign(person, token.serial);
    const code = (counter: number) => otp.codeAt(token.secret, counter, 6);
    await expect(resync(person, token.tokenId, code(121), code(122))).rejects.toThrow('in a row');
    await resync(person, token.tokenId, code(118), code(119));
    await activate(person, token.tokenId, code(120));
    expect(await outcomeOf(person, code(119))).toBe('WRONG_CODE');
    expect(await outcomeOf(person, code(121))).toBe('APPROVED');
  });
});

describe('event tokens (RFC 4226)', () => {
  const holder = async (counter = 0) => {
    const token = await stocked(node, { kind: 'hotp', counter, digits: 8 });
    const person = await addPerson(node);
    await assign(person, token.serial);
    const code = (at: number) => otp.codeAt(token.secret, at, 8);
    await activate(person, token.tokenId, code(counter));
    return { person, code };
  };

  test('a code passes up to ten presses ahead, and neither it nor an older one again', async () => {
    const { person, code } = await holder();
    expect(await outcomeOf(person, code(12))).toBe('WRONG_CODE');
    expect(await outcomeOf(person, code(11))).toBe('APPROVED');
    expect(await outcomeOf(person, code(11))).toBe('WRONG_CODE');
    expect(await outcomeOf(person, code(5))).toBe('WRONG_CODE');
    expect(await outcomeOf(person, code(12))).toBe('APPROVED');
  });

  test('SEC-32 one code 100 times at once on two nodes passes exactly once', async () => {
    for (let round = 0; round < count(200); round += 1) {
      const { person, code } = await holder(round);
      const inputs = await Promise.all(
        Array.from({ length: 100 }, () => openInput(node, person, { code: code(round + 3) })),
      );
      const ends = await Promise.all(
        inputs.map((input, index) => open(world.nodes[index % 2 === 0 ? 0 : 1], input)),
      );
      const approved = ends.filter(({ outcome }) => outcome?.code === 'APPROVED');
      expect(approved).toHaveLength(1);
      const facts = await typesIn(userStream(person.userId));
      expect(facts.filter((type) => type === 'UserCodeAccepted')).toHaveLength(1);
    }
  }, 300_000);
});
