import { setTimeout as pause } from 'node:timers/promises';
import type { EventStore, StoredEvent, Subscription } from '../adapters/eventStore/port.ts';
import type { Secrets } from '../adapters/secrets/port.ts';
import type { Candidacy, FeedStatus, Views, ViewsFeed } from '../adapters/views/port.ts';
import { Rejected } from '../domain/errors.ts';
import { createApplier, EventNotApplied, ViewsShared } from './applier.ts';
import { projections as allProjections } from './index.ts';
import { readProgress } from './progress.ts';
import { createTools, type Projection } from './projection.ts';
import { rebuildBeside, type RebuildReport } from './rebuild.ts';
import { createWaiters } from './waiters.ts';

/** Pause before shared views are tried again after their connection broke. */
const retryMs = 500;

export type RunnerOptions = {
  readonly views: Views;
  readonly events: EventStore;
  readonly secrets: Pick<Secrets, 'open' | 'hash'>;
  readonly projections?: readonly Projection[];
  /** Events in one transaction while catching up; as many as the views like where absent. */
  readonly batchSize?: number;
  /** Called once when an event cannot be applied; the runner has stopped before it then. */
  readonly onFailure?: (error: unknown) => void;
  /** Called when shared views could not be reached or were taken over by another process; the runner goes on. */
  readonly onInterrupted?: (error: unknown) => void;
};

export type Runner = ViewsFeed & {
  /**
   * Reads what is new since the last run, then follows the log. Resolves once the views show it, whoever writes them.
   */
  start(): Promise<void>;
  /** Events on record that the views do not show yet. */
  lag(): Promise<number>;
  /** Makes the views anew beside these, compares them row by row, and switches. One at a time. */
  rebuild(onProgress: (done: number, total: number) => void): Promise<RebuildReport>;
  readonly stop: () => Promise<void>;
};

/**
 * Keeps the views up to the log: every projection, one batch after the other. Where several processes share the views,
 * one of them writes; the others follow its checkpoints, and one takes over where it ends.
 */
export const createRunner = (options: RunnerOptions): Runner => {
  const { views, events, secrets, projections = allProjections } = options;
  const batchSize = options.batchSize ?? views.eventsAtOnce;
  const tools = createTools(secrets);
  const applier = createApplier(views, projections, tools);
  const listeners = new Set<(applied: readonly StoredEvent[]) => void>();
  const started = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  let life: Promise<void> | undefined;
  let state: FeedStatus['state'] = 'starting';
  let failure: FeedStatus['failure'];
  let wasLive = false;
  let writes = false;
  let reached = 0;
  let tail: Promise<unknown> = Promise.resolve();

  /** One thing at a time: a batch, or the exchange of the views. */
  const exclusively = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const turn = tail.then(work);
    tail = turn.catch(() => undefined);
    return turn;
  };
  const isOver = (): boolean => state === 'failed' || state === 'stopped';
  const waiters = createWaiters(() => ({
    reached,
    over: isOver() ? `the views are ${state} at position ${reached}` : undefined,
  }));

  const fail = (error: unknown): void => {
    state = 'failed';
    failure = {
      position: error instanceof EventNotApplied ? error.position : reached + 1,
      message: error instanceof Error ? error.message : String(error),
    };
    waiters.release();
    options.onFailure?.(error);
  };
  const goLive = (): void => {
    if (isOver()) return;
    state = 'live';
    wasLive = true;
    started.resolve();
  };
  const show = (position: number, batch: readonly StoredEvent[]): void => {
    reached = position;
    for (const listener of listeners) listener(batch);
    waiters.release();
  };

  const applyNow = async (
    batch: readonly StoredEvent[],
    whileWriting?: () => void,
  ): Promise<void> => {
    if (isOver() || !writes) return;
    try {
      await applier.apply(batch, whileWriting);
    } finally {
      show(applier.position(), batch);
    }
  };

  const applyInTurn = (batch: readonly StoredEvent[]): Promise<void> =>
    exclusively(() => applyNow(batch));

  /** Reads the next events while the engine writes the last ones. */
  const catchUp = async (isMine: () => boolean): Promise<void> => {
    let ahead: Promise<readonly StoredEvent[]> | undefined;
    for (;;) {
      const batch = await (ahead ?? events.readAll(applier.position(), batchSize));
      ahead = undefined;
      const last = batch.at(-1);
      if (!isMine() || !last) return;
      const readAhead = (): void => {
        ahead = events.readAll(last.position, batchSize);
        ahead.catch(() => undefined); // Whoever waits for it hears of it.
      };
      await exclusively(() => applyNow(batch, readAhead));
    }
  };

  /** Writes the views, until the log or the views fail. */
  const lead = async (isMine: () => boolean, onSubscribed: (made: Subscription) => void) => {
    await applier.prepare(await events.head());
    if (!isMine()) return;
    writes = true;
    show(applier.position(), []);
    await catchUp(isMine);
    await applier.index();
    if (!isMine()) return;
    goLive();
    await new Promise((_resolve, reject) => {
      onSubscribed(events.subscribe(reached, applyInTurn, reject));
    });
  };

  /** Shows what another process has written, until this one may write. */
  const follow = async (candidacy: Candidacy): Promise<void> => {
    let wanted: number | undefined;
    for (;;) {
      await candidacy.written();
      if (candidacy.isWriter() || isOver()) return;
      const seen = await readProgress(views, projections).catch((error: unknown) => {
        if (state === 'live') throw error;
        return undefined; // Whoever writes has not made the tables yet.
      });
      if (seen === undefined) continue;
      // oxlint-disable-next-line no-unmodified-loop-condition -- `show` moves `reached`
      while (state === 'live' && reached < seen) {
        const batch = await events.readAll(reached, batchSize);
        const shown = batch.filter(({ position }) => position <= seen);
        if (shown.length === 0) break;
        show(shown.at(-1)!.position, shown);
      }
      if (reached !== seen) show(seen, []);
      wanted ??= await events.head();
      if (reached >= wanted) goLive();
    }
  };

  /** From one wish to write until its end. */
  const serveTerm = async (): Promise<void> => {
    const candidacy = views.candidate();
    const lost = candidacy.lost.then((reason) => {
      throw reason;
    });
    let isOurs = true;
    let subscription: Subscription | undefined;
    const isMine = (): boolean => isOurs && !isOver();
    try {
      await Promise.race([follow(candidacy), lost, ended.promise]);
      if (isOver()) return;
      const leading = lead(isMine, (made) => void (subscription = made));
      await Promise.race([leading, lost, ended.promise]);
    } finally {
      isOurs = false;
      subscription?.close();
      await tail;
      writes = false;
      await candidacy.resign();
    }
  };

  /** Shared views come back, or somebody else's are as good; an event that cannot be applied stays so. */
  const mayGoOn = (error: unknown): boolean =>
    views.isShared &&
    !(error instanceof EventNotApplied) &&
    (wasLive || error instanceof ViewsShared);

  const live = async (): Promise<void> => {
    while (!isOver()) {
      try {
        await serveTerm();
      } catch (error) {
        if (isOver()) break;
        if (!mayGoOn(error)) {
          fail(error);
          started.reject(error);
          return;
        }
        state = 'starting';
        options.onInterrupted?.(error);
        await Promise.race([pause(retryMs), ended.promise]);
      }
    }
    started.resolve();
  };

  const asWriter = <Result>(work: () => Promise<Result>): Promise<Result> =>
    exclusively(() => {
      if (!writes)
        throw new Rejected('conflict', 'another process writes these views: rebuild them there');
      return work();
    });

  return {
    start() {
      life ??= live();
      return started.promise;
    },
    status: () => ({ state, position: reached, writes, ...(failure ? { failure } : {}) }),
    lag: async () => Math.max(0, (await events.head()) - reached),
    caughtUp: (position) => waiters.wait(position),
    onApplied(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async rebuild(onProgress) {
      if (state !== 'live') throw new Rejected('conflict', `the views are ${state}`);
      const context = { views, events, projections, tools, applier, exclusively: asWriter };
      return rebuildBeside(context, onProgress);
    },
    async stop() {
      if (state !== 'failed') state = 'stopped';
      ended.resolve();
      await life;
      await tail;
      waiters.release();
    },
  };
};
