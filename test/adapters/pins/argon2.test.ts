import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { argon2Pins, tagOf } from '../../../adapters/pins/argon2.ts';
import { createSlots } from '../../../adapters/pins/slots.ts';
import { count, seed } from '../../support/profile.ts';

const pins = argon2Pins();

describe('SEC-50 argon2id', () => {
  test('the test vector of RFC 9106 §5.3', async () => {
    const tag = await tagOf({
      message: Buffer.alloc(32, 1),
      nonce: Buffer.alloc(16, 2),
      secret: Buffer.alloc(8, 3),
      associatedData: Buffer.alloc(12, 4),
      parallelism: 4,
      memory: 32,
      passes: 3,
      tagLength: 32,
    });
    expect(tag.toString('hex')).toBe(
      '0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659',
    );
  });

  test('a hash says what it cost, and no two are equal', async () => {
    const [one, other] = await Promise.all([pins.hash('4711'), pins.hash('4711')]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
    expect(one).not.toBe(other);
  });

  test('the right text fits its hash, another one does not', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), fc.string(), async (text, other) => {
        const hash = await pins.hash(text);
        expect(await pins.verify(hash, text)).toBe(true);
        expect(await pins.verify(hash, other)).toBe(other === text);
      }),
      { seed, numRuns: count(200) },
    );
  }, 600_000);

  test('what is no such hash, or would cost too much to compute, fits nothing', async () => {
    const good = await pins.hash('4711');
    const bad = [
      '',
      '4711',
      good.replace('argon2id', 'argon2i'),
      good.replace('v=19', 'v=16'),
      good.replace('m=19456', 'm=999999'),
      good.replace('m=19456', 'm=7'),
      good.replace('t=2', 't=99'),
      good.replace('t=2', 't=0'),
      good.replace('p=1', 'p=0'),
      good.slice(0, -1),
      `${good}\n`,
    ];
    for (const hash of bad) expect(await pins.verify(hash, '4711')).toBe(false);
  });
});

describe('slots', () => {
  test('never run more at once than they may, and refuse when too many wait', async () => {
    const slots = createSlots({ atOnce: 2, waiting: 5 });
    let running = 0;
    let most = 0;
    const open: (() => void)[] = [];
    const task = async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise<void>((resolve) => open.push(resolve));
      running -= 1;
    };
    const all = Array.from({ length: 8 }, () => slots(task));
    const settled = Promise.allSettled(all);
    for (let freed = 0; freed < 7; freed += 1) {
      while (open.length === 0) await Promise.resolve();
      open.shift()!();
      await new Promise(setImmediate);
    }
    const outcomes = await settled;
    expect(outcomes.map(({ status }) => status)).toEqual([
      ...Array.from({ length: 7 }, () => 'fulfilled'),
      'rejected',
    ]);
    expect(most).toBe(2);
    await expect(slots(async () => 'again')).resolves.toBe('again');
  });

  test('a task that fails frees its slot', async () => {
    const slots = createSlots({ atOnce: 1, waiting: 1 });
    await expect(slots(() => Promise.reject(new RangeError('no')))).rejects.toThrow('no');
    await expect(slots(async () => 1)).resolves.toBe(1);
  });
});
