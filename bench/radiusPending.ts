import { join } from 'node:path';
import type { Measure } from './measure.ts';
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

/** The slowest hundredth of other people's logins with a code, beside pushes that wait, and just before of the same server. */
export const radiusPending: Measure = ({ rounds, seconds, seed, waiting: pending, say }) =>
  withFolder(async (folder) => {
    const data = join(folder, 'data');
    const seeded = await seedUsers(data, { count: people, seed });
    const phones = await seedPhones(data, { count: pending, seed, first: people });
    const server = await startRadiusServer(data);
    try {
      await server.addClient(address);
      const caller = await radiusOtpCaller(server, seeded, { address, clients });
      const { call } = caller;
      // A push lives too short for turns of both sides.
      const windows = async (of: string): Promise<readonly Window[]> => {
        const found: Window[] = [];
        for (let round = 1; round <= rounds; round += 1) {
          await pause(pauseMs);
          const window = await closedLoop({ clients, seconds, call });
          say(`${of}, round ${round}: p99 ${window.p99Ms.toFixed(1)} ms`);
          found.push(window);
        }
        return found;
      };
      await closedLoop({ clients, seconds: warmUpSeconds, call });
      const idle = await windows('idle');
      const from = performance.now();
      const crowd = await gather(server, phones);
      const gatheredSeconds = (performance.now() - from) / 1_000;
      say(`${pending} wait after ${gatheredSeconds.toFixed(0)} s`);
      const busy = await windows('beside them');
      if (crowd.ended() > 0)
        throw new Error(`${crowd.ended()} pushes ended meanwhile: fewer rounds, or --waiting`);
      crowd.close();
      caller.close();
      return [
        {
          measure: `p99 of OTP over RADIUS, ${pending} pushes waiting`,
          unit: 'ms',
          rounds: busy.map(({ p99Ms: ours }, round) => ({ ours, bare: idle[round]!.p99Ms })),
          target: { of: 'ratio', most: mostRatio },
          details: {
            gatheredSeconds,
            oursPerSecond: median(busy.map(({ perSecond }) => perSecond)),
            barePerSecond: median(idle.map(({ perSecond }) => perSecond)),
            oursP50Ms: median(busy.map(({ p50Ms }) => p50Ms)),
            bareP50Ms: median(idle.map(({ p50Ms }) => p50Ms)),
          },
        },
      ];
    } finally {
      await server.stop();
    }
  });
