/** An event as it lies in the log: `data` and `meta` are the JSON texts of the record, never read and written again. */
export type LedgerRecord = {
  readonly position: number;
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  readonly type: string;
  readonly version: number;
  readonly recordedAt: string;
  readonly meta: string;
  readonly data: string;
};

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

/**
 * The canonical form of an event, which is what is hashed and what an export holds, one a line: JSON without blanks, its
 * fields in this order. `meta` and `data` stand in it byte for byte, so that an upcaster or a reader that orders fields
 * otherwise never changes a hash. A `meta` that is no JSON could shift what the line says into `data`; as a text it cannot.
 */
export const lineOf = (event: LedgerRecord): string => {
  const meta = isJson(event.meta) ? event.meta : JSON.stringify(event.meta);
  return `{"position":${event.position},"id":${JSON.stringify(event.id)},"stream":${JSON.stringify(event.stream)},"revision":${event.revision},"type":${JSON.stringify(event.type)},"version":${event.version},"recordedAt":${JSON.stringify(event.recordedAt)},"meta":${meta},"data":${event.data}}`;
};

const start = '{"position":';

/** The same event as if it stood elsewhere in the log. */
export const lineAt = (line: string, position: number): string =>
  `${start}${position}${line.slice(line.indexOf(','))}`;

const head =
  /^\{"position":(\d{1,16}),"id":"([^"\\]+)","stream":("(?:[^"\\]|\\.)*"),"revision":(\d{1,16}),"type":"([^"\\]+)","version":\d{1,9},"recordedAt":"[^"\\]*","meta":\{/;

export type LineHead = {
  readonly position: number;
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  readonly type: string;
};

const textOf = (json: string): string | undefined => {
  try {
    const text: unknown = JSON.parse(json);
    return typeof text === 'string' ? text : undefined;
  } catch {
    return undefined;
  }
};

/** What a canonical line says around its event. @returns undefined for a line of another form */
export const headOf = (line: string): LineHead | undefined => {
  const found = head.exec(line);
  if (!found) return undefined;
  const [, position = '', id = '', streamText = '', revision = '', type = ''] = found;
  const stream = textOf(streamText);
  if (stream === undefined) return undefined;
  return { position: Number(position), id, stream, revision: Number(revision), type };
};
