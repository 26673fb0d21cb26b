import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { randomOf, type Random } from '../../support/fuzz.ts';
import { seed } from '../../support/profile.ts';
import type { ServerProcess } from './serverProcess.ts';

const atATime = 8;
const callsOfKeptSeed = 40;
/** No input takes so long. */
export const slowMs = 1_000;
const mostTries = 6;
const keptFile = fileURLToPath(new URL('../../support/keptSeeds.json', import.meta.url));

const memoryMb = ({ pid }: ServerProcess): number =>
  Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1_024;

/**
 * Sends mutated bodies, those of the kept seeds first. A call that takes long is sent again: what an input does it
 * does again, what a neighbour on the machine does it does not.
 * @returns how long the slowest took, and how far memory grew from the first third on, when everything was warm
 */
export const campaign = async <Sent>(options: {
  readonly server: ServerProcess;
  readonly kind: 'xml' | 'rest';
  readonly calls: number;
  readonly make: (random: Random) => Sent;
  readonly send: (sent: Sent) => Promise<unknown>;
}): Promise<{ readonly slowestMs: number; readonly grewMb: number }> => {
  const { server, kind, calls, make, send } = options;
  const kept = (JSON.parse(readFileSync(keptFile, 'utf8')) as Record<typeof kind, number[]>)[kind];
  let slowestMs = 0;
  const timed = async (sent: Sent): Promise<number> => {
    const from = performance.now();
    await send(sent);
    return performance.now() - from;
  };
  const one = async (random: Random): Promise<void> => {
    const sent = make(random);
    let least = await timed(sent);
    for (let tries = 1; tries < mostTries && least > slowMs; tries += 1)
      least = Math.min(least, await timed(sent));
    slowestMs = Math.max(slowestMs, least);
  };
  const many = async (random: Random, number: number): Promise<void> => {
    for (let done = 0; done < number; done += atATime)
      await Promise.all(Array.from({ length: atATime }, () => one(random)));
  };
  for (const earlier of kept) await many(randomOf(earlier), callsOfKeptSeed);
  const random = randomOf(seed);
  await many(random, Math.ceil(calls / 3));
  const warmMb = memoryMb(server);
  await many(random, Math.ceil((calls * 2) / 3));
  return { slowestMs, grewMb: memoryMb(server) - warmMb };
};
