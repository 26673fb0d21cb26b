import { describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { StoreOverloaded, StoreUnavailable } from '../../../adapters/eventStore/errors.ts';
import {
  openSqliteEventStore,
  type SqliteEventStoreOptions,
} from '../../../adapters/eventStore/sqlite.ts';
import type { EventStore } from '../../../adapters/eventStore/port.ts';
import type { WriterData } from '../../../adapters/eventStore/sqliteWriter.ts';
import { maxQueuedSteps } from '../../../adapters/eventStore/writerClient.ts';
import { append, collect, enabled, inFolder, range } from './given.ts';
import { expectAllOnRecord, startAppender } from './processes.ts';

type Open = (options?: Pick<SqliteEventStoreOptions, 'spawn'>) => Promise<EventStore>;

/** A file for the time of a callback; what is opened on it is closed at the end, whatever happens. */
const inFile = (run: (open: Open, file: string) => Promise<void>): Promise<void> =>
  inFolder(async (folder) => {
    const file = join(folder, 'events.db');
    const stores: EventStore[] = [];
    const open: Open = async (options) => {
      const store = await openSqliteEventStore({ file, ...options });
      stores.push(store);
      return store;
    };
    try {
      await run(open, file);
    } finally {
      await Promise.all(stores.map((store) => store.close()));
    }
  });

describe('SEC-82 the event table', () => {
  test.each([
    ['UPDATE', "UPDATE events SET data = '{}' WHERE position = 1", /never changed/],
    ['UPDATE of all', 'UPDATE events SET revision = revision + 10', /never changed/],
    ['DELETE', 'DELETE FROM events WHERE position = 2', /never deleted/],
    ['DELETE of all', 'DELETE FROM events', /never deleted/],
    ['REPLACE by position', replacing("1, 'x', 's', 0"), /never replaced/],
    [
      'REPLACE by id',
      replacing("9, (SELECT id FROM events WHERE position = 1), 's', 0"),
      /never replaced/,
    ],
    ['REPLACE by revision', replacing("9, 'x', 'user-1', 0"), /never replaced/],
  ])('refuses %s', (_, statement, message) =>
    inFile(async (open, file) => {
      const store = await open();
      await store.commit([append('user-1', -1, enabled(), enabled())]);
      const before = await store.readAll(0);
      const db = new DatabaseSync(file);
      expect(() => db.exec(statement)).toThrow(message);
      db.close();
      expect(await store.readAll(0)).toEqual(before);
    }),
  );

  test('is readable for its owner alone', () =>
    inFile(async (open, file) => {
      const store = await open();
      await store.commit([append('user-1', -1)]);
      for (const name of [file, `${file}-wal`, `${file}-shm`])
        expect(statSync(name).mode & 0o777).toBe(0o600);
    }));
});

function replacing(values: string): string {
  return `INSERT OR REPLACE INTO events VALUES (${values}, 'UserEnabled', 1, '{}', '{}', 'now')`;
}

describe('several processes', () => {
  test('append to one file at once without gap, double or loss', () =>
    inFile(async (_, file) => {
      const load = { commits: 100, writers: 8 };
      const one = startAppender(file, { name: 'one', ...load });
      const two = startAppender(file, { name: 'two', ...load });
      await Promise.all([one.ended, two.ended]);
      expect([one.answers.length, two.answers.length]).toEqual([800, 800]);
      await expectAllOnRecord(file, [...one.answers, ...two.answers]);
    }));

  test('a subscription here sees what another process appends, soon after', () =>
    inFile(async (open, file) => {
      const store = await open();
      const seen = collect(store, 0);
      const other = startAppender(file, { name: 'other', commits: 20, writers: 4 });
      await other.ended;
      const late = await Promise.race([seen.until(160), delay(10_000, 'late')]);
      expect(late).toBeUndefined();
      expect(seen.events.map(({ position }) => position)).toEqual(range(1, 160));
      seen.close();
    }));

  test('REL-02 a step repeated by another store and after a restart stays one step', () =>
    inFile(async (open) => {
      const step = [append('user-1', -1), append('authentication-1', -1)];
      const [one, two] = [await open(), await open()];
      const answers = await Promise.all(
        range(1, 100).map((index) => (index % 2 ? one : two).commit(step)),
      );
      expect(answers.filter(({ repeated }) => !repeated)).toHaveLength(1);
      await Promise.all([one.close(), two.close()]);
      const again = await open();
      expect(await again.commit(step)).toEqual({ position: 2, repeated: true });
      expect(await again.head()).toBe(2);
    }));

  test('many may make the file at once', () =>
    inFile(async (open) => {
      const stores = await Promise.all(range(1, 8).map(() => open()));
      await Promise.all(stores.map((store, index) => store.commit([append(`user-${index}`, -1)])));
      expect(await stores[0]?.head()).toBe(8);
    }));
});

/** A store whose writers can be ended from here. */
async function openWithWriters(open: Open) {
  const writers: Worker[] = [];
  const script = new URL('../../../adapters/eventStore/sqliteWriter.ts', import.meta.url);
  const spawn = (data: WriterData): Worker => {
    const writer = new Worker(script, { workerData: data });
    writers.push(writer);
    return writer;
  };
  return { store: await open({ spawn }), writers };
}

const dying = (): Worker => new Worker('process.exit(1)', { eval: true });

describe('the writer', () => {
  test('that dies lets its steps fail, and the next one takes over', () =>
    inFile(async (open) => {
      const { store, writers } = await openWithWriters(open);
      await store.commit([append('user-0', -1)]);
      const steps = range(1, 50).map((user) => [append(`user-${user}`, -1)]);
      const lost = steps.map((step) => store.commit(step));
      const dead = new Promise((resolve) => {
        setImmediate(() => void writers[0]?.terminate().then(resolve));
      });
      const outcomes = await Promise.allSettled(lost);
      await dead; // It may have answered everything before it died.
      const failures = outcomes.filter((outcome) => outcome.status === 'rejected');
      for (const { reason } of failures) expect(reason).toBeInstanceOf(StoreUnavailable);
      // Whatever became of them, the same steps again are on record once.
      await Promise.all(steps.map((step) => store.commit(step)));
      expect(await store.head()).toBe(51);
      expect(writers).toHaveLength(2);
    }));

  test('that cannot live is given up for a while, and steps fail at once', () =>
    inFile(async (open) => {
      const store = await open({ spawn: dying });
      const fails = () =>
        expect(store.commit([append('user-1', -1)])).rejects.toThrow(StoreUnavailable);
      await fails();
      await fails();
      expect(await store.head()).toBe(0);
    }));

  test('is not sent more than its queue holds', () =>
    inFile(async (open) => {
      const { store, writers } = await openWithWriters(open);
      const steps = range(0, maxQueuedSteps).map((user) => store.commit([append(`u-${user}`, -1)]));
      await expect(steps.at(-1)).rejects.toThrow(StoreOverloaded);
      await Promise.all(steps.slice(0, -1));
      expect(await store.head()).toBe(maxQueuedSteps);
      expect(writers).toHaveLength(1);
    }));

  test('ends with its store', () =>
    inFile(async (open) => {
      const { store, writers } = await openWithWriters(open);
      const exit = once(writers[0] as Worker, 'exit');
      await store.close();
      expect(await exit).toEqual([0]);
    }));

  test('tells that the file is not writable any more, and goes on when it is', () =>
    inFile(async (open, file) => {
      const store = await open();
      const db = new DatabaseSync(file);
      db.exec('ALTER TABLE events RENAME TO elsewhere');
      await expect(store.commit([append('user-1', -1)])).rejects.toThrow(StoreUnavailable);
      db.exec('ALTER TABLE elsewhere RENAME TO events');
      db.close();
      await store.commit([append('user-1', -1)]);
      expect(await store.head()).toBe(1);
    }));
});

test('a file of a newer version is not touched', () =>
  inFile(async (open, file) => {
    const db = new DatabaseSync(file);
    db.exec('PRAGMA user_version = 99');
    db.close();
    await expect(open()).rejects.toThrow(/newer version \(99 > 1\)$/);
  }));
