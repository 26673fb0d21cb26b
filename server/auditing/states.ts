import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { EventStore } from '../../adapters/eventStore/port.ts';
import type { Secrets } from '../../adapters/secrets/port.ts';
import type { Views, ViewsFeed } from '../../adapters/views/port.ts';
import { openSqliteViews } from '../../adapters/views/sqlite.ts';
import type { Queries } from '../../api/facade.ts';
import type { AuditingDoor, Moment, StateView } from '../../api/facade/auditing.ts';
import { createQueries, type QueriesOptions } from '../../api/queries.ts';
import { Rejected } from '../../domain/errors.ts';
import { toIso } from '../../domain/instants.ts';
import { createApplier } from '../../projections/applier.ts';
import { projections } from '../../projections/index.ts';
import { createTools } from '../../projections/projection.ts';
import { readTo } from '../../projections/readTo.ts';
import { dropExpired } from './expired.ts';
import { positionAt } from './positionAt.ts';

/** States that are kept at the same time; each is as large as the views. */
const maxStates = 4;
/** After its last reading. */
const keptMs = 15 * 60_000;
const sweepEveryMs = 30_000;

type Options = {
  readonly events: EventStore;
  readonly secrets: Pick<Secrets, 'open' | 'hash'>;
  /** Holds nothing but these files, and is emptied at the start. */
  readonly folder: string;
  readonly newId: () => string;
  readonly nowMs: () => number;
  /** What the live queries work with, for all that a state does not replace. */
  readonly live: Pick<QueriesOptions, 'eventTypes' | 'recordings' | 'uploads' | 'views'>;
};

type Kept = {
  readonly view: Omit<StateView, 'expiresAt'>;
  readonly path: string;
  readonly views: Views;
  readonly queries: Queries;
  usedMs: number;
};

export type States = Pick<AuditingDoor, 'listStates' | 'stateQueries' | 'dropState'> & {
  make(
    moment: Moment,
    onProgress: (done: number, total: number) => void,
    signal: AbortSignal,
  ): Promise<StateView>;
  stop(): Promise<void>;
};

const remove = (path: string): void => {
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${path}${suffix}`, { force: true });
};

/** A feed of views that nothing comes to any more. */
const still = (position: number): ViewsFeed => ({
  caughtUp: async () => undefined,
  onApplied: () => () => undefined,
  status: () => ({ state: 'live', position, writes: false }),
});

/** Views of past moments in throw-away files. They are read only: no workflow, no feed and no door in hangs on them. */
export const createStates = (options: Options): States => {
  const { events, secrets, folder, newId, nowMs, live } = options;
  const kept = new Map<string, Kept>();
  let isBuilding = false;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true, mode: 0o700 });

  const viewOf = ({ view, usedMs }: Kept): StateView => ({
    ...view,
    expiresAt: toIso(usedMs + keptMs),
  });
  const drop = async (stateId: string): Promise<boolean> => {
    const state = kept.get(stateId);
    if (!state) return false;
    kept.delete(stateId);
    await state.views.close();
    remove(state.path);
    return true;
  };
  const sweep = setInterval(() => {
    for (const [stateId, { usedMs }] of kept)
      if (usedMs + keptMs < nowMs()) void drop(stateId).catch(() => undefined);
  }, sweepEveryMs);
  sweep.unref();

  const reached = async (moment: Moment): Promise<{ position: number; asOf: string }> => {
    if ('until' in moment)
      return { position: await positionAt(events, moment.until), asOf: moment.until };
    const [event] = moment.at === 0 ? [] : await events.readAll(moment.at - 1, 1);
    if (event?.position !== moment.at)
      throw new Rejected('invalid', `there is no event at position ${moment.at}`);
    return { position: moment.at, asOf: event.recordedAt };
  };

  /** The log as if it had ended there. */
  const cut = (position: number): QueriesOptions['events'] => ({
    readAll: async (after, limit) =>
      (await events.readAll(after, limit)).filter((event) => event.position <= position),
    readStream: async (stream, from, limit) =>
      (await events.readStream(stream, from, limit)).filter((event) => event.position <= position),
    head: async () => position,
  });

  const fill = async (
    views: Views,
    position: number,
    onProgress: (done: number, total: number) => void,
    signal: AbortSignal,
  ): Promise<void> => {
    const applier = createApplier(views, projections, createTools(secrets));
    await applier.prepare();
    await readTo(events, applier, position, { onProgress, signal });
    await applier.index();
    await dropExpired(views, live.views);
  };

  const build = async (
    moment: Moment,
    onProgress: (done: number, total: number) => void,
    signal: AbortSignal,
  ): Promise<StateView> => {
    const { position, asOf } = await reached(moment);
    const oldest = kept.keys().next();
    if (kept.size >= maxStates && !oldest.done) await drop(oldest.value);
    const stateId = newId();
    const path = join(folder, `${stateId}.db`);
    const views = openSqliteViews(path);
    try {
      await fill(views, position, onProgress, signal);
    } catch (error) {
      await views.close();
      remove(path);
      throw error;
    }
    const queries = createQueries({
      ...live,
      views,
      events: cut(position),
      secrets,
      runner: still(position),
      // Runs are what is in flight now.
      workflowRuns: async () => [],
      canWrite: async () => false,
      now: () => new Date(asOf),
    });
    const view = { stateId, position, asOf };
    const state = { view, path, views, queries, usedMs: nowMs() };
    kept.set(stateId, state);
    return viewOf(state);
  };

  return {
    async make(moment, onProgress, signal) {
      if (isBuilding) throw new Rejected('conflict', 'another past state is being made; wait');
      isBuilding = true;
      try {
        return await build(moment, onProgress, signal);
      } finally {
        isBuilding = false;
      }
    },
    listStates: () => [...kept.values()].map(viewOf),
    stateQueries(stateId) {
      const state = kept.get(stateId);
      if (state) state.usedMs = nowMs();
      return state?.queries;
    },
    dropState: drop,
    async stop() {
      clearInterval(sweep);
      for (const stateId of kept.keys()) await drop(stateId);
    },
  };
};
