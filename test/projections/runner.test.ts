import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openMemoryEventStore } from '../../adapters/eventStore/memory.ts';
import type { Views } from '../../adapters/views/port.ts';
import type { StoredEvent } from '../../adapters/eventStore/port.ts';
import { settingsStream } from '../../domain/ids.ts';
import { settingsProjection } from '../../projections/settings.ts';
import { tokensProjection } from '../../projections/tokens.ts';
import { projections } from '../../projections/index.ts';
import type { Projection } from '../../projections/projection.ts';
import { createRunner } from '../../projections/runner.ts';
import { seed } from '../support/profile.ts';
import { engineNames, startEngine, type Engine } from './support/engines.ts';
import { createFakeSecrets } from './support/fakeSecrets.ts';
import { createAppender, createLog, storeOf } from './support/log.ts';
import { randomLog } from './support/randomLog.ts';
import { dump, dumpOfFresh, follow, openAt, viewsFile } from './support/views.ts';

const change = (requestSeconds: number) =>
  createLog().add(settingsStream, 'SettingsChanged', { changes: { requestSeconds } }).lines;
const changes = (values: readonly number[]) => {
  const log = createLog();
  for (const requestSeconds of values)
    log.add(settingsStream, 'SettingsChanged', { changes: { requestSeconds } });
  return log.lines;
};
const secrets = createFakeSecrets();
const settingOf = async (views: Views) =>
  (await views.reader.selectFrom('settings').selectAll().execute()).map(({ value }) => value);

/** Breaks at one value of a setting. */
const breaksAt = (value: number): Projection => ({
  ...tokensProjection,
  on: {
    SettingsChanged({ data }) {
      if (data.changes['requestSeconds'] === value) throw new RangeError('cannot take this');
    },
  },
});

describe.each(engineNames)('runner on %s', (name) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await startEngine(name);
  });
  afterAll(() => engine.stop());

  test('shows an event to readers before it says that it has caught up', async () => {
    const store = openMemoryEventStore();
    const append = createAppender(store);
    const { runner, views, close } = await follow(store, { path: engine.place() });
    const position = await append(change(45));
    await runner.caughtUp(position);
    expect(await settingOf(views)).toEqual(['45']);
    expect(await runner.lag()).toBe(0);
    await close();
  });

  test('tells listeners about each batch after its commit', async () => {
    const store = openMemoryEventStore();
    const append = createAppender(store);
    const { runner, views, close } = await follow(store, { path: engine.place() });
    const seen: Promise<readonly string[]>[] = [];
    runner.onApplied((events: readonly StoredEvent[]) => {
      if (events.length > 0) seen.push(settingOf(views));
    });
    await runner.caughtUp(await append(change(33)));
    expect(await Promise.all(seen)).toEqual([['33']]);
    await close();
  });

  test('stops before an event that it cannot apply, names its position and keeps what came before', async () => {
    const store = await storeOf(changes([20, 30, 40, 50]));
    const views = await openAt(engine.place());
    const broken = [settingsProjection, breaksAt(40)];
    const failures: unknown[] = [];
    const onFailure = (error: unknown) => failures.push(error);
    const runner = createRunner({ views, events: store, secrets, projections: broken, onFailure });
    const waiting = Promise.allSettled([runner.caughtUp(4)]);
    await expect(runner.start()).rejects.toMatchObject({ name: 'EventNotApplied', position: 3 });
    expect(await waiting).toMatchObject([
      { status: 'rejected', reason: { message: 'the views are failed at position 2' } },
    ]);
    expect(runner.status()).toMatchObject({
      state: 'failed',
      position: 2,
      failure: { position: 3 },
    });
    expect(failures).toHaveLength(1);
    expect(await settingOf(views)).toEqual(['30']);
    await expect(runner.caughtUp(3)).rejects.toThrow('failed at position 2');
    await runner.stop();

    const mended = createRunner({
      views,
      events: store,
      secrets,
      projections: [settingsProjection, tokensProjection],
    });
    await mended.start();
    expect(await settingOf(views)).toEqual(['50']);
    await mended.stop();
    await views.close();
  });

  test('stops at an event while it follows the log, too', async () => {
    const store = openMemoryEventStore();
    const append = createAppender(store);
    const views = await openAt(engine.place());
    const runner = createRunner({
      views,
      events: store,
      secrets,
      projections: [settingsProjection, breaksAt(40)],
    });
    await runner.start();
    const position = await append(changes([20, 40]));
    await expect(runner.caughtUp(position)).rejects.toThrow('failed');
    expect(runner.status().failure?.position).toBe(2);
    await runner.stop();
    await views.close();
  });

  test('an event type that no projection knows stops the runner', async () => {
    const store = openMemoryEventStore();
    await createAppender(store)(change(20));
    const unknown = {
      ...store,
      readAll: async (after: number) =>
        (await store.readAll(after)).map((event) => ({ ...event, type: 'FromTheFuture' }) as never),
    };
    const views = await openAt(engine.place());
    const runner = createRunner({ views, events: unknown, secrets });
    await expect(runner.start()).rejects.toMatchObject({ position: 1 });
    await runner.stop();
    await views.close();
  });

  test('a higher version drops the tables of that projection and reads the log again', async () => {
    const store = await storeOf(randomLog(seed, 100).lines);
    const path = engine.place();
    await (await follow(store, { path })).close();
    const views = await openAt(path);
    await views.writer.deleteFrom('tokens').execute();
    await views.writer.updateTable('settings').set({ value: '"kept"' }).execute();
    const newer = projections.map((projection) =>
      projection.name === 'tokens' ? { ...projection, version: 2 } : projection,
    );
    const runner = createRunner({ views, events: store, secrets, projections: newer });
    await runner.start();
    const whole = await dumpOfFresh(store);
    const now = await dump(views);
    expect(now['tokens']).toEqual(whole['tokens']);
    expect(now['audit']).toEqual(whole['audit']);
    expect(now['settings']?.every((row) => row.includes('kept'))).toBe(true);
    await runner.stop();
    await views.close();
  });

  test('a stopped runner lets nobody wait', async () => {
    const { runner, close } = await follow(openMemoryEventStore(), {
      path: engine.place(),
    });
    const waiting = Promise.allSettled([runner.caughtUp(1)]);
    await close();
    expect(await waiting).toMatchObject([{ status: 'rejected', reason: { name: 'FeedStopped' } }]);
  });
});

test('a second program that writes to the same file is found out, and no event is applied twice', async () => {
  const store = openMemoryEventStore();
  const append = createAppender(store);
  const path = viewsFile();
  const first = await follow(store, { path });
  const second = await follow(store, { path });
  const position = await append(changes([20, 30, 40]));
  const both = await Promise.allSettled([
    first.runner.caughtUp(position),
    second.runner.caughtUp(position),
  ]);
  expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(await settingOf(first.views)).toEqual(['40']);
  await first.close();
  await second.close();
});
