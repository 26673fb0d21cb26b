import type { EventStore, StoredEvent, Subscription } from '../adapters/eventStore/port.ts';
import type { Secrets } from '../adapters/secrets/port.ts';
import type { FeedStatus, Views, ViewsFeed } from '../adapters/views/port.ts';
import { Rejected } from '../domain/errors.ts';
import { createApplier, EventNotApplied } from './applier.ts';
import { projections as allProjections } from './index.ts';
import { createTools, type Projection } from './projection.ts';
import { rebuildBeside, type RebuildReport } from './rebuild.ts';

/** Events in one transaction while catching up; also how long readers in memory may wait. */
const defaultBatchSize = 1_000;
/** Callers that may wait for a position at one time. */
const maxWaiters = 20_000;

/** The views do not follow the log: stopped, failed, or too many wait for them. */
export class FeedStopped extends Error {
  override readonly name = 'FeedStopped';
}

export type RunnerOptions = {
  readonly views: Views;
  readonly events: EventStore;
  readonly secrets: Pick<Secrets, 'open' | 'hash'>;
  readonly projections?: readonly Projection[];
  /** Events in one transaction while catching up. */
  readonly batchSize?: number;
  /** Called once when an event cannot be applied; the runner has stopped before it then. */
  readonly onFailure?: (error: unknown) => void;
};

export type Runner = ViewsFeed & {
  /** Reads what is new since the last run, then follows the log. Resolves once it follows. */
  start(): Promise<void>;
  /** Events on record that the views do not show yet. */
  lag(): Promise<number>;
  /** Makes the views anew beside these, compares them row by row, and switches. One at a time. */
  rebuild(onProgress: (done: number, total: number) => void): Promise<RebuildReport>;
  readonly stop: () => Promise<void>;
};

/** Keeps the views up to the log: every projection, one batch after the other. */
export const createRunner = (options: RunnerOptions): Runner => {
  const { views, events, secrets, projections = allProjections } = options;
  const batchSize = options.batchSize ?? defaultBatchSize;
  const tools = createTools(secrets);
  const applier = createApplier(views, projections, tools);
  const listeners = new Set<(applied: readonly StoredEvent[]) => void>();
  const waiters = new Set<Waiter>();
  let state: FeedStatus['state'] = 'starting';
  let failure: FeedStatus['failure'];
  let subscription: Subscription | undefined;
  let reached = 0;
  let tail: Promise<unknown> = Promise.resolve();

  /** One thing at a time: a batch, or the exchange of the views. */
  const exclusively = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const turn = tail.then(work);
    tail = turn.catch(() => undefined);
    return turn;
  };

  const release = (): void => {
    for (const waiter of waiters) {
      if (waiter.position <= reached) waiter.resolve();
      else if (isOver()) waiter.reject(stopped());
      else continue;
      waiters.delete(waiter);
    }
  };
  const isOver = (): boolean => state === 'failed' || state === 'stopped';
  const stopped = (): FeedStopped =>
    new FeedStopped(`the views are ${state} at position ${reached}`);

  const fail = (error: unknown): void => {
    if (isOver()) return;
    state = 'failed';
    subscription?.close();
    failure = {
      position: error instanceof EventNotApplied ? error.position : reached + 1,
      message: error instanceof Error ? error.message : String(error),
    };
    release();
    options.onFailure?.(error);
  };

  const applyNow = async (batch: readonly StoredEvent[]): Promise<void> => {
    if (isOver()) return;
    try {
      await applier.apply(batch);
    } finally {
      reached = applier.position();
      for (const listener of listeners) listener(batch);
      release();
    }
  };

  const catchUp = async (): Promise<void> => {
    for (;;) {
      const batch = await events.readAll(applier.position(), batchSize);
      if (batch.length === 0 || isOver()) return;
      await exclusively(() => applyNow(batch));
    }
  };

  return {
    async start() {
      try {
        await applier.prepare();
        reached = applier.position();
        release();
        await catchUp();
        await applier.index();
      } catch (error) {
        fail(error);
        throw error;
      }
      if (isOver()) return;
      state = 'live';
      subscription = events.subscribe(reached, (batch) => exclusively(() => applyNow(batch)), fail);
    },
    status: () => ({ state, position: reached, ...(failure ? { failure } : {}) }),
    lag: async () => Math.max(0, (await events.head()) - reached),
    caughtUp(position) {
      if (position <= reached) return Promise.resolve();
      if (isOver()) return Promise.reject(stopped());
      if (waiters.size >= maxWaiters)
        return Promise.reject(new FeedStopped('too many callers wait for the views'));
      return new Promise((resolve, reject) => waiters.add({ position, resolve, reject }));
    },
    onApplied(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async rebuild(onProgress) {
      if (state !== 'live') throw new Rejected('conflict', `the views are ${state}`);
      const context = { views, events, projections, tools, applier, exclusively };
      return rebuildBeside(context, onProgress);
    },
    async stop() {
      if (state !== 'failed') state = 'stopped';
      subscription?.close();
      await tail;
      release();
    },
  };
};

type Waiter = {
  readonly position: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
};
