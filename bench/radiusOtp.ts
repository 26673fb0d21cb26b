import { join } from 'node:path';
import { startBare } from './bare/client.ts';
import { interleave, type Measure } from './measure.ts';
import { median } from './statistics.ts';
import { withFolder } from './support/folder.ts';
import { closedLoop, type Window } from './support/load.ts';
import { radiusOtpCaller, startRadiusServer } from './support/radius.ts';
import { seedUsers } from './support/seeding.ts';

const clients = 8;
const people = 8_000;
const address = '127.0.0.1';
/** Both sides get one window that does not count, as with REST (oneShotOtp.ts). */
const warmUpSeconds = 4;
const pauseMs = 500;

const pause = () => new Promise((resolve) => setTimeout(resolve, pauseMs));
const latencies = (side: string, windows: readonly Window[]) => ({
  [`${side}P50Ms`]: median(windows.map(({ p50Ms }) => p50Ms)),
  [`${side}P99Ms`]: median(windows.map(({ p99Ms }) => p99Ms)),
});

/** One-shot OATH validations over RADIUS against the same bare workflow that those over REST are measured by. */
export const radiusOtp: Measure = ({ rounds, seconds, seed, say }) =>
  withFolder(async (folder) => {
    const data = join(folder, 'data');
    const seeded = await seedUsers(data, { count: people, seed });
    const server = await startRadiusServer(data);
    const bare = await startBare(folder).catch(async (error: unknown) => {
      await server.stop();
      throw error;
    });
    try {
      await server.addClient(address);
      const { call, close } = await radiusOtpCaller(server, seeded, { address, clients });
      const windows: { ours: Window[]; bare: Window[] } = { ours: [], bare: [] };
      await closedLoop({ clients, seconds: warmUpSeconds, call });
      await bare.run({ clients, seconds: warmUpSeconds });
      const measured = await interleave(
        rounds,
        {
          async ours() {
            await pause();
            const window = await closedLoop({ clients, seconds, call });
            windows.ours.push(window);
            return window.perSecond;
          },
          async bare() {
            await pause();
            const window = await bare.run({ clients, seconds });
            windows.bare.push(window);
            return window.perSecond;
          },
        },
        (round, number) =>
          say(`round ${number}: ${round.ours.toFixed(1)}/s, bare ${round.bare.toFixed(1)}/s`),
      );
      close();
      return [
        {
          measure: 'one-shot OTP over RADIUS',
          unit: 'validations/s',
          rounds: measured,
          target: { of: 'ratio', least: 0.8 },
          details: { ...latencies('ours', windows.ours), ...latencies('bare', windows.bare) },
        },
      ];
    } finally {
      await bare.stop();
      await server.stop();
    }
  });
