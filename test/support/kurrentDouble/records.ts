import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  truncateSync,
  writeSync,
} from 'node:fs';

/** One event as the double keeps it; `data` and `metadata` are base64. */
export type DoubleRecord = {
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  readonly type: string;
  readonly contentType: string;
  readonly createdMs: number;
  readonly data: string;
  readonly metadata: string;
  /** Place in the log: bytes, as in the real thing, from beyond what a double can count one by one. */
  readonly position: bigint;
};

export type Proposed = Pick<DoubleRecord, 'id' | 'type' | 'contentType' | 'data' | 'metadata'>;

/** Revisions that are none: the real server's numbers. */
export const anyRevision = -2;
export const noStream = -1;
export const streamExists = -4;

export type Part = {
  readonly stream: string;
  readonly expected: number;
  readonly events: readonly Proposed[];
};
export type Check = Omit<Part, 'events'>;
export type Conflict = {
  readonly stream: string;
  readonly expected: number;
  readonly actual: number;
};
export type Outcome =
  | {
      readonly kind: 'done';
      readonly position: bigint;
      readonly revisions: ReadonlyMap<string, number>;
    }
  | { readonly kind: 'conflict'; readonly conflicts: readonly Conflict[] };

const firstPosition = 2n ** 53n;

export type DoubleLog = {
  readonly all: readonly DoubleRecord[];
  of(stream: string): readonly DoubleRecord[];
  /** Writes all parts or none; resolves when they are on disk. */
  append(parts: readonly Part[], checks?: readonly Check[]): Promise<Outcome>;
  /** Is called after each write, and returns how to end that. */
  onWritten(listener: () => void): () => void;
};

type Line = readonly (Omit<DoubleRecord, 'position'> & { readonly position: string })[];

/** Keeps what was appended in a file, one line a transaction, so that a killed double starts where it was. */
export function openRecords(file: string): DoubleLog {
  /** What is on disk; what is not yet stands in the streams alone, where only appends look. */
  const all: DoubleRecord[] = [];
  let unwritten: DoubleRecord[] = [];
  const streams = new Map<string, DoubleRecord[]>();
  const keep = (record: DoubleRecord): DoubleRecord => {
    const stream = streams.get(record.stream);
    if (stream) stream.push(record);
    else streams.set(record.stream, [record]);
    return record;
  };
  let end = 0;
  if (existsSync(file)) {
    const text = readFileSync(file, 'utf8');
    // What a kill left half-written was answered to nobody.
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    end = Buffer.byteLength(whole);
    truncateSync(file, end);
    for (const line of whole.split('\n').filter(Boolean))
      for (const { position, ...record } of JSON.parse(line) as Line)
        all.push(keep({ ...record, position: BigInt(position) }));
  }
  const descriptor = openSync(file, 'a');
  process.once('exit', () => closeSync(descriptor));
  const listeners = new Set<() => void>();
  let waiting: (() => void)[] = [];
  let lines = '';

  const flush = (): void => {
    writeSync(descriptor, lines);
    fsyncSync(descriptor);
    lines = '';
    for (const record of unwritten) all.push(record);
    unwritten = [];
    const done = waiting;
    waiting = [];
    for (const resolve of done) resolve();
    for (const listener of listeners) listener();
  };
  const flushed = (): Promise<void> =>
    new Promise((resolve) => {
      if (waiting.length === 0) setImmediate(flush);
      waiting.push(resolve);
    });
  const current = (stream: string): number => (streams.get(stream)?.length ?? 0) - 1;

  /** The real server's rule: events that stand where they were to be appended are a repeat of that append. */
  const isRepeat = ({ stream, expected, events }: Part): boolean => {
    const kept = streams.get(stream) ?? [];
    if (expected >= noStream)
      return (
        events.length > 0 &&
        expected < current(stream) &&
        events.every(({ id }, index) => kept[expected + 1 + index]?.id === id)
      );
    return events.length > 0 && events.every(({ id }) => kept.some((record) => record.id === id));
  };
  const fits = ({ stream, expected }: Check): boolean =>
    expected === anyRevision ||
    (expected === streamExists ? current(stream) >= 0 : current(stream) === expected);

  return {
    all,
    of(stream) {
      const newest = all.at(-1)?.position ?? 0n;
      return (streams.get(stream) ?? []).filter(({ position }) => position <= newest);
    },
    async append(parts, checks = []) {
      const repeats = parts.filter(isRepeat);
      const isAllRepeat =
        checks.length === 0 && parts.length > 0 && repeats.length === parts.length;
      if (!isAllRepeat) {
        const conflicts = [...checks, ...parts]
          .filter((check) => !fits(check))
          .map(({ stream, expected }) => ({ stream, expected, actual: current(stream) }));
        if (conflicts.length > 0) return { kind: 'conflict', conflicts };
        const createdMs = Date.now();
        const events = parts.flatMap(({ stream, events: proposed }) =>
          proposed.map((event) => ({ stream, event })),
        );
        const records = events.map(({ stream, event }, index) => {
          const record: DoubleRecord = {
            ...event,
            stream,
            revision: current(stream) + 1,
            createdMs,
            position: firstPosition + BigInt(end + index),
          };
          return keep(record);
        });
        unwritten.push(...records);
        const line = `${JSON.stringify(records.map((record) => ({ ...record, position: `${record.position}` })))}\n`;
        end += Buffer.byteLength(line);
        lines += line;
      }
      const revisions = new Map(parts.map(({ stream }) => [stream, current(stream)]));
      const ids = new Set(parts.flatMap(({ events }) => events.map(({ id }) => id)));
      const position = parts
        .flatMap(({ stream }) => streams.get(stream) ?? [])
        .filter(({ id }) => ids.has(id))
        .reduce((last, record) => (record.position > last ? record.position : last), 0n);
      await flushed();
      return { kind: 'done', position, revisions };
    },
    onWritten(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
