import { expect } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { openSqliteEventStore } from '../../../adapters/eventStore/sqlite.ts';
import { everything, range } from './given.ts';

export const appenderScript = fileURLToPath(new URL('./appender.ts', import.meta.url));

/** What a process was told is on record. */
export type Answer = { readonly ids: readonly [string, string]; readonly position: number };

export type Appender = {
  readonly child: ChildProcess;
  readonly answers: readonly Answer[];
  /** Resolves after so many answers, or when the process has ended. */
  answered(total: number): Promise<unknown>;
  /** Resolves when the process has ended and all that it printed has been read. */
  readonly ended: Promise<unknown>;
};

export function startAppender(
  file: string,
  { name, commits, writers }: { name: string; commits: number; writers: number },
): Appender {
  const child = spawn(process.execPath, [appenderScript, file, name, `${commits}`, `${writers}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const answers: Answer[] = [];
  const waiting = new Set<() => void>();
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => {
    const [word, first, second, position] = line.split(' ');
    // The last line of a killed process may be cut; an answer that was not read was not given.
    if (word !== 'answered' || !first || !second || !position) return;
    answers.push({ ids: [first, second], position: Number(position) });
    for (const wake of waiting) wake();
  });
  const ended = Promise.all([once(lines, 'close'), once(child, 'exit')]);
  return {
    child,
    answers,
    ended,
    answered: (total) =>
      Promise.race([
        ended,
        new Promise<void>((resolve) => {
          const look = (): void => {
            if (answers.length < total) return;
            waiting.delete(look);
            resolve();
          };
          waiting.add(look);
          look();
        }),
      ]),
  };
}

export function expectIntegrity(file: string): void {
  const db = new DatabaseSync(file);
  const found = db.prepare('PRAGMA integrity_check').all();
  db.close();
  expect(found.map((row) => row['integrity_check'])).toEqual(['ok']);
}

/** Nothing that was answered is missing, doubled or elsewhere; steps are whole; numbers have no gap. */
export async function expectAllOnRecord(file: string, answers: readonly Answer[]): Promise<void> {
  expectIntegrity(file);
  const store = await openSqliteEventStore({ file });
  try {
    const events = await everything(store);
    expect(events.map(({ position }) => position)).toEqual(range(1, events.length));
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);

    const missing = answers.filter(
      ({ ids, position }) =>
        events[position - 2]?.id !== ids[0] || events[position - 1]?.id !== ids[1],
    );
    expect(missing).toEqual([]);

    const next = new Map<string, number>();
    const halves = events.filter(({ stream, revision, type }, index) => {
      expect(revision).toBe(next.get(stream) ?? 0);
      next.set(stream, revision + 1);
      return type !== ['UserEnabled', 'AuthenticationRuleMatched'][index % 2];
    });
    expect(halves).toEqual([]);
  } finally {
    await store.close();
  }
}
