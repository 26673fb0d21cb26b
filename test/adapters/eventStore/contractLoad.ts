import { expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { NewEvent } from '../../../adapters/eventStore/port.ts';
import type { OpenStore } from './contract.ts';
import { append, collect, enabled, everything, meta, range } from './given.ts';

/** Events of one commit, the most that there may be. */
const perCommit = 1_000;
const bigStream = 10_000;

/** About as large as an event may be: 256 KiB of data. */
const large = (fill: string): NewEvent => ({
  id: randomUUID(),
  type: 'RecoveryCodesIssued',
  data: { codeHashes: range(1, 1_000).map(() => fill.repeat(250)) },
  meta,
});

/** What every event store promises about streams and events that are larger than most. */
export function eventStoreLoadContract(open: OpenStore): void {
  test(`a stream of ${bigStream} events is read and followed in order`, async () => {
    const { store, remove } = await open();
    try {
      const followed = collect(store, 0);
      for (let revision = -1; revision < bigStream - 1; revision += perCommit) {
        const events = range(1, perCommit).map(() => enabled());
        await store.commit([append('user-1', revision, ...events)]);
      }
      await followed.until(bigStream);
      expect(followed.events.map(({ position }) => position)).toEqual(range(1, bigStream));
      const read = await store.readStream('user-1', 0, bigStream);
      expect(read.map(({ revision }) => revision)).toEqual(range(0, bigStream - 1));
      expect((await everything(store)).map(({ id }) => id)).toEqual(read.map(({ id }) => id));
      expect(await store.head()).toBe(bigStream);
    } finally {
      await store.close();
      await remove();
    }
  });

  test('events as large as they may be come back whole', async () => {
    const { store, remove } = await open();
    try {
      const events = ['a', 'b', 'c'].map(large);
      await store.commit([append('user-1', -1, ...events)]);
      const read = await store.readStream('user-1');
      expect(read.map(({ data }) => data)).toEqual(events.map(({ data }) => data));
      const followed = collect(store, 0);
      await followed.until(3);
      expect(followed.events).toEqual(read);
      expect(await store.readAll(0)).toEqual(read);
    } finally {
      await store.close();
      await remove();
    }
  });
}
