import { CompiledQuery, type Kysely } from 'kysely';
import type { ViewsDatabase } from './tables.ts';
import { parts, type Cell, type Target } from './upsert.ts';

/** Rows a statement writes; each number is prepared once. 64 rows of 60 columns stay far under every limit. */
const chunkRows = [64, 8, 1] as const;

/** Writes rows by many values a statement. */
export const sqliteUpsert = () => {
  const texts = new Map<string, { text: string; names: readonly string[] }>();
  const statement = (target: Target, size: number) => {
    const known = texts.get(`${target.name} ${size}`);
    if (known) return known;
    const { insert, replace, names } = parts(target);
    const row = `(${names.map(() => '?').join(', ')})`;
    const text = `${insert} values ${Array.from({ length: size }, () => row).join(', ')} ${replace}`;
    const made = { text, names };
    texts.set(`${target.name} ${size}`, made);
    return made;
  };
  return async (
    transaction: Kysely<ViewsDatabase>,
    target: Target,
    rows: readonly Readonly<Record<string, Cell>>[],
  ): Promise<void> => {
    let done = 0;
    for (const size of chunkRows) {
      for (; rows.length - done >= size; done += size) {
        const { text, names } = statement(target, size);
        const values: (Cell | undefined)[] = [];
        for (let at = done; at < done + size; at += 1)
          for (const name of names) values.push(rows[at]![name]);
        await transaction.executeQuery(CompiledQuery.raw(text, values));
      }
    }
  };
};
