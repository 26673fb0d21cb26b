import { setImmediate as nextTurn } from 'node:timers/promises';
import type { EventStore } from '../adapters/eventStore/port.ts';
import type { Views } from '../adapters/views/port.ts';
import { Rejected } from '../domain/errors.ts';
import { createApplier, type Applier } from './applier.ts';
import { compareTable, type TableReport } from './compare.ts';
import type { Projection, Tools } from './projection.ts';

/** Events in one transaction; short enough for everybody else to get a turn in between. */
const batchSize = 250;

export type RebuildReport = {
  /** Both sets of views showed the log up to here when they were compared. */
  readonly position: number;
  readonly events: number;
  readonly tables: readonly TableReport[];
};

export type RebuildContext = {
  readonly views: Views;
  readonly events: EventStore;
  readonly projections: readonly Projection[];
  readonly tools: Tools;
  /** Of the live views. */
  readonly applier: Applier;
  /** Keeps the live views as they are while the work runs. */
  readonly exclusively: <Result>(work: () => Promise<Result>) => Promise<Result>;
};

const rebuilding = new WeakSet<Views>();

/**
 * Makes the views anew from the log, compares them with a snapshot of the live ones at one position, and
 * switches, whatever the comparison says: the log is right. The live views go on meanwhile.
 * @throws {Rejected} conflict, while another rebuild runs
 */
export const rebuildBeside = async (
  context: RebuildContext,
  onProgress: (done: number, total: number) => void,
): Promise<RebuildReport> => {
  const { views, exclusively, applier } = context;
  if (rebuilding.has(views)) throw new Rejected('conflict', 'the views are being rebuilt already');
  rebuilding.add(views);
  let unused: Views | undefined;
  try {
    const { snapshot, position } = await exclusively(async () => ({
      snapshot: await views.snapshot(),
      position: applier.position(),
    }));
    try {
      const fresh = await views.beside();
      unused = fresh;
      const next = createApplier(fresh, context.projections, context.tools);
      await next.prepare();
      const applied = await readTo(context.events, next, position, onProgress);
      await next.index();
      const tables: TableReport[] = [];
      for (const table of context.projections.flatMap((projection) => projection.tables))
        tables.push(await compareTable(table, snapshot.reader, fresh.reader));
      await readTo(context.events, next, applier.position(), () => undefined);
      await exclusively(async () => {
        await readTo(context.events, next, applier.position(), () => undefined);
        await views.switchTo(fresh);
        unused = undefined;
        await applier.reload();
      });
      return { position, events: applied, tables };
    } finally {
      await snapshot.close();
    }
  } finally {
    await unused?.close();
    rebuilding.delete(views);
  }
};

/** @returns how many events were applied */
const readTo = async (
  events: EventStore,
  applier: Applier,
  position: number,
  onProgress: (done: number, total: number) => void,
): Promise<number> => {
  let applied = 0;
  while (applier.position() < position) {
    const batch = await events.readAll(applier.position(), batchSize);
    const wanted = batch.filter((event) => event.position <= position);
    if (wanted.length === 0) break;
    await applier.apply(wanted);
    applied += wanted.length;
    onProgress(applier.position(), position);
    await nextTurn();
  }
  return applied;
};
