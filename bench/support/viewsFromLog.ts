import { join } from 'node:path';
import { openSqliteEventStore } from '../../adapters/eventStore/sqlite.ts';
import { openSecrets } from '../../adapters/secrets/aesGcm.ts';
import { loadMasterKey } from '../../adapters/secrets/masterKey.ts';
import type { Views } from '../../adapters/views/port.ts';
import { openSqliteViews } from '../../adapters/views/sqlite.ts';
import { createRunner } from '../../projections/runner.ts';
import { layoutOf } from '../../runtime/dataFolder.ts';

/** The log of a data folder that no server has open, and views made from it. */
export type OpenLog = {
  /** Events in it. */
  readonly head: number;
  /** Has views show the whole log. @returns seconds */
  readonly fill: (views: Views) => Promise<number>;
  readonly close: () => Promise<void>;
};

export const openLog = async (data: string): Promise<OpenLog> => {
  const layout = layoutOf(data);
  const masterKey = loadMasterKey(join(`${layout.root}-keys`, 'master.key'));
  const secrets = openSecrets({ file: layout.keys, masterKey });
  const events = await openSqliteEventStore({ file: layout.events });
  return {
    head: await events.head(),
    async fill(views) {
      const from = performance.now();
      const runner = createRunner({ views, events, secrets });
      await runner.start();
      const seconds = (performance.now() - from) / 1_000;
      await runner.stop();
      return seconds;
    },
    async close() {
      await events.close();
      await secrets.close();
    },
  };
};

/** Makes a server's own views as its start would, which has no minutes for it. */
export const fillViews = async (data: string): Promise<void> => {
  const views = openSqliteViews(layoutOf(data).views);
  const log = await openLog(data);
  await log.fill(views);
  await log.close();
  await views.close();
};
