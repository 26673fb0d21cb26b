import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { jsonEvent, KurrentDBClient } from '@kurrent/kurrentdb-client';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StoreUnavailable } from '../../../adapters/eventStore/errors.ts';
import { openKurrentEventStore } from '../../../adapters/eventStore/kurrentdb.ts';
import { openOrder } from '../../../adapters/eventStore/kurrentdbOrder.ts';
import {
  WrongExpectedRevision,
  type Append,
  type Committed,
  type EventStore,
} from '../../../adapters/eventStore/port.ts';
import { until } from '../../e2e/support/until.ts';
import { startKurrentDouble, type KurrentDouble } from '../../support/kurrentDouble/start.ts';
import { append, collect, enabled, everything, range } from './given.ts';

const folder = mkdtempSync(join(tmpdir(), 'countersign-'));
afterAll(() => rmSync(folder, { recursive: true }));

const opened: EventStore[] = [];
afterAll(() => Promise.all(opened.map((store) => store.close())));

const openOn = async (
  server: string | KurrentDBClient,
  { prefix = `test${randomUUID()}.`, orderFile = ':memory:' } = {},
): Promise<EventStore> => {
  const store = await openKurrentEventStore({ server, orderFile, prefix });
  opened.push(store);
  return store;
};

/** Repeats a step as workflows do: with the same ids, until the store takes it or somebody else was first. */
const insist = (store: EventStore, step: readonly Append[]): Promise<Committed> =>
  until('the store', () =>
    store.commit(step).catch((error: unknown) => {
      if (!(error instanceof StoreUnavailable)) throw error;
      return undefined;
    }),
  );

describe('one server', () => {
  let double: KurrentDouble;
  let client: KurrentDBClient;
  beforeAll(async () => {
    double = await startKurrentDouble({ file: join(folder, 'one'), version: '25.1' });
    client = KurrentDBClient.connectionString(double.url);
  });
  afterAll(async () => {
    await client.dispose();
    await double.kill();
  });

  test('positions are numbers from 1 although the places are beyond 2^53', async () => {
    const prefix = `test${randomUUID()}.`;
    const store = await openOn(client, { prefix });
    await store.commit([append('user-1', -1, enabled(), enabled())]);
    const places: bigint[] = [];
    for await (const { event } of client.readStream(`${prefix}user-1`))
      places.push(event?.position?.commit ?? 0n);
    expect(places.every((place) => place >= 2n ** 53n)).toBe(true);
    expect((await store.readAll(0)).map(({ position }) => position)).toEqual([1, 2]);
  });

  test('several streams and guards are one transaction from 25.1 on', async () => {
    const store = await openOn(client);
    await store.commit([append('user-1', -1)]);
    const guard = { stream: 'user-1', expectedRevision: 0, events: [] };
    const step = [append('authentication-1', -1), append('user-2', -1), guard];
    expect(await store.commit(step)).toEqual({ position: 3, repeated: false });
    expect(await store.commit(step)).toEqual({ position: 3, repeated: true });
    const late = store.commit([append('authentication-2', -1), append('user-2', -1)]);
    await expect(late).rejects.toMatchObject({ stream: 'user-2', expected: -1, actual: 0 });
    expect((await everything(store)).map(({ stream }) => stream)).toEqual([
      'user-1',
      'authentication-1',
      'user-2',
    ]);
  });

  test('another process sees the same numbers, appends after them and is told of repeats', async () => {
    const prefix = `test${randomUUID()}.`;
    const [one, other] = [await openOn(client, { prefix }), await openOn(client, { prefix })];
    const followed = collect(other, 0);
    const step = [append('user-1', -1), append('authentication-1', -1)];
    await one.commit(step);
    expect(await other.commit(step)).toEqual({ position: 2, repeated: true });
    await other.commit([append('user-1', 0)]);
    await followed.until(3);
    expect(followed.events).toEqual(await one.readAll(0));
    const rivals = await Promise.allSettled(
      [one, other].map((store) => store.commit([append('user-1', 1)])),
    );
    expect(rivals.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });

  test('REL-02 a step that was decided anew after a crash is not written a second time', async () => {
    const prefix = `test${randomUUID()}.`;
    const first = enabled();
    const before = await openOn(client, { prefix });
    await before.commit([append('user-1', -1, first)]);
    const after = await openOn(client, { prefix });
    const revision = (await after.readStream('user-1')).length - 1;
    const repeat = await after.commit([append('user-1', revision, first, enabled())]);
    expect(repeat).toEqual({ position: 1, repeated: true });
    expect(await after.head()).toBe(1);
  });

  test("what is not this deployment's is not counted, events of the system least of all", async () => {
    const prefix = `test${randomUUID()}.`;
    const store = await openOn(client, { prefix });
    const foreign = (type: string) => [jsonEvent({ type, data: {} })];
    await client.appendToStream(`other${prefix}1`, foreign('Other'));
    await client.appendToStream(`$$${prefix}user-1`, foreign('$metadata'));
    await store.commit([append('user-1', -1)]);
    await client.appendToStream('$stats', foreign('$statsCollected'));
    await store.commit([append('user-1', 0)]);
    expect((await everything(store)).map(({ position }) => position)).toEqual([1, 2]);
  });

  test('stops at an event that another program wrote into its streams, with the position', async () => {
    const prefix = `test${randomUUID()}.`;
    const store = await openOn(client, { prefix });
    await store.commit([append('user-1', -1)]);
    await client.appendToStream(`${prefix}user-1`, [jsonEvent({ type: 'UserEnabled', data: {} })]);
    await expect(store.readAll(0)).rejects.toMatchObject({ name: 'UnreadableEvent', position: 2 });
    const failed = Promise.withResolvers<unknown>();
    store.subscribe(0, () => {}, failed.resolve);
    expect(await failed.promise).toMatchObject({ name: 'UnreadableEvent', position: 2 });
  });

  test('an order that was kept is used, one of another log is forgotten', async () => {
    const prefix = `test${randomUUID()}.`;
    const [orderFile, again] = [join(folder, 'order.db'), join(folder, 'again.db')];
    const store = await openOn(client, { prefix, orderFile });
    await store.commit([append('user-1', -1, enabled(), enabled())]);
    const written = await store.readAll(0);
    await store.close();
    const order = openOrder(orderFile);
    expect(order.last()?.position).toBe(2);
    expect(order.revisionOf('user-1')).toBe(1);
    order.close();
    expect(await (await openOn(client, { prefix, orderFile })).readAll(0)).toEqual(written);
    expect(await (await openOn(client, { prefix, orderFile: again })).readAll(0)).toEqual(written);
    const elsewhere = await openOn(client, { orderFile });
    expect(await elsewhere.head()).toBe(0);
    await elsewhere.commit([append('user-9', -1)]);
    expect((await everything(elsewhere)).map(({ stream }) => stream)).toEqual(['user-9']);
  });
});

test('REL-02 a server that is killed and comes back: nothing lost, nothing twice, subscriptions go on', async () => {
  const file = join(folder, 'killed');
  const first = await startKurrentDouble({ file });
  const store = await openOn(first.url);
  const followed = collect(store, 0);
  const writers = 8;
  const each = 12;
  let answered = 0;
  const writing = range(1, writers).map(async (writer) => {
    for (let revision = -1; revision < each - 1; revision++) {
      await insist(store, [
        append(`user-${writer}`, revision),
        append(`mail-${writer}-${revision}`, -1),
      ]);
      answered += 1;
    }
  });
  let current = first;
  for (const part of [1, 2]) {
    await until('some answers', () => answered >= (part * writers * each) / 3);
    await current.kill();
    await expect(store.commit([append('user-down', -1)])).rejects.toThrow(StoreUnavailable);
    current = await startKurrentDouble({ file, port: first.port });
  }
  await Promise.all(writing);
  const total = 2 * writers * each;
  await followed.until(total);
  const log = await everything(store);
  expect(log.map(({ position }) => position)).toEqual(range(1, total));
  expect(new Set(log.map(({ id }) => id)).size).toBe(total);
  expect(followed.events).toEqual(log);
  await store.close();
  await current.kill();
}, 120_000);

test('REL-02 without transactions over streams, a step that a crash cut in two is finished by its repeat', async () => {
  const file = join(folder, 'halves');
  const double = await startKurrentDouble({ file, version: '24.10' });
  const client = KurrentDBClient.connectionString(double.url);
  const prefix = `test${randomUUID()}.`;
  const store = await openOn(client, { prefix });
  const step = [append('authentication-1', -1), append('user-1', -1)];
  // The crash: the server takes the person's part, and the program is gone before the request's.
  const cut = new Proxy(client, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      return (...all: unknown[]): unknown =>
        name === 'appendToStream' && String(all[0]).includes('authentication')
          ? Promise.reject(new Error('gone'))
          : Reflect.apply(value, target, all);
    },
  });
  const crashing = await openOn(cut, { prefix });
  await expect(crashing.commit(step)).rejects.toThrow(StoreUnavailable);
  expect((await everything(store)).map(({ stream }) => stream)).toEqual(['user-1']);

  // Decided anew, the step asks for another part too, which is not the one that is on record.
  const [request, person] = step;
  const anew = [...(request ? [request] : []), append('mail-1', -1), ...(person ? [person] : [])];
  expect(await store.commit(anew)).toEqual({ position: 2, repeated: true });
  expect((await everything(store)).map(({ stream }) => stream)).toEqual([
    'user-1',
    'authentication-1',
  ]);
  expect(await store.commit(step)).toEqual({ position: 2, repeated: true });
  await expect(store.commit([append('user-1', -1)])).rejects.toThrow(WrongExpectedRevision);
  await Promise.all([store.close(), crashing.close()]);
  await client.dispose();
  await double.kill();
});
