import { join } from 'node:path';
import { interleave, type Findings, type Measure, type MeasureOptions } from './measure.ts';
import { median, percentile } from './statistics.ts';
import { startCountersign, type Countersign } from './support/countersign.ts';
import { fill, type Crowd } from './support/crowd.ts';
import { withFolder } from './support/folder.ts';
import { usageOf } from './support/processes.ts';
import { seedPhones, type SeededPhone } from './support/seeding.ts';
import { approvers, waitingApprovals } from './support/waitingApprovals.ts';
import { waitingPushes } from './support/waitingPushes.ts';

const few = 10;
const decisionsPerRound = 30;
/** Decisions that do not count: compiled code, open connections, warm caches. */
const warmUpDecisions = 60;
/** How long nobody asks for anything, to see what waiting alone costs. */
const idleMs = 5_000;
/** More people than requests: a login that a busy server did not take is another's then. */
const spare = 1.1;
/** People who ask for approvals; one may have many open. */
const requestors = 200;
const targetRatio = 1.5;
const targetMB = 1_200;

/** What waits, and how many people a server needs for so many requests. */
type Kind = {
  readonly name: string;
  readonly people: (requests: number) => number;
  readonly gather: (server: Countersign, people: readonly SeededPhone[]) => Promise<Crowd>;
};

const pushes: Kind = {
  name: 'pushes',
  people: (requests) => Math.ceil(requests * spare),
  gather: waitingPushes,
};
const approvals: Kind = {
  name: 'approvals',
  people: () => approvers + requestors,
  gather: waitingApprovals,
};

/** One server with a crowd of its own. */
type Side = {
  readonly crowd: Crowd;
  /** Decides so many, each replaced by another; milliseconds of each. */
  readonly decide: (count: number) => Promise<readonly number[]>;
  readonly usage: () => ReturnType<typeof usageOf>;
  readonly stop: () => Promise<void>;
};

const startSide = async (
  kind: Kind,
  { data, requests, seed }: { data: string; requests: number; seed: number },
): Promise<Side> => {
  const people = await seedPhones(data, { count: kind.people(requests), seed });
  const server = await startCountersign({ data });
  const stop = () => server.stop();
  try {
    const crowd = await kind.gather(server, people);
    return {
      crowd,
      async decide(count) {
        const each: number[] = [];
        for (let number = 0; number < count; number += 1) {
          each.push(await crowd.decide());
          await crowd.open(number);
        }
        return each;
      },
      usage: () => usageOf(server.process.pid!),
      async stop() {
        crowd.close();
        await stop();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
};

/** CPU that a server's processes use while nobody asks for anything, in percent of one core. */
const idlePercent = async ({ usage }: Side): Promise<number> => {
  const before = usage().cpuMs;
  await new Promise((resolve) => setTimeout(resolve, idleMs));
  return ((usage().cpuMs - before) / idleMs) * 100;
};

/** One side's rounds: all latencies, and the CPU that a decision took with the request that replaced it. */
const recorder = (side: Side) => {
  const latencies: number[] = [];
  const cpuMs: number[] = [];
  let mostMB = 0;
  let mostSelfMB = 0;
  return {
    async round(): Promise<number> {
      const before = side.usage().cpuMs;
      const each = await side.decide(decisionsPerRound);
      const after = side.usage();
      latencies.push(...each);
      cpuMs.push((after.cpuMs - before) / decisionsPerRound);
      if (after.allMB > mostMB) [mostMB, mostSelfMB] = [after.allMB, after.selfMB];
      return median(each);
    },
    megabytes: () => ({ all: mostMB, self: mostSelfMB }),
    details: (name: string) => ({
      [`${name}P99Ms`]: percentile(latencies, 0.99),
      [`${name}CpuMs`]: median(cpuMs),
    }),
  };
};

const compare = async (
  kind: Kind,
  { many, bare }: { many: Side; bare: Side },
  { rounds, say, waiting }: MeasureOptions,
): Promise<readonly Findings[]> => {
  for (const side of [many, bare]) {
    await fill(side.crowd, few);
    await side.decide(warmUpDecisions);
  }
  const sameServerMs = median(await many.decide(decisionsPerRound));
  const from = performance.now();
  await fill(many.crowd, waiting);
  const fillSeconds = (performance.now() - from) / 1000;
  say(`${waiting} wait after ${fillSeconds.toFixed(0)} s`);
  const idle = await idlePercent(many);

  const recorders = { ours: recorder(many), bare: recorder(bare) };
  const measured = await interleave(
    rounds,
    { ours: recorders.ours.round, bare: recorders.bare.round },
    (round, number) =>
      say(`round ${number}: ${round.ours.toFixed(1)} ms, bare ${round.bare.toFixed(1)} ms`),
  );
  const left = many.crowd.waiting();
  if (left < waiting)
    throw new Error(`${waiting - left} requests ended unanswered: the machine is too slow`);

  const [ours, alone] = [recorders.ours.megabytes(), recorders.bare.megabytes()];
  return [
    {
      measure: `decision, ${waiting} ${kind.name} waiting`,
      unit: 'ms',
      rounds: measured,
      target: { of: 'ratio', most: targetRatio },
      details: {
        ...recorders.ours.details('ours'),
        ...recorders.bare.details('bare'),
        sameServerWithFewMs: sameServerMs,
        openedPerSecond: waiting / fillSeconds,
        idleCpuPercent: idle,
      },
    },
    {
      measure: `memory, ${waiting} ${kind.name} waiting`,
      unit: 'MB',
      rounds: [{ ours: ours.all, bare: alone.all }],
      target: { of: 'ours', most: targetMB },
      details: { oursServerMB: ours.self, bareServerMB: alone.self },
    },
  ];
};

const measureOf =
  (kind: Kind): Measure =>
  (options) =>
    withFolder(async (folder) => {
      const { rounds, seed, waiting } = options;
      const decisions = warmUpDecisions + decisionsPerRound * (rounds + 1);
      const start = (name: string, waitingAtOnce: number) =>
        startSide(kind, {
          data: join(folder, name, 'data'),
          requests: waitingAtOnce + decisions,
          seed,
        });
      const many = await start('many', waiting);
      try {
        const bare = await start('few', few);
        try {
          return await compare(kind, { many, bare }, options);
        } finally {
          await bare.stop();
        }
      } finally {
        await many.stop();
      }
    });

/** A decision among many logins that wait for their pushes, beside a server with ten; and the memory that waiting takes. */
export const waitingForPushes: Measure = measureOf(pushes);

/** The same with requests for approval that are open for 30 days. */
export const waitingForApprovals: Measure = measureOf(approvals);
