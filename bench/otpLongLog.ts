import { join } from 'node:path';
import { openSqliteEventStore } from '../adapters/eventStore/sqlite.ts';
import { openSecrets } from '../adapters/secrets/aesGcm.ts';
import { loadMasterKey } from '../adapters/secrets/masterKey.ts';
import { openSqliteViews } from '../adapters/views/sqlite.ts';
import { createRunner } from '../projections/runner.ts';
import { layoutOf } from '../runtime/dataFolder.ts';
import { interleave, type Measure } from './measure.ts';
import { median } from './statistics.ts';
import { startCountersign, type Countersign } from './support/countersign.ts';
import { withFolder } from './support/folder.ts';
import { closedLoop, type Window } from './support/load.ts';
import { otpCaller } from './support/otpCaller.ts';
import { restClient } from './support/restClient.ts';
import { seedLogins } from './support/seedLogins.ts';
import { seedUsers, type SeededUser } from './support/seeding.ts';

const clients = 8;
const people = 8_000;
/** Each side gets one window that does not count. */
const warmUpSeconds = 4;
/** Views and timers settle between two windows, so that no side pays for the other's end. */
const pauseMs = 500;
/** Seeding says how far it is now and then. */
const sayEvery = 50;

const pause = () => new Promise((resolve) => setTimeout(resolve, pauseMs));

/** Makes the views as a start would, which has no minutes for it. */
const fillViews = async (data: string): Promise<void> => {
  const layout = layoutOf(data);
  const masterKey = loadMasterKey(join(`${layout.root}-keys`, 'master.key'));
  const secrets = openSecrets({ file: layout.keys, masterKey });
  const events = await openSqliteEventStore({ file: layout.events });
  const views = openSqliteViews(layout.views);
  const runner = createRunner({ views, events, secrets });
  await runner.start();
  await runner.stop();
  await views.close();
  await events.close();
  await secrets.close();
};

const patienceMs = 600_000;
/** The ledger hashes what it finds at a start; a checkpoint over all of it says that it has. */
const settled = async ({ http, adminToken }: Countersign): Promise<void> => {
  const administrator = restClient(http, adminToken);
  for (const until = Date.now() + patienceMs; ; await pause()) {
    const { status } = await administrator.post('/audit/checkpoints', {});
    if (status === 201) break;
    if (Date.now() > until) throw new Error(`no checkpoint, the last answer was ${status}`);
  }
  administrator.close();
};

/** One server with people who log in, counted by windows. */
const sideOf = async (server: Countersign, seeded: readonly SeededUser[], seconds: number) => {
  const caller = await otpCaller(server, seeded, clients);
  const windows: Window[] = [];
  await closedLoop({ clients, seconds: warmUpSeconds, call: caller.call });
  return {
    async run(): Promise<number> {
      await pause();
      const window = await closedLoop({ clients, seconds, call: caller.call });
      windows.push(window);
      return window.perSecond;
    },
    p50Ms: () => median(windows.map(({ p50Ms }) => p50Ms)),
    p99Ms: () => median(windows.map(({ p99Ms }) => p99Ms)),
    close: () => caller.close(),
  };
};

/** One-shot OATH validations where the log holds many logins of the same people, against a log that holds none. */
export const otpLongLog: Measure = ({ rounds, seconds, seed, events, say }) =>
  withFolder(async (folder) => {
    const servers: Countersign[] = [];
    const start = async (name: string, logins: number) => {
      const data = join(folder, name, 'data');
      const seeded = await seedUsers(data, { count: people, seed });
      let said = 0;
      if (logins > 0)
        await seedLogins(data, logins, (text) => {
          said += 1;
          if (said % sayEvery === 0) say(text);
        });
      await fillViews(data);
      const server = await startCountersign({ data });
      servers.push(server);
      await settled(server);
      return await sideOf(server, seeded, seconds);
    };
    try {
      const ours = await start('long', events);
      const bare = await start('empty', 0);
      const measured = await interleave(
        rounds,
        { ours: ours.run, bare: bare.run },
        (round, number) =>
          say(`round ${number}: ${round.ours.toFixed(1)}/s, empty ${round.bare.toFixed(1)}/s`),
      );
      ours.close();
      bare.close();
      return [
        {
          measure: 'one-shot OTP rate with a long log',
          unit: 'validations/s',
          rounds: measured,
          target: { of: 'ratio', least: 0.85 },
          details: {
            events,
            oursP50Ms: ours.p50Ms(),
            oursP99Ms: ours.p99Ms(),
            bareP50Ms: bare.p50Ms(),
            bareP99Ms: bare.p99Ms(),
          },
        },
      ];
    } finally {
      for (const server of servers) await server.stop();
    }
  });
