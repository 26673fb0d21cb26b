import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { UnfitEvent } from '../../../adapters/eventStore/catalogue.ts';
import { EventIdTaken, StoreClosed } from '../../../adapters/eventStore/errors.ts';
import { WrongExpectedRevision, type EventStore } from '../../../adapters/eventStore/port.ts';
import { append, collect, enabled, everything, range, ruleMatched } from './given.ts';

export type OpenStore = () => Promise<{ store: EventStore; remove(): Promise<void> }>;

const same = enabled();

/** What every event store promises (adapters/eventStore/port.ts). */
export function eventStoreContract(
  open: OpenStore,
  // A server that takes one stream at a time is given the shared ones first.
  { takesOneStream = false }: { readonly takesOneStream?: boolean } = {},
): void {
  let store: EventStore;
  let opened: Awaited<ReturnType<OpenStore>>;
  beforeEach(async () => {
    opened = await open();
    store = opened.store;
  });
  afterEach(async () => {
    await store.close();
    await opened.remove();
  });

  describe('commit', () => {
    test('gives revisions from 0 in a stream and positions from 1 over the log', async () => {
      expect(await store.head()).toBe(0);
      expect(await store.commit([append('user-1', -1, enabled(), enabled())])).toEqual({
        position: 2,
        repeated: false,
      });
      await store.commit([append('user-2', -1)]);
      await store.commit([append('user-1', 1)]);
      const events = await everything(store);
      expect(events.map(({ stream, revision, position }) => [stream, revision, position])).toEqual([
        ['user-1', 0, 1],
        ['user-1', 1, 2],
        ['user-2', 0, 3],
        ['user-1', 2, 4],
      ]);
      expect(await store.head()).toBe(4);
    });

    test('returns what was given, with version and time', async () => {
      const event = ruleMatched('tr\u00fcsted "ip"\n');
      await store.commit([append('authentication-1', -1, event)]);
      expect(await store.readStream('authentication-1')).toEqual([
        {
          ...event,
          version: 1,
          stream: 'authentication-1',
          revision: 0,
          position: 1,
          recordedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        },
      ]);
    });

    test.each([
      ['a new stream that exists', -1],
      ['a revision that is past', 0],
      ['a revision that is not reached', 2],
    ])('refuses %s', async (_, expected) => {
      await store.commit([append('user-1', -1, enabled(), enabled())]);
      const error = await store.commit([append('user-1', expected)]).catch((e: unknown) => e);
      expect(error).toBeInstanceOf(WrongExpectedRevision);
      expect(error).toMatchObject({ stream: 'user-1', expected, actual: 1 });
      expect(await store.head()).toBe(2);
    });

    test('refuses a revision of a stream that does not exist', async () => {
      await expect(store.commit([append('user-1', 0)])).rejects.toMatchObject({ actual: -1 });
    });

    test('writes several streams or none', async () => {
      await store.commit([append('user-1', -1)]);
      const both = [append('authentication-1', -1), append('user-1', -1)];
      await expect(store.commit(both)).rejects.toThrow(WrongExpectedRevision);
      expect(await store.readStream('authentication-1')).toEqual([]);
      expect(await store.head()).toBe(1);
      await store.commit([append('authentication-1', -1), append('user-1', 0)]);
      const streams = (await everything(store)).map(({ stream }) => stream);
      const inOrder = ['user-1', 'authentication-1', 'user-1'];
      expect(streams).toEqual(takesOneStream ? inOrder.toSorted().toReversed() : inOrder);
    });

    test('a step that fails takes none of those beside it along', async () => {
      await store.commit([append('user-1', -1)]);
      const results = await Promise.allSettled([
        store.commit([append('user-2', -1)]),
        store.commit([append('user-3', -1), append('user-1', -1)]),
        store.commit([append('user-4', -1), append('user-1', 0)]),
      ]);
      expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
      const events = await everything(store);
      expect(events.map(({ stream }) => stream)).toEqual(['user-1', 'user-2', 'user-4', 'user-1']);
      expect(events.map(({ position }) => position)).toEqual(range(1, 4));
    });

    test('a stream without events guards the step by its revision', async () => {
      await store.commit([append('user-1', -1)]);
      const guard = (expectedRevision: number) => ({
        stream: 'user-1',
        expectedRevision,
        events: [],
      });
      const late = await store
        .commit([guard(-1), append('authentication-1', -1)])
        .catch((error: unknown) => error);
      expect(late).toBeInstanceOf(WrongExpectedRevision);
      expect(await store.commit([append('authentication-1', -1), guard(0)])).toEqual({
        position: 2,
        repeated: false,
      });
    });

    test('a repeated step succeeds and writes nothing', async () => {
      const step = [append('user-1', -1, enabled(), enabled()), append('authentication-1', -1)];
      await store.commit(step);
      await store.commit([append('user-1', 1)]);
      expect(await store.commit(step)).toEqual({ position: 3, repeated: true });
      expect(await store.head()).toBe(4);
    });

    test('REL-02 one of 100 equal appends at once is written, the others are repeats of it', async () => {
      const step = [append('user-1', -1), append('authentication-1', -1)];
      const answers = await Promise.all(range(1, 100).map(() => store.commit(step)));
      expect(answers.filter(({ repeated }) => !repeated)).toHaveLength(1);
      expect(new Set(answers.map(({ position }) => position))).toEqual(new Set([2]));
      expect(await store.head()).toBe(2);
    });

    test('refuses an id of another step', async () => {
      const taken = enabled();
      await store.commit([append('user-1', -1, taken)]);
      const step = [append('user-2', -1, enabled(), taken)];
      const error = await store.commit(step).catch((e: unknown) => e);
      expect(error).toBeInstanceOf(EventIdTaken);
      expect(error).toMatchObject({ eventId: taken.id });
      expect(await store.head()).toBe(1);
    });

    test.each([
      ['no event', []],
      ['an empty stream', [{ stream: 'user-1', expectedRevision: -1, events: [] }]],
      ['a stream without a name', [append('', -1)]],
      ['an impossible revision', [append('user-1', -2)]],
      ['a broken revision', [append('user-1', Number.NaN)]],
      ['an id twice', [append('user-1', -1, same), append('user-2', -1, same)]],
      ['an id that is no UUID', [append('user-1', -1, enabled('step-1'))]],
    ])('refuses %s', async (_, appends) => {
      await expect(store.commit(appends)).rejects.toThrow(UnfitEvent);
      expect(await store.head()).toBe(0);
    });

    test('takes an event after another to the same stream in one step', async () => {
      await store.commit([append('user-1', -1), append('user-1', 0)]);
      expect((await store.readStream('user-1')).map(({ revision }) => revision)).toEqual([0, 1]);
    });

    test('lets one of many writers win each revision', async () => {
      const rivals = range(1, 16);
      const appendOnce = async (): Promise<void> => {
        for (;;) {
          const revision = (await store.readStream('user-1')).length - 1;
          try {
            await store.commit([append('user-1', revision)]);
            return;
          } catch (error) {
            if (!(error instanceof WrongExpectedRevision)) throw error;
          }
        }
      };
      await Promise.all(rivals.map(() => appendOnce()));
      const revisions = (await store.readStream('user-1')).map(({ revision }) => revision);
      expect(revisions).toEqual(range(0, 15));
    });
  });

  // Reading is the same for all servers.
  if (takesOneStream) return;

  describe('reading', () => {
    beforeEach(async () => {
      for (const index of range(0, 9))
        await store.commit([
          append('user-1', index - 1),
          append(`authentication-${index}`, -1, ruleMatched(`${index}`)),
        ]);
    });

    test.each([1, 3, 7, 20, 1_000])('pages of %d events put together are the log', async (page) => {
      const events = await everything(store, page);
      expect(events.map(({ position }) => position)).toEqual(range(1, 20));
    });

    test('reads a stream from a revision on, as far as asked', async () => {
      const events = await store.readStream('user-1', 4, 3);
      expect(events.map(({ revision }) => revision)).toEqual([4, 5, 6]);
      expect(await store.readStream('user-1', 10)).toEqual([]);
      expect(await store.readStream('user-2')).toEqual([]);
    });

    test('reads from the start where it is asked for less', async () => {
      expect((await store.readAll(-5, 2)).map(({ position }) => position)).toEqual([1, 2]);
      const events = await store.readStream('user-1', -5, 2);
      expect(events.map(({ revision }) => revision)).toEqual([0, 1]);
    });

    test.each([0, -1, 1.5, 10_001])('refuses a page of %d events', async (page) => {
      await expect(store.readAll(0, page)).rejects.toThrow(RangeError);
      await expect(store.readStream('user-1', 0, page)).rejects.toThrow(RangeError);
      await expect(store.readStream('user-2', 0, page)).rejects.toThrow(RangeError);
    });
  });

  describe('subscribe', () => {
    test('delivers each event once and in order while 64 writers append', async () => {
      const early = collect(store, 0);
      const writers = range(1, 64).map(async (writer) => {
        for (const revision of range(-1, 8))
          await store.commit([append(`user-${writer}`, revision)]);
      });
      await Promise.all(writers);
      const late = collect(store, 100);
      await Promise.all([early.until(await store.head()), late.until((await store.head()) - 100)]);
      expect(early.events.map(({ position }) => position)).toEqual(range(1, await store.head()));
      expect(late.events.map(({ position }) => position)).toEqual(range(101, await store.head()));
    });

    test('goes on with what comes after it has caught up', async () => {
      await store.commit([append('user-1', -1)]);
      const seen = collect(store, 0);
      await seen.until(1);
      const more = collect(store, 1);
      await store.commit([append('user-1', 0)]);
      await more.until(1);
      expect(more.events.map(({ revision }) => revision)).toEqual([1]);
    });

    test('ends with its handler, and tells', async () => {
      await store.commit([append('user-1', -1)]);
      let calls = 0;
      const failed = Promise.withResolvers<unknown>();
      const broken = new Error('broken handler');
      store.subscribe(
        0,
        () => {
          calls += 1;
          throw broken;
        },
        failed.resolve,
      );
      expect(await failed.promise).toBe(broken);
      const witness = collect(store, 1);
      await store.commit([append('user-1', 0)]);
      await witness.until(1);
      expect(calls).toBe(1);
    });

    test('is silent once closed', async () => {
      const closed = collect(store, 0);
      closed.close();
      const witness = collect(store, 0);
      await store.commit([append('user-1', -1)]);
      await witness.until(1);
      expect(closed.events).toEqual([]);
    });
  });

  test('a closed store answers what it had taken on and nothing more', async () => {
    const pending = range(1, 20).map((user) => store.commit([append(`user-${user}`, -1)]));
    const closing = store.close();
    const positions = (await Promise.all(pending)).map(({ position }) => position);
    expect(positions.toSorted((a, b) => a - b)).toEqual(range(1, 20));
    await closing;
    await expect(store.commit([append('user-1', 0)])).rejects.toThrow(StoreClosed);
    await expect(store.readAll(0)).rejects.toThrow(StoreClosed);
    await expect(store.readStream('user-1')).rejects.toThrow(StoreClosed);
    await expect(store.head()).rejects.toThrow(StoreClosed);
    await store.close();
  });
}
