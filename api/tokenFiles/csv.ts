import { setImmediate as nextTurn } from 'node:timers/promises';
import { csvReader, type CsvLine } from '../../domain/csv.ts';
import { Rejected } from '../../domain/errors.ts';
import { maxTokenRows, type TokenLine, type TokenRecord } from '../../domain/tokenFile.ts';
import { present } from '../../domain/present.ts';
import {
  readChoice,
  readCounter,
  readKind,
  readSecret,
  readSerial,
  readText,
  readUsername,
  shownSerial,
  TokenFileFault,
  type TokenFileContent,
} from './fields.ts';

/** What a column may hold, by the names that files have for it. */
const columnNames = {
  upn: 'username',
  username: 'username',
  'serial number': 'serial',
  serial: 'serial',
  'secret key': 'secret',
  secret: 'secret',
  'time interval': 'interval',
  interval: 'interval',
  manufacturer: 'manufacturer',
  model: 'model',
  digits: 'digits',
  kind: 'kind',
  counter: 'counter',
} as const;
type Column = (typeof columnNames)[keyof typeof columnNames];

/** Files without a header line. */
const threeColumns = ['serial', 'secret', 'interval'] as const;
const sixColumns = ['username', 'serial', 'secret', 'interval', 'manufacturer', 'model'] as const;

const columnOf = (cell: string): Column | undefined => {
  const name = cell.trim().toLowerCase();
  const names: Readonly<Record<string, Column>> = columnNames;
  return Object.hasOwn(names, name) ? names[name] : undefined;
};

/** Characters read in one go, so that other work gets its turn (SEC-23). */
const turnLength = 16_384;

const linesOf = async (bytes: Uint8Array): Promise<readonly CsvLine[]> => {
  const text = decoded(bytes);
  const reader = csvReader();
  const lines: CsvLine[] = [];
  for (let start = 0; start < text.length; start += turnLength) {
    lines.push(...reader.push(text.slice(start, start + turnLength)));
    if (lines.length > maxTokenRows + 1)
      throw new Rejected('limitReached', `a file has at most ${maxTokenRows} tokens`);
    await nextTurn();
  }
  lines.push(...reader.end());
  return lines;
};

const decoded = (bytes: Uint8Array): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw Object.assign(new Rejected('invalid', 'the file is not UTF-8'), { cause });
  }
};

/**
 * Reads tokens from comma-separated values: serial, secret, interval; or the six columns of the cloud's list; or any
 * columns that a header line names (spec/20 'OATH tokens').
 * @throws {Rejected} invalid for a file that is none of these, limitReached
 */
export const readTokenCsv = async (
  bytes: Uint8Array,
  decodeBase32: (text: string) => Uint8Array,
): Promise<TokenFileContent> => {
  const lines = await linesOf(bytes);
  const named = lines[0]?.cells.map(columnOf) ?? [];
  const hasHeader = named.includes('serial') && named.includes('secret');
  const columns = hasHeader ? named : columnsOf(lines[0]?.cells.length ?? 0);
  const read: TokenLine[] = [];
  for (const line of hasHeader ? lines.slice(1) : lines) {
    read.push(tokenLine(line, columns, decodeBase32));
    if (read.length % 500 === 0) await nextTurn();
  }
  return { lines: read, warnings: hasHeader ? unknownColumns(lines[0]?.cells ?? []) : [] };
};

const maxWarnings = 20;
const maxNameLength = 60;

const unknownColumns = (cells: readonly string[]): readonly string[] =>
  cells
    .filter((cell) => columnOf(cell) === undefined)
    .slice(0, maxWarnings)
    .map((cell) => `column "${cell.slice(0, maxNameLength)}" is not known and left out`);

const columnsOf = (cells: number): readonly Column[] => {
  if (cells === threeColumns.length) return threeColumns;
  if (cells === sixColumns.length) return sixColumns;
  throw new Rejected(
    'invalid',
    'the file has no header line, and neither three columns (serial, secret, interval) nor six',
  );
};

const tokenLine = (
  { line, cells, fault }: CsvLine,
  columns: readonly (Column | undefined)[],
  decodeBase32: (text: string) => Uint8Array,
): TokenLine => {
  const cell = (wanted: Column): string => cells[columns.indexOf(wanted)] ?? '';
  try {
    if (fault !== undefined) throw new TokenFileFault(fault);
    const token: TokenRecord = {
      serial: readSerial(cell('serial')),
      ...readSecret(cell('secret'), decodeBase32),
      kind: readKind(cell('kind')),
      digits: readChoice('digits', cell('digits'), [6, 8]),
      periodSeconds: readChoice('interval', cell('interval'), [30, 60]),
      counter: readCounter(cell('counter')),
      ...present({
        manufacturer: readText(cell('manufacturer')),
        model: readText(cell('model')),
        username: readUsername(cell('username')),
      }),
    };
    return { line, token };
  } catch (error) {
    if (!(error instanceof TokenFileFault)) throw error;
    return { line, serial: shownSerial(cell('serial')), fault: error.message };
  }
};
