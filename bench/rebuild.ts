import { join } from 'node:path';
import { openPostgresViews } from '../adapters/views/postgres.ts';
import type { Views } from '../adapters/views/port.ts';
import { openSqliteViews } from '../adapters/views/sqlite.ts';
import { startPostgres } from '../test/support/postgres.ts';
import { bulkInsert } from './bare/bulkInsert.ts';
import { interleave, type Findings, type Measure, type MeasureOptions } from './measure.ts';
import { replayAtMiddle } from './replayAt.ts';
import { withFolder } from './support/folder.ts';
import { seedLogins } from './support/seedLogins.ts';
import { seedPhones, seedUsers } from './support/seeding.ts';
import { openLog, type OpenLog } from './support/viewsFromLog.ts';

/** One person to so many events; half of the people have a phone. */
const eventsPerPerson = 50;
/** A rebuild of many events takes a minute; a median of three tells enough. */
const mostRounds = 3;

/** Views beside others, as a rebuild makes them, and how to be rid of them. */
type Place = {
  readonly engine: string;
  readonly fresh: () => Promise<Views>;
};

const measure = async (
  log: OpenLog,
  { engine, fresh }: Place,
  { rounds, say }: Pick<MeasureOptions, 'rounds' | 'say'>,
): Promise<Findings> => {
  const model = await fresh();
  const firstRebuildSeconds = await log.fill(model);
  say(`${engine}: ${log.head} events, first rebuild ${firstRebuildSeconds.toFixed(1)} s`);
  let rows = 0;
  const ours = async (): Promise<number> => rows / (await rebuildOnce(log, fresh));
  const bare = async (): Promise<number> => {
    const views = await fresh();
    const inserted = await bulkInsert(model.reader, views);
    await views.close();
    ({ rows } = inserted);
    return rows / inserted.seconds;
  };
  await bare();
  const found = await interleave(rounds, { ours, bare }, (round, number) =>
    say(
      `${engine}, round ${number}: ${round.ours.toFixed(0)} rows/s, bare ${round.bare.toFixed(0)} rows/s`,
    ),
  );
  await model.close();
  return {
    measure: `rebuild of all views on ${engine}`,
    unit: 'rows/s',
    rounds: found,
    target: { of: 'ratio', least: 0.5 },
    details: { events: log.head, rows, firstRebuildSeconds },
  };
};

/** @returns seconds */
const rebuildOnce = async (log: OpenLog, fresh: Place['fresh']): Promise<number> => {
  const views = await fresh();
  const seconds = await log.fill(views);
  await views.close();
  return seconds;
};

/**
 * All views made anew from the log, against the bare insert of the same rows into the same engine; and the past at the
 * middle of the log against that.
 */
export const rebuild: Measure = (options) =>
  withFolder(async (folder) => {
    const data = join(folder, 'data');
    const people = Math.ceil(options.events / eventsPerPerson);
    const half = Math.ceil(people / 2);
    await seedUsers(data, { count: half, seed: options.seed });
    await seedPhones(data, { count: half, seed: options.seed, first: half });
    let said = 0;
    await seedLogins(data, options.events, (text) => {
      said += 1;
      if (said % 50 === 0) options.say(text);
    });
    let file = 0;
    // What is built beside others has the settings of a rebuild.
    const inFile = (): Promise<Views> =>
      openSqliteViews(join(folder, `views-${(file += 1)}.db`)).beside();
    const few = { rounds: Math.min(options.rounds, mostRounds), say: options.say };
    const log = await openLog(data);
    const findings = [await measure(log, { engine: 'SQLite', fresh: inFile }, few)];
    const server = await startPostgres();
    try {
      let schema = 0;
      const inSchema = (): Promise<Views> =>
        openPostgresViews({ url: server.url, schema: `bench_${(schema += 1)}` });
      findings.push(await measure(log, { engine: 'PostgreSQL', fresh: inSchema }, few));
    } finally {
      await server.stop();
    }
    await log.close();
    const rebuildAgain = async (): Promise<number> => {
      const again = await openLog(data);
      const seconds = await rebuildOnce(again, inFile);
      await again.close();
      return seconds;
    };
    findings.push(await replayAtMiddle(data, { rebuild: rebuildAgain, events: log.head }, few));
    return findings;
  });
