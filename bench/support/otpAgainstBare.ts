import { join } from 'node:path';
import { startBare } from '../bare/client.ts';
import { interleave, type Measure } from '../measure.ts';
import { median } from '../statistics.ts';
import { withFolder } from './folder.ts';
import { closedLoop, type Window } from './load.ts';
import { seedUsers, type SeededUser } from './seeding.ts';

const clients = 8;
const people = 8_000;
/** Both sides get one window that does not count: compiled code, open connections, warm caches. */
const warmUpSeconds = 4;
/** Views and Temporal's own timers settle between two windows, so that no side pays for the other's end. */
const pauseMs = 500;

const pause = () => new Promise((resolve) => setTimeout(resolve, pauseMs));
const latencies = (side: string, windows: readonly Window[]) => ({
  [`${side}P50Ms`]: median(windows.map(({ p50Ms }) => p50Ms)),
  [`${side}P99Ms`]: median(windows.map(({ p99Ms }) => p99Ms)),
});

/** A way in: its server, and callers of it that hand in one-time codes. */
export type Door = {
  readonly name: string;
  readonly start: (data: string) => Promise<{
    readonly stop: () => Promise<void>;
    /** @param clients callers at a time */
    readonly callers: (
      people: readonly SeededUser[],
      clients: number,
    ) => Promise<{
      readonly call: Parameters<typeof closedLoop>[0]['call'];
      readonly close: () => void;
    }>;
  }>;
};

/**
 * One-shot OATH validations, durable and audited, against a bare Temporal workflow with one local activity that the same
 * process starts and awaits: no door, no log, no rules.
 */
export const otpAgainstBare =
  (door: Door): Measure =>
  ({ rounds, seconds, seed, say }) =>
    withFolder(async (folder) => {
      const data = join(folder, 'data');
      const seeded = await seedUsers(data, { count: people, seed });
      const server = await door.start(data);
      const bare = await startBare(folder).catch(async (error: unknown) => {
        await server.stop();
        throw error;
      });
      try {
        const { call, close } = await server.callers(seeded, clients);
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
            measure: `one-shot OTP over ${door.name}`,
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
