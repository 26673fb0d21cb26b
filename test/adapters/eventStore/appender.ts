import { randomUUID } from 'node:crypto';
import { openSqliteEventStore } from '../../../adapters/eventStore/sqlite.ts';
import { append, enabled, ruleMatched } from './given.ts';

/**
 * A process that appends: `file name commits writers`. Each writer has a stream of its own and commits that
 * many steps of two events, one after the other. For each answer it prints the ids and the position, and
 * by then the events are on disk.
 */
const [file = '', name = '', commits = '', writers = ''] = process.argv.slice(2);
const store = await openSqliteEventStore({ file });

async function write(stream: string): Promise<void> {
  for (let revision = -1; revision < Number(commits) - 1; revision++) {
    const [first, second] = [randomUUID(), randomUUID()];
    const { position } = await store.commit([
      append(stream, revision, enabled(first)),
      append(`authentication-${second}`, -1, ruleMatched(first, second)),
    ]);
    process.stdout.write(`answered ${first} ${second} ${position}\n`);
  }
}

await Promise.all(
  Array.from({ length: Number(writers) }, (_, index) => write(`user-${name}-${index}`)),
);
await store.close();
