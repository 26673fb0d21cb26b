import { z } from 'zod';
import { eventFields, metaFields } from './eventFields.ts';
import type { NewEvent, StoredEvent } from './port.ts';
import { upcasters, type Upcaster } from './upcasters.ts';

/** An event as a row: `data` and `meta` are JSON texts. */
export type EventRow = {
  readonly position: number;
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  readonly type: string;
  readonly version: number;
  readonly data: string;
  readonly meta: string;
  readonly recordedAt: string;
};
export type PrintedEvent = Pick<EventRow, 'id' | 'type' | 'version' | 'data' | 'meta'>;

/** Decides what may be written to the log and what a row of it means. */
export type Catalogue = {
  /** @throws {UnfitEvent} if the event does not fit its type's current schema */
  readonly print: (event: NewEvent) => PrintedEvent;
  /** @throws {UnreadableEvent} if the row's type or version is unknown, or it does not fit */
  readonly parse: (row: EventRow) => StoredEvent;
};

/** An event that was about to be written does not fit its type. Names fields, never values. */
export class UnfitEvent extends TypeError {
  override readonly name = 'UnfitEvent';
}

/** A row that this version of the program cannot read; a reader stops there. */
export class UnreadableEvent extends Error {
  override readonly name = 'UnreadableEvent';
  readonly position: number;
  constructor(position: number, reason: string) {
    super(`event at position ${position} cannot be read: ${reason}`);
    this.position = position;
  }
}

export type Definition = {
  /** Schema of the current version, which is one more than there are upcasters. */
  readonly data: z.ZodType<Readonly<Record<string, unknown>>>;
  readonly upcasters?: readonly Upcaster[] | undefined;
};

const maxDataLength = 262_144;
/** A UUID, with dashes or without. */
const eventIdPattern = /^[\dA-F]{8}(-?)[\dA-F]{4}\1[\dA-F]{4}\1[\dA-F]{4}\1[\dA-F]{12}$/i;
const meta = z.strictObject(metaFields);
const anyObject = z.record(z.string(), z.unknown());

const faults = (error: z.core.$ZodError): string =>
  error.issues
    .map((issue) => {
      const path = issue.path.join('.');
      if (issue.code !== 'unrecognized_keys') return `${path} (${issue.code})`;
      return `${[...issue.path, issue.keys.join(', ')].join('.')} (unknown)`;
    })
    .join('; ');

/** A catalogue of the given event types; everything else is refused, both ways. */
export function createCatalogue(definitions: Readonly<Record<string, Definition>>): Catalogue {
  const table = new Map(
    Object.entries(definitions).map(([type, { data, upcasters: lifts = [] }]) => [
      type,
      { data, lifts, version: lifts.length + 1 },
    ]),
  );

  return {
    print(event) {
      const definition = table.get(event.type);
      if (!definition) throw new UnfitEvent(`unknown event type ${event.type}`);
      if (!eventIdPattern.test(event.id)) throw new UnfitEvent(`${event.type}: id is not a UUID`);
      const checked = definition.data.safeParse(event.data);
      if (!checked.success) throw new UnfitEvent(`${event.type}: data: ${faults(checked.error)}`);
      const around = meta.safeParse(event.meta);
      if (!around.success) throw new UnfitEvent(`${event.type}: meta: ${faults(around.error)}`);
      const data = JSON.stringify(checked.data);
      if (data.length > maxDataLength) throw new UnfitEvent(`${event.type}: data is too long`);
      return {
        id: event.id,
        type: event.type,
        version: definition.version,
        data,
        meta: JSON.stringify(around.data),
      };
    },

    parse(row) {
      const { position, id, stream, revision, type, version, recordedAt } = row;
      const definition = table.get(type);
      if (!definition) throw new UnreadableEvent(position, `unknown type ${type}`);
      if (version < 1 || version > definition.version)
        throw new UnreadableEvent(
          position,
          `${type} has version ${version}, the newest known is ${definition.version}`,
        );
      const data = definition.data.safeParse(lift(definition.lifts, row));
      if (!data.success)
        throw new UnreadableEvent(position, `${type}: data: ${faults(data.error)}`);
      const around = meta.safeParse(parseJson(row, 'meta'));
      if (!around.success)
        throw new UnreadableEvent(position, `${type}: meta: ${faults(around.error)}`);
      const event = {
        id,
        type,
        data: data.data,
        meta: around.data,
        version: definition.version,
        stream,
        revision,
        position,
        recordedAt,
      };
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the schema of this very type has passed, which the compiler cannot see through the table
      return event as StoredEvent;
    },
  };
}

function lift(lifts: readonly Upcaster[], row: EventRow): unknown {
  let data: unknown = parseJson(row, 'data');
  if (row.version > lifts.length) return data;
  for (const upcast of lifts.slice(row.version - 1)) {
    const before = anyObject.safeParse(data);
    if (!before.success) throw new UnreadableEvent(row.position, `${row.type}: data is no object`);
    data = upcast(before.data);
  }
  return data;
}

function parseJson(row: EventRow, column: 'data' | 'meta'): unknown {
  try {
    return JSON.parse(row[column]);
  } catch {
    throw new UnreadableEvent(row.position, `${column} is not JSON`);
  }
}

const lifts = new Map<string, readonly Upcaster[]>(Object.entries(upcasters));

/** Every event of domain/events.ts. */
export const catalogue: Catalogue = createCatalogue(
  Object.fromEntries(
    Object.entries(eventFields).map(([type, fields]) => [
      type,
      { data: z.strictObject(fields), upcasters: lifts.get(type) },
    ]),
  ),
);
