import type { StoredEvent } from '../adapters/eventStore/port.ts';
import type { Views } from '../adapters/views/port.ts';
import { checkpoints, loose, type LooseDatabase } from './loose.ts';
import { indexed, indexes } from './progress.ts';
import type { Projection, Tools } from './projection.ts';
import { createRowCache } from './rows.ts';
import { createCheckpoints, createIndexes, createTable, dropTable } from './schema.ts';

/** An event that could not be applied. Nothing after it is applied until that is mended. */
export class EventNotApplied extends Error {
  override readonly name = 'EventNotApplied';
  readonly position: number;
  constructor(position: number, type: string, cause: unknown) {
    super(`the event at position ${position} (${type}) cannot be applied to the views`, { cause });
    this.position = position;
  }
}

/** Somebody else moved a checkpoint: two programs write to the same views. */
export class ViewsShared extends Error {
  override readonly name = 'ViewsShared';
}

const mark = async (views: Views, projection: string, version: number): Promise<void> => {
  await views.writer
    .insertInto('checkpoints')
    .values({ projection, version, position: 0 })
    .onConflict((conflict) => conflict.column('projection').doUpdateSet({ version, position: 0 }))
    .execute();
};

type Handler = (event: StoredEvent, ...rest: readonly unknown[]) => void | Promise<void>;
type Reader = { readonly projection: Projection; position: number };

/** Writes events into one set of views, batch by batch, each with its checkpoints in one transaction. */
export type Applier = {
  /**
   * Makes missing tables, drops those of an older version, reads the checkpoints.
   * @param head newest position of the log; tables that have read further are of another log, as before a restore
   */
  prepare(head?: number): Promise<void>;
  /** Position that every projection has reached. */
  position(): number;
  /**
   * Applies events that follow each other; those that a projection has seen are passed over.
   * @param whileWriting called when the rows are on their way, while an engine elsewhere takes its time
   */
  apply(events: readonly StoredEvent[], whileWriting?: () => void): Promise<void>;
  /** Makes the readers' indexes: once, after the first long reading. */
  index(): Promise<void>;
  /** After the views were exchanged. */
  reload(): Promise<void>;
};

export const createApplier = (
  views: Views,
  projections: readonly Projection[],
  tools: Tools,
): Applier => {
  const all = projections.flatMap(({ tables }) => tables);
  const cache = createRowCache(views, all);
  let readers: Reader[] = [];

  const handlers = new Map<string, { reader: number; handle: Handler }[]>();
  for (const [reader, { on }] of projections.entries())
    for (const [type, handle] of Object.entries(on)) {
      const known = handlers.get(type) ?? [];
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- called with events of this type only
      handlers.set(type, [...known, { reader, handle: handle as Handler }]);
    }

  const load = async (): Promise<void> => {
    const stored = await views.writer.selectFrom('checkpoints').selectAll().execute();
    readers = projections.map((projection) => ({
      projection,
      position: stored.find((row) => row.projection === projection.name)?.position ?? 0,
    }));
  };

  const position = (): number =>
    readers.reduce((least, reader) => Math.min(least, reader.position), Infinity);

  const applyAll = async (events: readonly StoredEvent[]): Promise<void> => {
    for (const event of events) {
      const known = handlers.get(event.type);
      if (!known) throw new EventNotApplied(event.position, event.type, 'unknown type');
      for (const { reader, handle } of known) {
        if (event.position <= readers[reader]!.position) continue;
        try {
          const pending = handle(event, cache.rows, tools);
          if (pending) await pending;
        } catch (error) {
          throw new EventNotApplied(event.position, event.type, error);
        }
      }
    }
  };

  /** Moves the checkpoints on, each from where this program left it: nobody else may have moved one. */
  const advance = async (transaction: LooseDatabase, reached: number): Promise<void> => {
    const behind = readers.filter((reader) => reader.position < reached);
    for (const from of new Set(behind.map((reader) => reader.position))) {
      const names = behind.filter((r) => r.position === from).map((r) => r.projection.name);
      const { numUpdatedRows } = await transaction
        .updateTable(checkpoints.name)
        .set({ position: reached })
        .where('projection', 'in', names)
        .where('position', '=', from)
        .executeTakeFirst();
      if (Number(numUpdatedRows) !== names.length)
        throw new ViewsShared('another program writes to the same views');
    }
  };

  const applyBatch = async (
    events: readonly StoredEvent[],
    whileWriting?: () => void,
  ): Promise<void> => {
    const reached = events.at(-1)!.position;
    try {
      await loose(views.writer)
        .transaction()
        .execute(async (transaction) => {
          // First: where another process has written, nothing of what is held in memory may be used.
          await advance(transaction, reached);
          cache.begin(transaction);
          await applyAll(events);
          // An engine in this process leaves no time to use.
          const meanwhile = whileWriting && setImmediate(whileWriting);
          await cache.flush();
          clearImmediate(meanwhile);
          await views.announce(transaction);
        });
    } catch (error) {
      cache.forget();
      throw error;
    }
    for (const reader of readers) reader.position = Math.max(reader.position, reached);
  };

  const apply = async (
    events: readonly StoredEvent[],
    whileWriting?: () => void,
  ): Promise<void> => {
    const seen = position();
    const fresh = events.filter((event) => event.position > seen);
    if (fresh.length === 0) return;
    try {
      await applyBatch(fresh, whileWriting);
    } catch (error) {
      // What stands before the broken event is good, and readers should see it.
      const good =
        error instanceof EventNotApplied
          ? fresh.filter((event) => event.position < error.position)
          : [];
      if (good.length > 0) await applyBatch(good);
      throw error;
    }
  };

  return {
    async prepare(head = Infinity) {
      await createCheckpoints(views);
      let changed = false;
      const stored = await views.writer.selectFrom('checkpoints').selectAll().execute();
      for (const projection of projections) {
        const { name, version, tables } = projection;
        const row = stored.find(({ projection: known }) => known === name);
        if (row?.version === version && row.position <= head) continue;
        if (!changed) await mark(views, indexes, 0);
        changed = true;
        for (const table of tables) {
          await dropTable(views, table);
          await createTable(views, table);
        }
        // Last: a crash before this line makes the tables anew.
        await mark(views, name, version);
      }
      await load();
    },
    position,
    apply,
    async index() {
      const done = await views.writer
        .selectFrom('checkpoints')
        .select('version')
        .where('projection', '=', indexes)
        .executeTakeFirst();
      if (done?.version === indexed) return;
      await createIndexes(views, all);
      await mark(views, indexes, indexed);
    },
    async reload() {
      cache.forget();
      await load();
    },
  };
};
