import { expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
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

test('processes that meet a person at once agree on one key, and each opens what the other sealed', () =>
  withSecrets(async (secrets, file) => {
    const others = [startSealer(file), startSealer(file)];
    const [first, second] = (await Promise.all(others.map((other) => other.next()))) as Sealed[][];
    for (let user = 0; user < 20; user++) {
      const texts = [first?.[user], second?.[user]] as [Sealed, Sealed];
      expect(new Set(texts.map((text) => text.split(':')[1])).size).toBe(1);
      for (const text of texts)
        expect(await secrets.open(phoneOf(`${user}`), text)).toBe(`phone of ${user}`);
    }
    const mine = await secrets.seal(phoneOf('7'), 'mine');
    expect(await others[0]?.open('7', mine)).toBe('mine');
    await Promise.all(others.map((other) => other.end()));
  }));

test('a key that one process destroys is gone from the other within a second', () =>
  withSecrets(async (secrets, file) => {
    const other = startSealer(file);
    const [sealed] = (await other.next()) as [Sealed];
    expect(await other.open('0', sealed)).toBe('phone of 0');
    await secrets.destroy(phoneOf('0').owner);
    const deadline = performance.now() + 1_000;
    let opened: unknown = 'not asked yet';
    while (opened !== null && performance.now() < deadline) {
      await delay(20);
      opened = await other.open('0', sealed);
    }
    expect(opened).toBeNull();
    await other.end();
  }));
