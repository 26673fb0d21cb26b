import { join } from 'node:path';
import { interleave, type Measure } from './measure.ts';
import { median } from './statistics.ts';
import { settled, startCountersign, type Countersign } from './support/countersign.ts';
import { withFolder } from './support/folder.ts';
import { closedLoop, type Window } from './support/load.ts';
import { otpCaller } from './support/otpCaller.ts';
import { seedLogins } from './support/seedLogins.ts';
import { seedUsers, type SeededUser } from './support/seeding.ts';
import { fillViews } from './support/viewsFromLog.ts';

const clients = 8;
const people = 8_000;
/** Each side gets one window that does not count. */
const warmUpSeconds = 4;
/** Views and timers settle between two windows, so that no side pays for the other's end. */
const pauseMs = 500;
/** Seeding says how far it is now and then. */
const sayEvery = 50;

const pause = () => new Promise((resolve) => setTimeout(resolve, pauseMs));

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
