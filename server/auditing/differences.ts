import type { Page, Paging, Queries } from '../../api/facade.ts';
import type { Difference } from '../../api/facade/auditing.ts';
import { Rejected } from '../../domain/errors.ts';
import { itemKinds } from '../../domain/items.ts';
import { present } from '../../domain/present.ts';

/** Things of one list that are compared, and differences that are told; beyond that, narrow it down by time. */
const maxRows = 100_000;
const maxDifferences = 10_000;
const pageRows = 500;

/** Says nothing by itself: it counts or dates the other changes. */
const silent: ReadonlySet<string> = new Set(['version', 'changedAt', 'lastAttemptAt']);

type Row = {
  readonly id: string;
  readonly name: string;
  readonly fields: Readonly<Record<string, unknown>>;
};
type List = { readonly kind: string; rows(queries: Queries): AsyncIterable<Row> };

const paged = <View extends object>(
  kind: string,
  read: (queries: Queries, paging: Paging) => Promise<Page<View>>,
  row: (view: View) => Omit<Row, 'fields'>,
): List => ({
  kind,
  async *rows(queries) {
    let cursor: string | undefined;
    do {
      const page = await read(queries, present({ limit: pageRows, cursor }));
      for (const view of page.rows)
        yield { ...row(view), fields: Object.fromEntries(Object.entries(view)) };
      cursor = page.nextCursor;
    } while (cursor !== undefined);
  },
});

const lists: readonly List[] = [
  paged(
    'user',
    (queries, paging) => queries.listUsers({}, paging),
    ({ userId, username }) => ({ id: userId, name: username }),
  ),
  paged(
    'block',
    (queries, paging) => queries.listBlocks({}, paging),
    ({ blockId, username }) => ({ id: blockId, name: username }),
  ),
  paged(
    'bypass',
    (queries, paging) => queries.listBypasses({}, paging),
    ({ bypassId, username }) => ({ id: bypassId, name: username }),
  ),
  {
    kind: 'setting',
    async *rows(queries) {
      for (const [name, value] of Object.entries(await queries.getSettings()))
        yield { id: name, name, fields: { value } };
    },
  },
  {
    kind: 'serviceAccount',
    async *rows(queries) {
      for (const { accountId, name, groups } of await queries.listServiceAccounts())
        yield { id: accountId, name, fields: { name, groups } };
    },
  },
  ...itemKinds.map((kind): List => ({
    kind,
    async *rows(queries) {
      for (const { itemId, item } of await queries.listItems(kind))
        yield { id: itemId, name: itemId, fields: { ...item } };
    },
  })),
];

/** A value as text, the same for the same value. */
const textOf = (value: unknown): string | undefined =>
  value === undefined || typeof value === 'string' ? value : JSON.stringify(value);

const fieldsOf = (before: Row | undefined, after: Row | undefined): Difference['fields'] => {
  const names = new Set([
    ...Object.keys(before?.fields ?? {}),
    ...Object.keys(after?.fields ?? {}),
  ]);
  return [...names].flatMap((field) => {
    const old = textOf(before?.fields[field]);
    const made = textOf(after?.fields[field]);
    return silent.has(field) || old === made
      ? []
      : [{ field, ...present({ before: old, after: made }) }];
  });
};

const changeOf = (before: Row | undefined, after: Row | undefined): Difference['change'] =>
  before === undefined ? 'added' : after === undefined ? 'removed' : 'changed';

/** @throws {Rejected} limitReached */
export const differencesOf = async (
  before: Queries,
  after: Queries,
): Promise<readonly Difference[]> => {
  const found: Difference[] = [];
  const add = (kind: string, old: Row | undefined, made: Row | undefined): void => {
    const { id, name } = made ?? old!;
    const fields = fieldsOf(old, made);
    if (fields.length === 0 && old && made) return;
    if (found.length >= maxDifferences)
      throw new Rejected('limitReached', `there are more than ${maxDifferences} differences`);
    found.push({ kind, id, name, change: changeOf(old, made), fields });
  };
  for (const list of lists) {
    const rows = new Map<string, Row>();
    for await (const row of list.rows(before)) {
      rows.set(row.id, row);
      if (rows.size > maxRows)
        throw new Rejected('limitReached', `there are more than ${maxRows} of ${list.kind}`);
    }
    for await (const row of list.rows(after)) {
      add(list.kind, rows.get(row.id), row);
      rows.delete(row.id);
    }
    for (const row of rows.values()) add(list.kind, row, undefined);
  }
  return found;
};
