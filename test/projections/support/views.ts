import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventStore } from '../../../adapters/eventStore/port.ts';
import type { Secrets } from '../../../adapters/secrets/port.ts';
import type { Views } from '../../../adapters/views/port.ts';
import { openPostgresViews } from '../../../adapters/views/postgres.ts';
import { openSqliteViews } from '../../../adapters/views/sqlite.ts';
import { projections } from '../../../projections/index.ts';
import { loose } from '../../../projections/loose.ts';
import { createRunner, type Runner } from '../../../projections/runner.ts';
import { createFakeSecrets } from './fakeSecrets.ts';

export const viewsFile = (): string => join(mkdtempSync(join(tmpdir(), 'views-')), 'views.sqlite');

/** A schema of its own in a database: its address, with the name behind `#`. */
export const postgresPlace = (url: string): string =>
  `${url}#views_${randomBytes(6).toString('hex')}`;

/** Opens views in a file, in memory or in a schema of PostgreSQL. */
export const openAt = async (place: string): Promise<Views> => {
  const [url = '', schema] = place.split('#');
  return schema === undefined ? openSqliteViews(place) : openPostgresViews({ url, schema });
};

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
  options: { path?: string; batchSize?: number; secrets?: Pick<Secrets, 'open' | 'hash'> } = {},
): Promise<Running> => {
  const { path = ':memory:', ...rest } = options;
  const views = await openAt(path);
  const runner = createRunner({ views, events, secrets: createFakeSecrets(), ...rest });
  await runner.start();
  const close = async () => {
    await runner.stop();
    await views.close();
  };
  return { views, runner, close };
};

/** What the views hold that read the whole log at once. */
export const dumpOfFresh = async (
  events: EventStore,
  secrets: Pick<Secrets, 'open' | 'hash'> = createFakeSecrets(),
): Promise<Record<string, string[]>> => {
  const running = await follow(events, { secrets });
  const rows = await dump(running.views);
  await running.close();
  return rows;
};
