import { closeSync, existsSync, openSync, readFileSync, writeSync } from 'node:fs';
import { changeSchema, type Change } from './records.ts';

export type Journal = {
  /** What was written before this start, in its order. */
  readonly earlier: readonly Change[];
  /** Returns once the system has it: killing this process loses nothing. */
  readonly write: (change: Change) => void;
  readonly close: () => void;
};

/** Changes as JSON, one a line, appended to a file; kept nowhere where there is no file. */
export const openJournal = (file: string | undefined): Journal => {
  if (file === undefined) return { earlier: [], write: () => {}, close: () => {} };
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const descriptor = openSync(file, 'a', 0o600);
  // A line that a kill cut short was never answered for, and must not spoil the next one.
  if (text !== '' && !text.endsWith('\n')) writeSync(descriptor, '\n');
  return {
    earlier: text.split('\n').flatMap(readLine),
    write: (change) => void writeSync(descriptor, `${JSON.stringify(change)}\n`),
    close: () => closeSync(descriptor),
  };
};

const readLine = (line: string): readonly Change[] => {
  try {
    return [changeSchema.parse(JSON.parse(line))];
  } catch {
    return []; // Cut short, or of another version: a double has nothing to lose by leaving it out.
  }
};
