import { closeSync, openSync, readSync } from 'node:fs';

const chunkBytes = 1_048_576;
/** Longer than any event: data has at most 262,144 characters. */
const maxLineBytes = 4_194_304;
const lineFeed = 10;

/** The lines of a file, read bit by bit. @throws {RangeError} for one that no export has */
export function* linesOf(file: string): Generator<string> {
  const handle = openSync(file, 'r');
  try {
    const chunk = Buffer.alloc(chunkBytes);
    let rest = Buffer.alloc(0);
    for (;;) {
      const length = readSync(handle, chunk);
      if (length === 0) break;
      const bytes =
        rest.length === 0
          ? chunk.subarray(0, length)
          : Buffer.concat([rest, chunk.subarray(0, length)]);
      let from = 0;
      for (let to = bytes.indexOf(lineFeed); to >= 0; to = bytes.indexOf(lineFeed, from)) {
        yield bytes.toString('utf8', from, to);
        from = to + 1;
      }
      rest = Buffer.from(bytes.subarray(from));
      if (rest.length > maxLineBytes) throw new RangeError(`${file} has a line of more than 4 MiB`);
    }
    if (rest.length > 0) yield rest.toString('utf8');
  } finally {
    closeSync(handle);
  }
}
