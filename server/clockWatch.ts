import type { EventStore } from '../adapters/eventStore/port.ts';
import { newId } from '../adapters/ids.ts';
import type { Logger } from '../runtime/logger.ts';
import type { SystemLog } from './systemLog.ts';

const lookEveryMs = 1_000;
/** What two clocks may differ by (REL-16). */
const toleratedMs = 1_000;
/** One incident lasts at least as long: a process that is ahead writes on. */
const quietMs = 3_600_000;

type Options = {
  readonly events: Pick<EventStore, 'head' | 'subscribe'>;
  readonly facts: SystemLog;
  readonly log: Logger;
  readonly wall?: () => number;
  readonly monotonic?: () => number;
};

/**
 * Says when the wall clock cannot be right: it was set while the process ran, or the log holds events of a later time,
 * written by a process whose clock is ahead or before this one was set back. Every incident is one fact.
 */
export const watchClock = async (options: Options): Promise<{ stop(): void }> => {
  const { events, facts, log, wall = Date.now, monotonic = () => performance.now() } = options;
  let quietUntil = -Infinity;
  let ahead = wall() - monotonic();

  const report = (skewMs: number): void => {
    quietUntil = monotonic() + quietMs;
    log.warn('the clock is off', { skewMs });
    facts
      .record({ type: 'ClockSkewDetected', data: { skewMs } }, `skew/${newId()}`)
      .catch((error: unknown) => log.error('a wrong clock could not be recorded', { error }));
  };

  const timer = setInterval(() => {
    const moved = wall() - monotonic() - ahead;
    if (Math.abs(moved) <= toleratedMs) return;
    ahead += moved;
    report(Math.round(moved));
  }, lookEveryMs);

  const feed = events.subscribe(
    Math.max(0, (await events.head()) - 1),
    (newest) => {
      if (monotonic() < quietUntil) return;
      const latest = Math.max(...newest.map(({ recordedAt }) => Date.parse(recordedAt)));
      const skewMs = wall() - latest;
      if (skewMs < -toleratedMs) report(skewMs);
    },
    (error) => log.error('the clocks of others are not watched any more', { error }),
  );
  return {
    stop() {
      clearInterval(timer);
      feed.close();
    },
  };
};
