import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventStore } from '../../../adapters/eventStore/port.ts';
import type { Views } from '../../../adapters/views/port.ts';
import { openSqliteViews } from '../../../adapters/views/sqlite.ts';
import { projections } from '../../../projections/index.ts';
import { loose } from '../../../projections/loose.ts';
import { createRunner, type Runner } from '../../../projections/runner.ts';
import { createFakeSecrets } from './fakeSecrets.ts';

export const viewsFile = (): string => join(mkdtempSync(join(tmpdir(), 'views-')), 'views.sqlite');

/** Every row of every table as text, in the order of the keys. */
export const dump = async (views: Views): Promise<Record<string, string[]>> => {
  const tables: Record<string, string[]> = {};
  for (const { name, key } of projections.flatMap((projection) => projection.tables)) {
    const rows = await loose(views.reader).selectFrom(name).selectAll().orderBy(key).execute();
    tables[name] = rows.map((row) => JSON.stringify(row));
  }
  return tables;
};

export type Running = {
  readonly views: Views;
  readonly runner: Runner;
  readonly close: () => Promise<void>;
};

export const follow = async (
  events: EventStore,
  options: { path?: string; batchSize?: number } = {},
): Promise<Running> => {
  const { path = ':memory:', ...rest } = options;
  const views = openSqliteViews(path);
  const runner = createRunner({ views, events, secrets: createFakeSecrets(), ...rest });
  await runner.start();
  const close = async () => {
    await runner.stop();
    await views.close();
  };
  return { views, runner, close };
};

/** What the views hold that read the whole log at once. */
export const dumpOfFresh = async (events: EventStore): Promise<Record<string, string[]>> => {
  const running = await follow(events);
  const rows = await dump(running.views);
  await running.close();
  return rows;
};
