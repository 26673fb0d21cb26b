import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startKurrentDouble, type KurrentDouble } from '../../support/kurrentDouble/start.ts';
import { startPostgres, type TestPostgres } from '../../support/postgres.ts';

/** Where a server of a test has its log and its views. */
export type Stores = {
  /** @returns what the server's environment must say */
  start(): Promise<NodeJS.ProcessEnv>;
  /** What they keep outside of the server's folder. */
  files(): Promise<readonly string[]>;
  stop(): Promise<void>;
};

/** The embedded ones, both. */
export const onSqlite = (): Stores => ({
  start: async () => ({}),
  files: async () => [],
  stop: async () => undefined,
});

/** The log embedded, the views in a real PostgreSQL. */
export const onPostgres = (): Stores => {
  let views: TestPostgres | undefined;
  return {
    async start() {
      views = await startPostgres();
      return { COUNTERSIGN_VIEWS_URL: views.url };
    },
    files: async () => (await views?.tables()) ?? [],
    stop: async () => await views?.stop(),
  };
};

/** The log in a double of KurrentDB, the views in a real PostgreSQL. */
export const onKurrentDB = (): Stores => {
  const views = onPostgres();
  const folder = mkdtempSync(join(tmpdir(), 'kurrentdb-'));
  const file = join(folder, 'log');
  let log: KurrentDouble | undefined;
  return {
    async start() {
      log = await startKurrentDouble({ file });
      return { ...(await views.start()), COUNTERSIGN_EVENTS_URL: log.url };
    },
    files: async () => [file, ...(await views.files())],
    async stop() {
      await views.stop();
      await log?.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
