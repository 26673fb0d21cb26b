import type { EventStore } from '../adapters/eventStore/port.ts';
import type { Views } from '../adapters/views/port.ts';
import { Rejected } from '../domain/errors.ts';
import { createApplier, type Applier } from './applier.ts';
import { compareTable, type TableReport } from './compare.ts';
import type { Projection, Tools } from './projection.ts';
import { readTo } from './readTo.ts';

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
  const { views, events, exclusively, applier } = context;
  if (rebuilding.has(views)) throw new Rejected('conflict', 'the views are being rebuilt already');
  rebuilding.add(views);
  let fresh: Views | undefined;
  try {
    const { snapshot, position } = await exclusively(async () => ({
      snapshot: await views.snapshot(),
      position: applier.position(),
    }));
    let next: Applier;
    let report: RebuildReport;
    try {
      fresh = await views.beside();
      next = createApplier(fresh, context.projections, context.tools);
      await next.prepare();
      const applied = await readTo(events, next, position, { onProgress });
      await next.index();
      const tables = await compareTables(context, snapshot.reader, fresh.reader);
      report = { position, events: applied, tables };
    } finally {
      await snapshot.close();
    }
    // Most of what came meanwhile is read before the live views have to stand still.
    await readTo(events, next, applier.position());
    const taken = fresh;
    await exclusively(async () => {
      await readTo(events, next, applier.position());
      await views.switchTo(taken);
      await applier.reload();
    });
    return report;
  } finally {
    await fresh?.close();
    rebuilding.delete(views);
  }
};

const compareTables = async (
  { projections }: RebuildContext,
  live: Views['reader'],
  fresh: Views['reader'],
): Promise<readonly TableReport[]> => {
  const reports: TableReport[] = [];
  for (const table of projections.flatMap(({ tables }) => tables))
    reports.push(await compareTable(table, live, fresh));
  return reports;
};
