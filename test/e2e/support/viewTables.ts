import { createHash } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';

/** A fingerprint of each table of a views file: how many rows, and a hash over all of them in order. */
export const viewTables = (file: string): Readonly<Record<string, string>> => {
  const views = new DatabaseSync(file, { readOnly: true });
  try {
    const names = views
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
      .all()
      .map(({ name }) => String(name));
    return Object.fromEntries(
      names.map((name) => {
        const columns = views
          .prepare(`SELECT * FROM "${name}"`)
          .columns()
          .map((column) => `"${column.name}"`)
          .toSorted();
        const list = columns.join(', ');
        const hash = createHash('sha256');
        let rows = 0;
        for (const row of views
          .prepare(`SELECT ${list} FROM "${name}" ORDER BY ${list}`)
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
