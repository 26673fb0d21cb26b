import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openSqliteEventStore } from '../adapters/eventStore/sqlite.ts';
import type { Append, EventStore } from '../adapters/eventStore/port.ts';
import { interleave, type Measure } from './measure.ts';
import { withFolder } from './support/folder.ts';

const concurrency = 64;
const commitsPerRound = 30;
/** A round takes less than a second, so more of them cost little. */
const leastRounds = 9;
const at = '2026-01-01T00:00:00.000Z';

/** A typical event of a login, for a stream of its own. */
const append = (): Append => ({
  stream: `authentication-${randomUUID()}`,
  expectedRevision: -1,
  events: [
    {
      id: randomUUID(),
      type: 'AuthenticationRequested',
      data: {
        channel: 'radius',
        application: 'vpn',
        callerId: randomUUID(),
        originKey: randomUUID(),
        requireUserMatch: true,
        userId: randomUUID(),
      },
      meta: {
        at,
        actor: { kind: 'serviceAccount', id: randomUUID() },
        channel: 'radius',
        address: '192.0.2.7',
        correlationId: randomUUID(),
        workflowId: `authentication-${randomUUID()}`,
      },
    },
  ],
});

/** The engine alone: the same table without triggers or checks, one durable commit for 64 rows. */
function openBare(file: string) {
  const db = new DatabaseSync(file);
  db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
    CREATE TABLE events (
      position INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, stream TEXT NOT NULL,
      revision INTEGER NOT NULL, type TEXT NOT NULL, version INTEGER NOT NULL, data TEXT NOT NULL,
      meta TEXT NOT NULL, recorded_at TEXT NOT NULL, UNIQUE (stream, revision)) STRICT`);
  const insert = db.prepare(
    'INSERT INTO events (id, stream, revision, type, version, data, meta, recorded_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const write = (rows: readonly Row[]): void => {
    db.exec('BEGIN IMMEDIATE');
    for (const row of rows) insert.run(...row);
    db.exec('COMMIT');
  };
  return { write, close: () => db.close() };
}

/** Ready to insert, so that the engine's time holds nothing but the engine's work. */
type Row = readonly [string, string, number, string, number, string, string, string];
const toRows = (batch: readonly Append[]): Row[] =>
  batch.flatMap(({ stream, events }) =>
    events.map(({ id, type, data, meta }): Row => {
      return [id, stream, 0, type, 1, JSON.stringify(data), JSON.stringify(meta), at];
    }),
  );

const inputs = (): Append[][] =>
  Array.from({ length: commitsPerRound }, () => Array.from({ length: concurrency }, append));

/** Appends a second: `concurrency` writers, each awaiting its durable append before the next. */
async function roundOfOurs(store: EventStore): Promise<number> {
  const work = inputs().flat();
  const from = performance.now();
  const writer = async (): Promise<void> => {
    for (let next = work.pop(); next; next = work.pop()) await store.commit([next]);
  };
  await Promise.all(Array.from({ length: concurrency }, writer));
  return (commitsPerRound * concurrency * 1_000) / (performance.now() - from);
}

function roundOfBare(bare: ReturnType<typeof openBare>): number {
  const work = inputs().map(toRows);
  const from = performance.now();
  for (const batch of work) bare.write(batch);
  return (commitsPerRound * concurrency * 1_000) / (performance.now() - from);
}

/**
 * Durable appends a second through the event store, 64 at a time, against the engine's own batched insert
 * of the same rows. Rounds take turns, so that a busy machine weighs on both.
 */
export const appends: Measure = ({ rounds }) =>
  withFolder(async (folder) => {
    const store = await openSqliteEventStore({ file: join(folder, 'ours.db') });
    const bare = openBare(join(folder, 'bare.db'));
    const sides = {
      ours: () => roundOfOurs(store),
      bare: async () => roundOfBare(bare),
    };
    try {
      await interleave(1, sides);
      return [
        {
          measure: `durable appends, ${concurrency} at a time`,
          unit: 'appends/s',
          rounds: await interleave(Math.max(rounds, leastRounds), sides),
          target: { of: 'ratio', least: 0.5 },
        },
      ];
    } finally {
      bare.close();
      await store.close();
    }
  });
