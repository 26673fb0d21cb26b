import { jsonEvent, type RecordedEvent } from '@kurrent/kurrentdb-client';
import type { EventRow, PrintedEvent } from './catalogue.ts';

/** Place of an event in `$all`: a byte offset of the server's, beyond 2^53 where the log is large enough. */
export type Place = { readonly commit: bigint; readonly prepare: bigint };

/** An event as the server gave it, before it has a position. */
export type PlacedEvent = Omit<EventRow, 'position'> & {
  readonly place: Place;
  /** The commit that wrote it. */
  readonly attempt: string;
  /** First ids of the parts of its step that were to be written after it. */
  readonly rest: readonly string[];
};

/** What one call of `commit` writes beside its events. */
export type Attempt = {
  readonly attempt: string;
  /** Of the writer: the server's own time is read back in whole seconds by one of the client's two ways. */
  readonly recordedAt: string;
};

const separator = ' ';
const dashes = /^(.{8})(.{4})(.{4})(.{4})(.{12})$/;

/** An event's id as the server knows it. */
export const uuidOf = (id: string): string =>
  id.replaceAll('-', '').toLowerCase().replace(dashes, '$1-$2-$3-$4-$5');

/** Metadata are texts alone, which is what appends to several streams take. */
export function toServerEvent(event: PrintedEvent, written: Attempt, rest: readonly string[] = []) {
  const id = uuidOf(event.id);
  return jsonEvent({
    id,
    type: event.type,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the catalogue has printed it from an object
    data: JSON.parse(event.data) as Record<string, never>,
    metadata: {
      ...written,
      version: `${event.version}`,
      meta: event.meta,
      ...(id === event.id ? {} : { id: event.id }),
      ...(rest.length === 0 ? {} : { rest: rest.join(separator) }),
    },
  });
}

/** What the server holds becomes a row again, with the names of its streams as everybody else knows them. */
export function fromServerEvent(event: RecordedEvent, prefix: string): PlacedEvent {
  const metadata: unknown = event.metadata;
  const text = (key: string): string => {
    if (typeof metadata !== 'object' || metadata === null) return '';
    const value: unknown = Object.entries(metadata).find(([name]) => name === key)?.[1];
    return typeof value === 'string' ? value : '';
  };
  const { position } = event;
  return {
    id: text('id') || event.id,
    stream: event.streamId.slice(prefix.length),
    revision: Number(event.revision),
    type: event.type,
    // What somebody else's program wrote has no version, and the catalogue stops there.
    version: Number(text('version') || 0),
    data: event.isJson ? JSON.stringify(event.data) : '',
    meta: text('meta'),
    recordedAt: text('recordedAt'),
    place: position ?? { commit: -1n, prepare: -1n },
    attempt: text('attempt'),
    rest: text('rest').split(separator).filter(Boolean),
  };
}
