import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { csvLine, csvReader, neutralised, restored } from '../../domain/csv.ts';
import { count, seed } from '../support/profile.ts';

const runs = { numRuns: count(20_000), seed };

const read = (text: string, cuts: readonly number[] = []) => {
  const reader = csvReader();
  const places = [...cuts.map((cut) => cut % (text.length + 1)), text.length].toSorted(
    (a, b) => a - b,
  );
  let from = 0;
  const lines = places.flatMap((to) => {
    const part = text.slice(from, to);
    from = to;
    return [...reader.push(part)];
  });
  return [...lines, ...reader.end()];
};
const cellsOf = (text: string): readonly (readonly string[])[] =>
  read(text).map(({ cells }) => cells);

/** Cells that hold whatever has a meaning in CSV or in a spreadsheet. */
const cell = fc.oneof(
  fc.string(),
  fc.string({
    unit: fc.constantFrom(',', '"', '\r', '\n', '=', '+', '-', '@', '\t', "'", ' ', 'ä', '😀'),
  }),
);
const cells = fc.array(cell, { minLength: 1, maxLength: 12 });

describe('what was written', () => {
  test('is read back cell by cell, however it is cut', () => {
    fc.assert(
      fc.property(
        fc.array(cells, { maxLength: 5 }),
        fc.array(fc.nat(), { maxLength: 6 }),
        (rows, cuts) => {
          const text = rows.map(csvLine).join('');
          const found = read(text, cuts);
          expect(found.map((line) => line.cells.map(restored))).toEqual(rows);
          expect(found.filter(({ fault }) => fault !== undefined)).toEqual([]);
        },
      ),
      runs,
    );
  });

  test('SEC-57 holds no cell that a spreadsheet takes for a formula, and loses nothing by that', () => {
    fc.assert(
      fc.property(cell, (text) => {
        const written = neutralised(text);
        expect(written).not.toMatch(/^[=+\-@\t\r\n]/);
        expect(restored(written)).toBe(text);
      }),
      runs,
    );
    expect(csvLine(['=HYPERLINK("http://x")', '+1', '-1', '@SUM(A1)', '\tx', "'=1"])).toBe(
      `"'=HYPERLINK(""http://x"")",'+1,'-1,'@SUM(A1),"'\tx",''=1\r\n`.replace(`"'\tx"`, `'\tx`),
    );
  });
});

describe('what others have written', () => {
  test('ends its lines with CRLF, LF or CR, and its last line with nothing', () => {
    for (const end of ['\r\n', '\n', '\r'])
      expect(cellsOf(`a,b${end}c,d${end}${end}e,`)).toEqual([
        ['a', 'b'],
        ['c', 'd'],
        ['e', ''],
      ]);
  });

  test('may quote cells that need no quotes, and has line breaks and quotes in them', () => {
    expect(cellsOf('"a","b ""c"" d","e\r\nf"\n')).toEqual([['a', 'b "c" d', 'e\r\nf']]);
    expect(cellsOf('a"b,c\n')).toEqual([['a"b', 'c']]);
  });

  test('is told of with the line of the file that it begins on', () => {
    expect(read('a\n"b\nc"\n\nd\n').map(({ line }) => line)).toEqual([1, 2, 5]);
  });

  test('is refused line by line where it cannot be read, and the next line can', () => {
    expect(read('"a"b,c\nd\n')).toEqual([
      { line: 1, cells: ['ab', 'c'], fault: 'text after the closing quote' },
      { line: 2, cells: ['d'] },
    ]);
    expect(read('"a,b\n').at(-1)).toMatchObject({ fault: 'a quote is not closed' });
    expect(read(`${'x'.repeat(2_001)},b\n`)[0]!.fault).toBe('a cell has more than 2000 characters');
    expect(read(`${'x,'.repeat(100)}x\n`)[0]!.fault).toBe('more than 100 cells');
  });

  test('never makes the reader throw', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', ',', '"', '\r', '\n', '=') }), (text) => {
        for (const { cells: found } of read(text)) expect(found.length).toBeLessThanOrEqual(100);
      }),
      runs,
    );
  });
});
