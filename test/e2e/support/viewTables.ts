import { createHash } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';

/**
 * Each start is a fact of its own, and so is the checkpoint that each stop signs; two starts differ in these rows, and in
 * how far the views have read.
 */
const ofStarts = "type IN ('SystemStarted', 'LedgerCheckpointSigned')";
const progressTable = 'checkpoints';

/**
 * A fingerprint of each table of a views file: how many rows, and a hash over all of them in order. What a start
 * itself adds is left out.
 */
export const viewTables = (file: string): Readonly<Record<string, string>> => {
  const views = new DatabaseSync(file, { readOnly: true });
  try {
    const names = views
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> ? ORDER BY name")
      .all(progressTable)
      .map(({ name }) => String(name));
    return Object.fromEntries(
      names.map((name) => {
        const columns = views
          .prepare(`SELECT * FROM "${name}"`)
          .columns()
          .map((column) => `"${column.name}"`)
          .toSorted();
        const list = columns.join(', ');
        const where = name === 'audit' ? `WHERE NOT ${ofStarts}` : '';
        const hash = createHash('sha256');
        let rows = 0;
        for (const row of views
          .prepare(`SELECT ${list} FROM "${name}" ${where} ORDER BY ${list}`)
          .iterate()) {
          hash.update(`${JSON.stringify(Object.values(row))}\n`);
          rows += 1;
        }
        return [name, `${rows} ${hash.digest('hex')}`];
      }),
    );
  } finally {
    views.close();
  }
};
