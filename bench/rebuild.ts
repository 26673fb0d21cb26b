import { join } from 'node:path';
import { openSqliteEventStore } from '../adapters/eventStore/sqlite.ts';
import { openSecrets } from '../adapters/secrets/aesGcm.ts';
import { loadMasterKey } from '../adapters/secrets/masterKey.ts';
import { openPostgresViews } from '../adapters/views/postgres.ts';
import type { Views } from '../adapters/views/port.ts';
import { openSqliteViews } from '../adapters/views/sqlite.ts';
import { createRunner } from '../projections/runner.ts';
import { layoutOf } from '../runtime/dataFolder.ts';
import { startPostgres } from '../test/support/postgres.ts';
import { interleave, type Findings, type Measure, type MeasureOptions } from './measure.ts';
import { bulkInsert } from './bare/bulkInsert.ts';
import { withFolder } from './support/folder.ts';
import { seedLogins } from './support/seedLogins.ts';
import { seedPhones, seedUsers } from './support/seeding.ts';

/** One person to so many events; half of the people have a phone. */
const eventsPerPerson = 50;
const thousand = 1_000;
/** A rebuild of many events takes a minute; a median of three tells enough. */
const mostRounds = 3;

/** Views beside others, as a rebuild makes them, and how to be rid of them. */
type Place = {
  readonly engine: string;
  readonly fresh: () => Promise<Views>;
};

const measure = async (
  data: string,
  { engine, fresh }: Place,
  { rounds, say }: MeasureOptions,
): Promise<Findings> => {
  const layout = layoutOf(data);
  const masterKey = loadMasterKey(join(`${layout.root}-keys`, 'master.key'));
  const secrets = openSecrets({ file: layout.keys, masterKey });
  const events = await openSqliteEventStore({ file: layout.events });
  try {
    const head = await events.head();
    const rebuild = async (): Promise<{ views: Views; seconds: number }> => {
      const views = await fresh();
      const from = performance.now();
      const runner = createRunner({ views, events, secrets });
      await runner.start();
      const seconds = (performance.now() - from) / thousand;
      await runner.stop();
      return { views, seconds };
    };
    const model = await rebuild();
    say(`${engine}: ${head} events, first rebuild ${model.seconds.toFixed(1)} s`);
    let rows = 0;
    const ours = async (): Promise<number> => {
      const { views, seconds } = await rebuild();
      await views.close();
      return rows / seconds;
    };
    const bare = async (): Promise<number> => {
      const views = await fresh();
      const inserted = await bulkInsert(model.views.reader, views);
      await views.close();
      ({ rows } = inserted);
      return rows / inserted.seconds;
    };
    await bare();
    const found = await interleave(Math.min(rounds, mostRounds), { ours, bare }, (round, number) =>
      say(
        `${engine}, round ${number}: ${round.ours.toFixed(0)} rows/s, bare ${round.bare.toFixed(0)} rows/s`,
      ),
    );
    await model.views.close();
    return {
      measure: `rebuild of all views on ${engine}`,
      unit: 'rows/s',
      rounds: found,
      target: { of: 'ratio', least: 0.5 },
      details: { events: head, rows, firstRebuildSeconds: model.seconds },
    };
  } finally {
    await events.close();
    await secrets.close();
  }
};

/** All views made anew from the log, against the bare insert of the same rows into the same engine. */
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
    const findings = [await measure(data, { engine: 'SQLite', fresh: inFile }, options)];
    const server = await startPostgres();
    try {
      let schema = 0;
      const inSchema = (): Promise<Views> =>
        openPostgresViews({ url: server.url, schema: `bench_${(schema += 1)}` });
      findings.push(await measure(data, { engine: 'PostgreSQL', fresh: inSchema }, options));
    } finally {
      await server.stop();
    }
    return findings;
  });
