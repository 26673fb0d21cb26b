import { join } from 'node:path';
import { interleave, type Measure } from './measure.ts';
import { median } from './statistics.ts';
import { withFolder } from './support/folder.ts';
import { closedLoop, type Window } from './support/load.ts';
import { phonesOf } from './support/phones.ts';
import {
  loginOf,
  openNas,
  radiusOtpCaller,
  startRadiusServer,
  type Nas,
  type RadiusServer,
} from './support/radius.ts';
import { seedPhones, seedUsers, type SeededPhone } from './support/seeding.ts';

const clients = 4;
const people = 4_000;
const address = '127.0.0.1';
const warmUpSeconds = 3;
/** A push lives for three minutes at most, so no more than these can be gathered and measured beside. */
const maxPending = 2_000;
/** What one client may have open is less than twice this (SEC-14). */
const openOfClient = 250;
/** Logins that are begun at one time. */
const atOnce = 16;
const pauseMs = 500;
const mostRatio = 2;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Logins that wait for their pushes; `ended` counts those that have an answer already. */
const gather = async (server: RadiusServer, phones: readonly SeededPhone[]) => {
  let ended = 0;
  const sockets = new Map<number, Nas>();
  for (let from = 0; from < phones.length; from += openOfClient) {
    const host = `127.0.3.${1 + from / openOfClient}`;
    await server.addClient(host);
    sockets.set(from, await openNas(server.radiusPort, host, () => (ended += 1)));
  }
  const mailboxes = phonesOf(server);
  let next = 0;
  const login = async (): Promise<void> => {
    while (next < phones.length) {
      const index = next++;
      const { username, deviceToken } = phones[index]!;
      const at = index % openOfClient;
      sockets.get(index - at)!.send(loginOf({ username }, at));
      // The datagram does not say when the push is there; the phone does.
      await mailboxes.push(deviceToken);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, login));
  mailboxes.close();
  return {
    ended: () => ended,
    close() {
      for (const nas of sockets.values()) nas.close();
    },
  };
};

const startSide = async (data: string, seed: number) => {
  const seeded = await seedUsers(data, { count: people, seed });
  return {
    seeded,
    async start() {
      const server = await startRadiusServer(data);
      await server.addClient(address);
      const caller = await radiusOtpCaller(server, seeded, { address, clients });
      return { server, caller };
    },
  };
};

/** The slowest hundredth of other people's logins with a code, beside pushes that wait, and beside none. */
export const radiusPending: Measure = ({ rounds, seconds, seed, waiting, say }) =>
  withFolder(async (folder) => {
    const pending = Math.min(waiting, maxPending);
    const [busyData, idleData] = [join(folder, 'busy', 'data'), join(folder, 'idle', 'data')];
    const busySide = await startSide(busyData, seed);
    const phones = await seedPhones(busyData, { count: pending, seed, first: people });
    const idleSide = await startSide(idleData, seed);
    const busy = await busySide.start();
    try {
      const idle = await idleSide.start();
      try {
        const windows: { busy: Window[]; idle: Window[] } = { busy: [], idle: [] };
        const window = async (side: typeof busy, into: Window[]): Promise<number> => {
          await pause(pauseMs);
          const found = await closedLoop({ clients, seconds, call: side.caller.call });
          into.push(found);
          return found.p99Ms;
        };
        for (const { caller } of [busy, idle])
          await closedLoop({ clients, seconds: warmUpSeconds, call: caller.call });
        const from = performance.now();
        const crowd = await gather(busy.server, phones);
        say(`${pending} wait after ${((performance.now() - from) / 1_000).toFixed(0)} s`);
        const measured = await interleave(
          rounds,
          {
            ours: () => window(busy, windows.busy),
            bare: () => window(idle, windows.idle),
          },
          (round, number) =>
            say(`round ${number}: ${round.ours.toFixed(1)} ms, idle ${round.bare.toFixed(1)} ms`),
        );
        if (crowd.ended() > 0)
          throw new Error(`${crowd.ended()} pushes ended meanwhile: fewer rounds, or --waiting`);
        crowd.close();
        for (const { caller } of [busy, idle]) caller.close();
        return [
          {
            measure: `p99 of OTP over RADIUS, ${pending} pushes waiting`,
            unit: 'ms',
            rounds: measured,
            target: { of: 'ratio', most: mostRatio },
            details: {
              oursPerSecond: median(windows.busy.map(({ perSecond }) => perSecond)),
              barePerSecond: median(windows.idle.map(({ perSecond }) => perSecond)),
              oursP50Ms: median(windows.busy.map(({ p50Ms }) => p50Ms)),
              bareP50Ms: median(windows.idle.map(({ p50Ms }) => p50Ms)),
            },
          },
        ];
      } finally {
        await idle.server.stop();
      }
    } finally {
      await busy.server.stop();
    }
  });
