/** Comma-separated values (RFC 4180), read bit by bit and written line by line. */

/** Characters that a cell may have, and cells that a line may have. */
export const maxCellLength = 2_000;
export const maxCells = 100;

export type CsvLine = {
  /** Line of the file that it begins on, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
  /** Why the line cannot be used. */
  readonly fault?: string;
};

export type CsvReader = {
  /** Takes the next part of the text; returns the lines that are whole by now. */
  push(text: string): readonly CsvLine[];
  /** The last line, where no line break ends it. */
  end(): readonly CsvLine[];
};

type State = 'start' | 'plain' | 'quoted' | 'quoteInQuoted';

/** Line breaks are CRLF, LF or CR; empty lines are left out. A byte order mark must be gone by then. */
export const csvReader = (): CsvReader => {
  let state: State = 'start';
  let cell = '';
  let cells: string[] = [];
  let fault: string | undefined;
  let line = 1;
  let startLine = 1;
  let afterCr = false;

  const endCell = (): void => {
    if (cells.length < maxCells) cells.push(cell);
    else fault ??= `more than ${maxCells} cells`;
    cell = '';
    state = 'start';
  };
  const endLine = (): CsvLine | undefined => {
    const isEmpty = cells.length === 0 && cell === '' && state === 'start';
    endCell();
    const whole: CsvLine = {
      line: startLine,
      cells,
      ...(fault === undefined ? {} : { fault }),
    };
    cells = [];
    fault = undefined;
    return isEmpty ? undefined : whole;
  };
  const add = (character: string): void => {
    if (cell.length < maxCellLength) cell += character;
    else fault ??= `a cell has more than ${maxCellLength} characters`;
  };
  /** What a character means outside of quotes. */
  const outside = (character: string): CsvLine | 'newLine' | undefined => {
    switch (character) {
      case ',':
        endCell();
        return undefined;
      case '\n':
      case '\r':
        return endLine() ?? 'newLine';
      case '"':
        if (state === 'start') state = 'quoted';
        else if (state === 'quoteInQuoted') {
          add('"');
          state = 'quoted';
        } else add('"');
        return undefined;
      default:
        if (state === 'quoteInQuoted') fault ??= 'text after the closing quote';
        state = 'plain';
        add(character);
        return undefined;
    }
  };

  return {
    push(text) {
      const whole: CsvLine[] = [];
      for (const character of text) {
        const isSecondHalf = afterCr && character === '\n';
        afterCr = character === '\r';
        if (state === 'quoted') {
          if (character === '"') state = 'quoteInQuoted';
          else add(character);
          if ((character === '\n' && !isSecondHalf) || character === '\r') line += 1;
          continue;
        }
        if (isSecondHalf) continue;
        const ended = outside(character);
        if (ended === undefined) continue;
        line += 1;
        startLine = line;
        if (ended !== 'newLine') whole.push(ended);
      }
      return whole;
    },
    end() {
      if (state === 'quoted') fault ??= 'a quote is not closed';
      const last = endLine();
      return last === undefined ? [] : [last];
    },
  };
};

/**
 * What a spreadsheet takes for the beginning of a formula, also after the mark that is put before it, so that what
 * was written is read back as it was. Wide forms of the signs are formulas in some editions.
 */
const formula = /^'*[=+\-@\t\r\n\uff0b\uff0d\uff1d\uff20]/;

/** A cell that no spreadsheet runs (SEC-57). */
export const neutralised = (cell: string): string => (formula.test(cell) ? `'${cell}` : cell);
/** The cell as it was before `neutralised`. */
export const restored = (cell: string): string =>
  cell.startsWith("'") && formula.test(cell) ? cell.slice(1) : cell;

const quoted = (cell: string): string =>
  /[",\r\n]/.test(cell) || cell !== cell.trim() ? `"${cell.replaceAll('"', '""')}"` : cell;

/** One line with its line break; formulas neutralised, and quoted where need be. */
export const csvLine = (cells: readonly string[]): string => {
  const line = cells.map((cell) => quoted(neutralised(cell))).join(',');
  // A line of one empty cell would be an empty line.
  return `${line === '' ? '""' : line}\r\n`;
};
