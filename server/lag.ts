import type { EventStore } from '../adapters/eventStore/port.ts';
import type { ViewsFeed } from '../adapters/views/port.ts';
import type { LagDoor, LagView } from '../api/facade/lag.ts';
import type { Notice } from '../domain/notice.ts';
import { present } from '../domain/present.ts';
import type { Logger } from '../runtime/logger.ts';
import type { SystemLog } from './systemLog.ts';

const lookEveryMs = 1_000;
/** What lists may be behind before somebody is told (spec/85 'Errors'). */
const toldAfterSeconds = 60;
/** An incident ends below this; what comes later is another one. */
const overBelowSeconds = 5;

type Progress = (done: number, total: number) => void;

export type LagOptions = {
  readonly events: Pick<EventStore, 'head' | 'readAll'>;
  readonly feed: Pick<ViewsFeed, 'status'>;
  /** Of the stream `audit`. */
  readonly facts: SystemLog;
  readonly tell: (notice: Notice) => Promise<void>;
  readonly log: Logger;
  readonly nowMs: () => number;
  readonly everyMs?: number;
};

export type LagWatch = LagDoor & {
  /** Shows how far a rebuild is while it runs. */
  rebuilding<Report>(
    rebuild: (onProgress: Progress) => Promise<Report>,
  ): (onProgress: Progress) => Promise<Report>;
  stop(): Promise<void>;
};

/** Watches how far the lists are behind the log, and says so once where that is too far. */
export const watchLag = (options: LagOptions): LagWatch => {
  const { events, feed, facts, tell, log, nowMs } = options;
  let seconds = 0;
  let isTold = false;
  let rebuild: LagView['rebuild'];
  let looking: Promise<void> | undefined;

  const lag = async (): Promise<LagView> => {
    const { state, position, writes } = feed.status();
    const newest = await events.head();
    const [oldest] = newest > position ? await events.readAll(position, 1) : [];
    const ageMs = oldest ? Math.max(0, nowMs() - Date.parse(oldest.recordedAt)) : 0;
    return {
      role: writes === false ? 'follows' : 'writes',
      state,
      position,
      newest: Math.max(newest, position),
      behindEvents: Math.max(0, newest - position),
      behindSeconds: Math.floor(ageMs / 1_000),
      ...present({ rebuild }),
    };
  };

  const report = async ({ position, newest, behindSeconds }: LagView): Promise<void> => {
    log.warn('lists are behind the log', { position, newest, seconds: behindSeconds });
    await facts.record(
      { type: 'AuditViewsLagged', data: { position, newest, seconds: behindSeconds } },
      `lag/${position}`,
    );
    await tell({
      // Of several processes that find the same, one mail goes out.
      noticeId: `viewsLag-${position}`,
      occasion: 'viewsLag',
      to: { kind: 'notified' },
      values: {
        seconds: String(behindSeconds),
        position: String(position),
        newest: String(newest),
      },
    });
  };

  const look = async (): Promise<void> => {
    const found = await lag();
    seconds = found.behindSeconds;
    if (seconds < overBelowSeconds) isTold = false;
    if (seconds <= toldAfterSeconds || isTold) return;
    isTold = true;
    await report(found);
  };

  const timer = setInterval(() => {
    looking ??= look()
      .catch((error: unknown) => log.debug('how far lists are behind is not known', { error }))
      .finally(() => (looking = undefined));
  }, options.everyMs ?? lookEveryMs);
  timer.unref();

  return {
    lag,
    behindSeconds: () => seconds,
    rebuilding: (work) => async (onProgress) => {
      try {
        return await work((done, total) => {
          rebuild = { done, total };
          onProgress(done, total);
        });
      } finally {
        rebuild = undefined;
      }
    },
    async stop() {
      clearInterval(timer);
      await looking;
    },
  };
};
