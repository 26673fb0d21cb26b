import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openMemoryEventStore } from '../../adapters/eventStore/memory.ts';
import { eventFields } from '../../adapters/eventStore/eventFields.ts';
import { parseStream } from '../../domain/ids.ts';
import { userKey } from '../../domain/sealed.ts';
import { count, seed } from '../support/profile.ts';
import { createFakeSecrets } from './support/fakeSecrets.ts';
import { createAppender, storeOf } from './support/log.ts';
import { engineNames, startEngine, type Engine } from './support/engines.ts';
import { createRandom } from './support/random.ts';
import { randomLog } from './support/randomLog.ts';
import { dump, dumpOfFresh, follow, viewsFile } from './support/views.ts';

const steps = 150;

const rebuildsBeside = async (path: string): Promise<void> => {
  const { lines } = randomLog(seed, steps);
  const store = openMemoryEventStore();
  const append = createAppender(store);
  const half = Math.floor(lines.length / 2);
  await append(lines.slice(0, half));
  const live = await follow(store, { path });
  const seen: number[] = [];
  const rebuilding = live.runner.rebuild((done) => seen.push(done));
  const last = await append(lines.slice(half));
  const report = await rebuilding;
  expect(report.position).toBeGreaterThanOrEqual(half);
  expect(report.events).toBe(report.position);
  expect(seen.at(-1)).toBe(report.position);
  expect(report.tables.filter(({ equal }) => !equal)).toEqual([]);
  await live.runner.caughtUp(last);
  expect(await dump(live.views)).toEqual(await dumpOfFresh(store));
  await live.close();
  const reopened = await follow(store, { path });
  expect(await dump(reopened.views)).toEqual(await dumpOfFresh(store));
  await reopened.close();
};

test('the random logs hold every event type', () => {
  const types = new Set<string>();
  // The rarest is one in some fifteen hundred.
  for (let run = 0; run < 80; run += 1)
    for (const { event } of randomLog(seed + run, 400).lines) types.add(event.type);
  expect([...types].toSorted()).toEqual(Object.keys(eventFields).toSorted());
});

describe.each(engineNames)('views in %s', (engineName) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await startEngine(engineName);
  });
  afterAll(() => engine.stop());

  test('views that have read further than the log goes, as before a restore, are made anew', async () => {
    const { lines } = randomLog(seed, steps);
    const path = engine.place();
    const whole = openMemoryEventStore();
    await createAppender(whole)(lines);
    await (await follow(whole, { path })).close();
    const shorter = openMemoryEventStore();
    await createAppender(shorter)(lines.slice(0, lines.length / 2));
    const after = await follow(shorter, { path });
    expect(await dump(after.views)).toEqual(await dumpOfFresh(shorter));
    await after.close();
  });

  test('REL-07 rebuilt equals incremental, wherever the log was cut, with the keys of who was erased gone since', async () => {
    let erased = 0;
    for (let run = 0; run < count(60) || erased === 0; run += 1) {
      const random = createRandom(seed + run);
      const { lines } = randomLog(seed + run, steps);
      const store = openMemoryEventStore();
      const append = createAppender(store);
      const secrets = createFakeSecrets();
      const live = await follow(store, {
        path: engine.place(),
        batchSize: 1 + random.below(50),
        secrets,
      });
      for (let from = 0; from < lines.length;) {
        const to = from + 1 + random.below(40);
        const part = lines.slice(from, to);
        await live.runner.caughtUp(await append(part));
        for (const { stream, event } of part) {
          if (event.type !== 'UserErased') continue;
          await secrets.destroy(userKey(parseStream(stream).id));
          erased += 1;
        }
        from = to;
      }
      // Byte for byte, though the fresh one never could read what the live one has read and removed.
      expect(await dump(live.views)).toEqual(await dumpOfFresh(store, secrets));
      await live.close();
    }
  }, 1_200_000);

  test('a restart goes on where it stopped, and twice is once', async () => {
    const { lines } = randomLog(seed, steps);
    const store = openMemoryEventStore();
    const append = createAppender(store);
    const path = engine.place();
    const half = Math.floor(lines.length / 2);
    await append(lines.slice(0, half));
    await (await follow(store, { path })).close();
    await append(lines.slice(half));
    await (await follow(store, { path })).close();
    const third = await follow(store, { path });
    expect(await dump(third.views)).toEqual(await dumpOfFresh(store));
    await third.close();
  });

  test('a rebuild beside the live views reports every table equal and goes on from the new ones', () =>
    rebuildsBeside(engine.place()));

  test('a rebuild finds a row that was changed by hand, and mends it', async () => {
    const store = await storeOf(randomLog(seed, steps).lines);
    const live = await follow(store, { path: engine.place() });
    await live.views.writer
      .updateTable('audit')
      .set({ address: '192.0.2.1' })
      .where('position', '=', 3)
      .execute();
    const report = await live.runner.rebuild(() => undefined);
    expect(report.tables.filter(({ equal }) => !equal).map(({ name }) => name)).toEqual(['audit']);
    expect(await dump(live.views)).toEqual(await dumpOfFresh(store));
    await live.close();
  });

  test('one rebuild at a time', async () => {
    const live = await follow(await storeOf(randomLog(seed, 20).lines), {
      path: engine.place(),
    });
    const first = live.runner.rebuild(() => undefined);
    await expect(live.runner.rebuild(() => undefined)).rejects.toMatchObject({ kind: 'conflict' });
    await first;
    await live.close();
  });
});

test('a deleted file is made again, byte for byte', async () => {
  const store = await storeOf(randomLog(seed, steps).lines);
  const path = viewsFile();
  const first = await follow(store, { path });
  const before = await dump(first.views);
  await first.close();
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${path}${suffix}`, { force: true });
  const second = await follow(store, { path });
  expect(await dump(second.views)).toEqual(before);
  await second.close();
});

test('a rebuild in memory works as one in a file', () => rebuildsBeside(':memory:'));

test('SEC-72 no view holds a seed, a PIN or an answer, sealed or not, nor a personal value in the clear', async () => {
  const { lines } = randomLog(seed, 1_000);
  const rows = JSON.stringify(await dumpOfFresh(await storeOf(lines)));
  const clears = ['jo@example.org', 'b@c.d', '5550000147', '203.0.113.7', '198.51.100.9'];
  for (const clear of [...clears, 'JBSWY3DPEHPK3PXP', '$argon2id$', 'Confidential'])
    expect(rows).not.toContain(clear);
  const secrets = lines.flatMap(({ event: { data } }) =>
    ['secret', 'oathSecret', 'pinHash', 'answers'].flatMap((field): unknown[] =>
      field in data ? [Reflect.get(data, field)] : [],
    ),
  );
  expect(secrets.length).toBeGreaterThan(10);
  for (const secret of secrets) expect(rows).not.toContain(secret);
});
