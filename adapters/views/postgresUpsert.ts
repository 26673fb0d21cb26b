import { CompiledQuery, type Kysely } from 'kysely';
import type { ViewsDatabase } from './tables.ts';
import { parts, type Cell, type Target } from './upsert.ts';

/** Rows in one statement; each column goes over as one array. */
const maxRows = 4_000;

const nulCharacters = /\0/g;

/** PostgreSQL has no NUL in texts. What a caller typed must not stop the views, and means nothing anyway. */
const taken = (cell: Cell | undefined): Cell =>
  typeof cell === 'string' && cell.includes('\0')
    ? cell.replace(nulCharacters, '\uFFFD')
    : (cell ?? null);

/** Writes rows as columns: one short statement a table, whatever their number. */
export const postgresUpsert = () => {
  const texts = new Map<string, { text: string; names: readonly string[] }>();
  const statement = (target: Target) => {
    const known = texts.get(target.name);
    if (known) return known;
    const { insert, replace, names } = parts(target);
    const arrays = names.map((name, index) => {
      const type = target.columns[name]!.startsWith('text') ? 'text' : 'bigint';
      return `$${index + 1}::${type}[]`;
    });
    const made = { names, text: `${insert} select * from unnest(${arrays.join(', ')}) ${replace}` };
    texts.set(target.name, made);
    return made;
  };
  return async (
    transaction: Kysely<ViewsDatabase>,
    target: Target,
    rows: readonly Readonly<Record<string, Cell>>[],
  ): Promise<void> => {
    const { text, names } = statement(target);
    for (let from = 0; from < rows.length; from += maxRows) {
      const chunk = rows.slice(from, from + maxRows);
      const columns = names.map((name) => chunk.map((row) => taken(row[name])));
      await transaction.executeQuery(CompiledQuery.raw(text, columns));
    }
  };
};
