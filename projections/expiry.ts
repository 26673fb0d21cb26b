import type { StoredEvent } from '../adapters/eventStore/port.ts';
import type { TableName, ViewsDatabase } from '../adapters/views/port.ts';
import type { RetentionFamily } from '../domain/retention.ts';
import type { Key } from './loose.ts';
import type { Rows } from './rows.ts';

type Applied = StoredEvent<'AuditRetentionApplied'>;

/** While anybody is on hold, what cannot be told to be somebody else's stays as well. */
export const isHeld = (hold: readonly string[], people: readonly (string | null)[]): boolean =>
  hold.length > 0 &&
  (people.every((person) => person === null) ||
    people.some((person) => person !== null && hold.includes(person)));

/** Which rows of a table go when its family expires. */
export type Expiring<T extends TableName> = {
  readonly family: RetentionFamily;
  readonly table: T;
  readonly key: keyof ViewsDatabase[T] & string;
  /** How old a row is: a position of the log, or an instant. */
  readonly age: keyof ViewsDatabase[T] & string;
  /** Whom a row is about; nobody in particular where absent. */
  readonly people?: (row: ViewsDatabase[T]) => readonly (string | null)[];
  /** A row that is not over stays, however old it is. */
  readonly isOver?: (row: ViewsDatabase[T]) => boolean;
};

/** Removes what expired, as the event says it: by its positions and its instant, never by a clock. */
export const expiring =
  <T extends TableName>({ family, table, key, age, people, isOver }: Expiring<T>) =>
  async ({ data }: Applied, rows: Rows): Promise<void> => {
    if (data.family !== family) return;
    const limit = age === 'position' ? data.upTo + 1 : data.before;
    for (const row of await rows.below(table, age, limit)) {
      if (isHeld(data.hold, people?.(row) ?? []) || isOver?.(row) === false) continue;
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a key is a text or a number
      rows.remove(table, row[key] as Key);
    }
  };
