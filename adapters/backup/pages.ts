import { existsSync } from 'node:fs';
import { backup, DatabaseSync } from 'node:sqlite';

const busyTimeoutMs = 10_000;
/** Pages at a time: often enough for the progress, and to stop soon. */
const pagesAtOnce = 2_048;

/** A copy that does not say what the original says. */
export class BadCopy extends Error {
  override readonly name = 'BadCopy';
}

/**
 * Copies a database of SQLite as it is at one moment, while others write to it: a read transaction keeps that moment,
 * and in WAL mode holds nobody up. The copy is one file without a journal beside it.
 * @param look runs in that same moment; what it returns is the result
 * @throws {BadCopy} where the copy is damaged
 */
export const copyDatabase = async <T>(
  from: string,
  to: string,
  {
    look,
    onProgress = () => undefined,
  }: {
    readonly look: (db: DatabaseSync) => T;
    readonly onProgress?: (done: number, total: number) => void;
  },
): Promise<T> => {
  if (!existsSync(from)) throw new TypeError(`${from} is not there`);
  // Not read-only: what a crash of its writer left in a journal is taken back first, as any reader does.
  const source = new DatabaseSync(from, { timeout: busyTimeoutMs });
  try {
    source.exec('BEGIN');
    // The transaction begins with the first read.
    source.prepare('SELECT count(*) FROM sqlite_schema').get();
    const seen = look(source);
    await backup(source, to, {
      rate: pagesAtOnce,
      progress: ({ totalPages, remainingPages }) =>
        onProgress(totalPages - remainingPages, totalPages),
    });
    source.exec('COMMIT');
    settle(to);
    return seen;
  } finally {
    source.close();
  }
};

/** A file that can be read from anywhere, also where nothing may be written beside it. */
const settle = (file: string): void => {
  const copy = new DatabaseSync(file);
  try {
    copy.exec('PRAGMA journal_mode = DELETE');
    const verdict = copy.prepare('PRAGMA quick_check(1)').get()?.['quick_check'];
    if (verdict !== 'ok') throw new BadCopy(`${file} is damaged: ${String(verdict)}`);
  } finally {
    copy.close();
  }
};
