import { DatabaseSync } from 'node:sqlite';
import { connect, createFile, numberOf } from '../../adapters/eventStore/sqliteFile.ts';
import { CommandFault } from '../fault.ts';

const atOnce = 20_000;
const positionForm = /^\d{1,15}$/;

const reading = <T>(file: string, work: (db: DatabaseSync) => T): T => {
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    return work(db);
  } finally {
    db.close();
  }
};

/**
 * The last event that is kept: of a position, or of all that was on record at a time, and then back to where a commit
 * surely ends. All events of a commit were recorded at one instant, so that between two instants nothing is cut in two.
 * @throws {CommandFault} for a text that is neither, or where nothing would be left
 */
export const lastKept = (events: string, until: string | undefined): number =>
  reading(events, (db) => {
    const first = (sql: string, ...values: readonly (string | number)[]): number | undefined => {
      const position = db.prepare(sql).get(...values)?.['position'];
      return typeof position === 'number' ? position : undefined;
    };
    const head = first('SELECT max(position) AS position FROM events') ?? 0;
    const wanted = (): number => {
      if (until === undefined) return head;
      if (positionForm.test(until)) return Math.min(Number(until), head);
      const at = new Date(until);
      if (Number.isNaN(at.getTime()))
        throw new CommandFault(`"${until}" is no position and no time, as in 2026-11-22T10:00`);
      const sql = 'SELECT min(position) AS position FROM events WHERE recorded_at > ?';
      return (first(sql, at.toISOString()) ?? head + 1) - 1;
    };
    const last = wanted();
    const kept =
      last === head
        ? head
        : (first(
            `SELECT max(position) AS position FROM events WHERE position <= ?
             AND recorded_at <> (SELECT recorded_at FROM events WHERE position = ?)`,
            last,
            last + 1,
          ) ?? 0);
    if (kept === 0) throw new CommandFault('nothing was on record then');
    return kept;
  });

/** Writes a log with the first events of another one; what is left out is in no page of it. */
export const writeBeginning = async (
  from: string,
  to: string,
  last: number,
  onProgress: (done: number, total: number) => void,
): Promise<void> => {
  await createFile(to);
  const db = connect(to);
  try {
    db.prepare('ATTACH ? AS whole').run(from);
    const columns = 'position, id, stream, revision, type, version, data, meta, recorded_at';
    const copy = db.prepare(
      `INSERT INTO main.events (${columns}) SELECT ${columns} FROM whole.events
       WHERE position > ? AND position <= ? ORDER BY position`,
    );
    for (let done = 0; done < last; done = Math.min(done + atOnce, last)) {
      copy.run(done, Math.min(done + atOnce, last));
      onProgress(Math.min(done + atOnce, last), last);
    }
    const head = db.prepare('SELECT max(position) AS position FROM main.events').get();
    if (numberOf(head?.['position']) !== last)
      throw new CommandFault(`the log ends before position ${last}`);
    db.exec('DETACH whole');
  } finally {
    db.close();
  }
};
