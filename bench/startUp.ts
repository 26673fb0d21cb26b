import { join } from 'node:path';
import { openDataFolder } from '../runtime/dataFolder.ts';
import { createLogger } from '../runtime/logger.ts';
import { startTemporal } from '../runtime/temporalServer.ts';
import { interleave, type Findings, type Measure, type MeasureOptions } from './measure.ts';
import { startCountersign } from './support/countersign.ts';
import { withFolder } from './support/folder.ts';
import { seedUsers } from './support/seeding.ts';

const eventsPerPerson = 3;
const manyEvents = 100_000;
const targetSeconds = 5;

const log = createLogger({ level: 'error' });

/** From the start of the program to its ready line, in seconds. */
const oursSeconds = async (data: string): Promise<number> => {
  const server = await startCountersign({ data });
  await server.stop();
  return server.readyAfterMs / 1000;
};

/** The embedded Temporal server alone, until it answers for its namespace. */
const bareSeconds = async (data: string): Promise<number> => {
  const layout = openDataFolder(data);
  try {
    const from = performance.now();
    const server = await startTemporal({ layout, log });
    const seconds = (performance.now() - from) / 1000;
    await server.stop();
    return seconds;
  } finally {
    layout.close();
  }
};

const warmStart = async (
  folder: string,
  events: number,
  { rounds, seed, say }: MeasureOptions,
): Promise<Findings> => {
  const data = join(folder, `data-${events}`);
  const bare = join(folder, `bare-${events}`);
  if (events > 0) await seedUsers(data, { count: Math.ceil(events / eventsPerPerson), seed });
  // The first start makes keys, certificate, views and bundle; only a warm folder has a target.
  const first = await oursSeconds(data);
  await bareSeconds(bare);
  const measured = await interleave(
    rounds,
    { ours: () => oursSeconds(data), bare: () => bareSeconds(bare) },
    (round, number) =>
      say(`round ${number}: ${round.ours.toFixed(2)} s, bare ${round.bare.toFixed(2)} s`),
  );
  return {
    measure: events === 0 ? 'warm start' : `warm start, ${events} events`,
    unit: 's',
    rounds: measured,
    target: { of: 'ours', most: targetSeconds },
    details: { firstStartSeconds: first },
  };
};

/** Start to ready on a warm data folder, with an empty log and with a long one, beside Temporal's own start. */
export const startUp: Measure = (options) =>
  withFolder(async (folder) => {
    const findings: Findings[] = [];
    for (const events of [0, manyEvents]) findings.push(await warmStart(folder, events, options));
    return findings;
  });
