import { setImmediate as turn } from 'node:timers/promises';
import { csvReader, type CsvLine } from '../../domain/csv.ts';
import { Rejected } from '../../domain/errors.ts';
import { maxImportRows, type ImportRow } from '../../domain/imports.ts';
import { canonicalName } from '../../domain/username.ts';
import { readHeader, type Header } from '../../domain/userCsv.ts';

/** Bytes that are read in one turn, so that a large file holds up nobody (SEC-23). */
const turnBytes = 16_384;
/** A row is sealed as one text, which is bounded (adapters/secrets); in characters of JSON, at most 4 bytes each. */
const maxRowLength = 2_000;
const maxWarnings = 20;
const maxNameLength = 60;

/** Makes text of the parts of a file in UTF-8, without a byte order mark. @throws {Rejected} invalid */
const utf8 = () => {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  return (part: Uint8Array, isLast: boolean): string => {
    try {
      return decoder.decode(part, { stream: !isLast });
    } catch {
      throw new Rejected('invalid', 'the file is not UTF-8');
    }
  };
};

async function* linesOf(bytes: Uint8Array): AsyncGenerator<CsvLine> {
  const textOf = utf8();
  const reader = csvReader();
  for (let from = 0; from < bytes.length; from += turnBytes) {
    const to = from + turnBytes;
    yield* reader.push(textOf(bytes.subarray(from, to), to >= bytes.length));
    await turn();
  }
  yield* reader.end();
}

export type ImportFile = {
  readonly header: Header;
  /** The file's first line as it stands. */
  readonly cells: readonly string[];
  readonly warnings: readonly string[];
  readonly rows: AsyncIterable<ImportRow>;
};

const headerOf = (first: CsvLine): Omit<ImportFile, 'rows'> => {
  const { header, unknown } = readHeader(first.cells);
  if (first.fault !== undefined || !header.has('Username'))
    throw new Rejected('invalid', 'the first line must name the columns, Username among them');
  if (JSON.stringify(first.cells).length > maxRowLength)
    throw new Rejected('invalid', 'the first line is too long');
  const warnings = unknown
    .slice(0, maxWarnings)
    .map((name) => `column "${name.slice(0, maxNameLength)}" is not known and left out`);
  if (header.has('OATH Serial'))
    warnings.push('column "OATH Serial" is left out: tokens are imported and assigned apart');
  return { header, cells: first.cells, warnings };
};

type Ids = { readonly newId: () => string; readonly newGuid: () => string };

/** Gives rows what they need to wait: ids, and a fault where their name was on an earlier line. */
async function* rowsOf(
  lines: AsyncGenerator<CsvLine>,
  header: Header,
  { newId, newGuid }: Ids,
): AsyncGenerator<ImportRow> {
  const nameAt = header.get('Username')!;
  const earlier = new Map<string, number>();
  let count = 0;
  for await (const { line, cells, fault } of lines) {
    count += 1;
    if (count > maxImportRows)
      throw new Rejected('limitReached', `an import has at most ${maxImportRows} rows`);
    const name = canonicalName(cells[nameAt] ?? '');
    const before = earlier.get(name);
    if (before === undefined && name !== '') earlier.set(name, line);
    const tooLong =
      JSON.stringify(cells).length > maxRowLength ? 'the line is too long' : undefined;
    const reason =
      fault ??
      tooLong ??
      (before === undefined ? undefined : `Username: on line ${before} already`);
    yield {
      line,
      userId: newId(),
      objectId: newGuid(),
      cells: tooLong === undefined ? cells : cells.slice(0, 1).map((cell) => cell.slice(0, 100)),
      ...(reason === undefined ? {} : { fault: reason }),
    };
  }
}

/** Reads a CSV file row by row. @throws {Rejected} invalid, limitReached; the latter two also while rows are read */
export const readImportFile = async (bytes: Uint8Array, ids: Ids): Promise<ImportFile> => {
  const lines = linesOf(bytes);
  const { value: first } = await lines.next();
  if (first === undefined) throw new Rejected('invalid', 'the file is empty');
  const head = headerOf(first);
  return { ...head, rows: rowsOf(lines, head.header, ids) };
};
