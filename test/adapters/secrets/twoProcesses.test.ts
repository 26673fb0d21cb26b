import { expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Secrets } from '../../../adapters/secrets/port.ts';
import type { Sealed } from '../../../domain/sealed.ts';
import { masterKey, phoneOf, withSecrets } from './given.ts';

const script = fileURLToPath(new URL('./sealer.ts', import.meta.url));

function startSealer(file: string) {
  const child = spawn(process.execPath, [script, file, masterKey.toString('hex')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<unknown> => {
    const { value, done } = await lines.next();
    if (done) throw new Error('the other process ended');
    return JSON.parse(value);
  };
  return {
    next,
    open(userId: string, sealed: Sealed): Promise<unknown> {
      child.stdin.write(`${JSON.stringify([userId, sealed])}\n`);
      return next();
    },
    async end(): Promise<void> {
      child.stdin.end();
      await ended;
    },
  };
}

/** Other processes over the same key table, ended at the end whatever happens. */
const withSealers = (
  total: number,
  run: (secrets: Secrets, sealers: ReturnType<typeof startSealer>[]) => Promise<void>,
): Promise<void> =>
  withSecrets(async (secrets, file) => {
    const sealers = Array.from({ length: total }, () => startSealer(file));
    try {
      await run(secrets, sealers);
    } finally {
      await Promise.all(sealers.map((sealer) => sealer.end()));
    }
  });

test('processes that meet a person at once agree on one key, and each opens what the other sealed', () =>
  withSealers(2, async (secrets, sealers) => {
    const printed = await Promise.all(sealers.map((sealer) => sealer.next()));
    const [first, second] = printed as Sealed[][];
    for (let user = 0; user < 20; user++) {
      const texts = [first?.[user], second?.[user]] as [Sealed, Sealed];
      expect(new Set(texts.map((text) => text.split(':')[1])).size).toBe(1);
      for (const text of texts)
        expect(await secrets.open(phoneOf(`${user}`), text)).toBe(`phone of ${user}`);
    }
    const mine = await secrets.seal(phoneOf('7'), 'mine');
    expect(await sealers[0]?.open('7', mine)).toBe('mine');
  }));

test('a key that one process destroys is gone from the other within a second', () =>
  withSealers(1, async (secrets, [other]) => {
    const sealed = ((await other?.next()) as Sealed[] | undefined)?.[0] as Sealed;
    expect(await other?.open('0', sealed)).toBe('phone of 0');
    await secrets.destroy(phoneOf('0').owner);
    const deadline = performance.now() + 1_000;
    let opened: unknown = 'not asked yet';
    while (opened !== null && performance.now() < deadline) {
      await delay(20);
      opened = await other?.open('0', sealed);
    }
    expect(opened).toBeNull();
  }));
