import { mkdirSync } from 'node:fs';
import { open, readFile, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { printNotes, splitNotes } from '../../domain/ledger/checkpoint.ts';

/** Checkpoints in a file that is only ever appended to, best on another disk or a share that refuses changes. */
export type AnchorFile = {
  /** On disk when it resolves. */
  append(note: string): Promise<void>;
  notes(): Promise<readonly string[]>;
};

const noteEnd = '\n\n';
/** Makes what stands before it no note, wherever it was cut. */
const cutOff = ` (cut off)${noteEnd}`;

/** What a crash left half written is closed, so that the next note is not taken for its rest. */
const closingOf = async (file: FileHandle): Promise<string> => {
  const { size } = await file.stat();
  if (size === 0) return '';
  const length = Math.min(size, noteEnd.length);
  const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length);
  return buffer.toString('latin1') === noteEnd ? '' : cutOff;
};

export const anchorFile = (path: string): AnchorFile => ({
  async append(note) {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const file = await open(path, 'a+', 0o600);
    try {
      await file.writeFile((await closingOf(file)) + printNotes([note]));
      await file.sync();
    } finally {
      await file.close();
    }
  },
  async notes() {
    try {
      return splitNotes(await readFile(path, 'utf8'));
    } catch (error) {
      if (isAbsent(error)) return [];
      throw error;
    }
  },
});

const isAbsent = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';
