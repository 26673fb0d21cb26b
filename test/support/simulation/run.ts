import { StoreUnavailable } from '../../../adapters/eventStore/errors.ts';
import { below, randomOf } from '../fuzz.ts';
import { invariants } from './invariants.ts';
import { simulatedWorld } from './world.ts';

import { something } from './commands.ts';
import { populate } from './people.ts';
import type { Run, Step } from './story.ts';

const commandsPerRun = 24;
/** A run that has more steps than this does not come to an end. */
const maxSteps = 3_000;
const duplicatePercent = 10;
const maxAtOnce = 3;

/** Takes some of what is due, at once, on either node; what crashes is tried again, and some of it comes twice. */
const advance = async (run: Run): Promise<void> => {
  const { random, waiting, world } = run;
  const due = waiting.filter(({ dueMs }) => dueMs <= world.clock.nowMs);
  if (due.length === 0) {
    const next = Math.min(...waiting.map(({ dueMs }) => dueMs));
    if (Number.isFinite(next)) world.clock.nowMs = next;
    return;
  }
  const chosen = Array.from(
    { length: Math.min(due.length, 1 + below(random, maxAtOnce)) },
    () => due.splice(below(random, due.length), 1)[0]!,
  );
  await Promise.all(
    chosen.map(async (step) => {
      const node = below(random, world.nodes.length);
      const again = below(random, 100) < duplicatePercent;
      try {
        await step.run(world.nodes[node]!);
        if (!again) waiting.splice(waiting.indexOf(step), 1);
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error;
        world.crash(node);
      }
    }),
  );
};

export type Simulated = { readonly violations: readonly string[]; readonly trace: string };

/** One run from one seed; the same seed gives the same trace, byte for byte. */
export const simulate = async (seed: number): Promise<Simulated> => {
  const random = randomOf(seed);
  const world = simulatedWorld(random);
  const waiting: Step[] = [];
  const run: Run = {
    random,
    world,
    told: [],
    waiting,
    later: (step, afterMs = below(random, 5_000)) =>
      void waiting.push({ dueMs: world.clock.nowMs + afterMs, run: step }),
  };
  await populate(world);
  for (let number = 0; number < commandsPerRun; number += 1) {
    await something(run, number);
    world.clock.nowMs += below(random, 8_000);
    for (let turns = below(random, 4); turns > 0; turns -= 1) await advance(run);
  }
  world.calm();
  for (let steps = 0; waiting.length > 0; steps += 1) {
    if (steps > maxSteps) throw new Error(`seed ${seed} does not come to an end`);
    await advance(run);
  }
  const log = await world.log();
  return {
    violations: invariants.flatMap((check) => check(log, run.told)),
    trace: JSON.stringify([log, run.told], withoutChance),
  };
};

/** The store's own clock and the random challenge of a push are no part of a run. */
const withoutChance = (key: string, value: unknown): unknown =>
  key === 'recordedAt' || key === 'oathCounter' ? undefined : value;
