import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { userStream } from '../../../domain/ids.ts';
import { randomLog } from '../../projections/support/randomLog.ts';
import { count, seed } from '../../support/profile.ts';
import type { EventFilter, EventView } from '../../../api/facade/events.ts';
import { addUser, ask, configure, createReadSide, type ReadSide } from './support/readSide.ts';

let side: ReadSide;
beforeEach(async () => {
  side = await createReadSide();
  configure(side.log);
  addUser(side.log, 'U1', 'alice@example.org');
  addUser(side.log, 'U2', 'bob@example.org');
  ask(side.log, { requestId: 'R1', userId: 'U1', devices: [] });
  side.log.add(userStream('U2'), 'UserDisabled', {}, { correlationId: 'C1' });
  await side.sync();
});
afterEach(() => side.close());

const all = async (filter: EventFilter, limit = 500): Promise<readonly EventView[]> => {
  const rows: EventView[] = [];
  let cursor: string | undefined;
  do {
    const page = await side.queries.listEvents(filter, {
      limit,
      ...(cursor === undefined ? {} : { cursor }),
    });
    rows.push(...page.rows);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return rows;
};
/** A random log of which none is the same as one above. */
/** Nothing of it expires: a reader who begins at the start sees every position. */
const moreLines = (steps: number) =>
  randomLog(seed, steps)
    .lines.filter(({ event }) => event.type !== 'AuditRetentionApplied')
    .map(({ stream, event }) => ({ stream, event: { ...event, id: randomUUID() } }));
const typesOf = (rows: readonly EventView[]) => rows.map(({ type }) => type);

describe('the list of events', () => {
  test('is narrowed by type, person, stream, request, run and position', async () => {
    expect(typesOf(await all({ types: ['user.*'] }))).toEqual([
      'user.added',
      'user.added',
      'user.disabled',
    ]);
    expect(typesOf(await all({ types: ['UserDisabled', 'nothing.*'] }))).toEqual(['user.disabled']);
    expect(await all({ types: ['nothing.*'] })).toEqual([]);
    expect(typesOf(await all({ username: 'BOB@example.org' }))).toEqual([
      'user.added',
      'user.disabled',
    ]);
    expect(await all({ username: 'nobody' })).toEqual([]);
    expect(typesOf(await all({ correlationId: 'C1' }))).toEqual(['user.disabled']);
    expect(typesOf(await all({ stream: userStream('U1') }))).toContain('user.added');
    expect((await all({ requestId: 'R1' })).map(({ type }) => type)).toContain(
      'authentication.requested',
    );
    const [first, ...rest] = await all({});
    expect(await all({ after: first!.position })).toEqual(rest);
    expect(await all({ upTo: first!.position })).toEqual([first]);
    expect(await side.queries.getEvent(first!.position)).toEqual(first);
    expect(await side.queries.getEvent(10_000)).toBeUndefined();
  });

  test('SEC-72 shows names, never a seed, a hash that opens a door, a phone, or a ciphertext', async () => {
    const log = moreLines(400);
    side.log.lines.push(...log);
    await side.sync();
    const rows = await all({});
    const text = JSON.stringify(rows);
    expect(text).not.toMatch(/s1:/);
    for (const { data } of rows) {
      for (const name of ['secret', 'oathSecret', 'secretHash', 'tokenHash', 'permitHash'])
        expect([undefined, '[secret]']).toContain(data[name]);
      expect(data).not.toHaveProperty('phone');
    }
    expect(rows.find(({ type }) => type === 'user.added')!.data).toMatchObject({
      username: 'alice@example.org',
    });
  });

  test('SEC-65 pages have no gap and no double while new events come', async () => {
    const lines = moreLines(count(2_000));
    side.log.lines.push(...lines.slice(0, Math.floor(lines.length / 2)));
    await side.sync();
    const seen: number[] = [];
    let cursor: string | undefined;
    let isMore = true;
    do {
      const page = await side.queries.listEvents(
        {},
        { limit: 7, ...(cursor === undefined ? {} : { cursor }) },
      );
      seen.push(...page.rows.map(({ position }) => position));
      if (isMore) {
        side.log.lines.push(...lines.slice(Math.floor(lines.length / 2)));
        await side.sync();
        isMore = false;
      }
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(seen).toEqual(Array.from({ length: seen.length }, (_, index) => index + 1));
    expect(seen.at(-1)).toBe(await side.queries.newestPosition());
  });
});

describe('a stream of events', () => {
  test('goes on from any position, with what comes meanwhile, once and in order', async () => {
    const stop = new AbortController();
    const seen: number[] = [];
    const lines = moreLines(300);
    let isAll = false;
    const reading = (async () => {
      for await (const batch of side.queries.followEvents({ after: 2 }, stop.signal)) {
        seen.push(...batch.map(({ position }) => position));
        if (seen.at(-1) === (await side.queries.newestPosition()) && isAll) stop.abort();
      }
    })();
    for (let from = 0; from < lines.length; from += 40) {
      side.log.lines.push(...lines.slice(from, from + 40));
      isAll = from + 40 >= lines.length;
      await side.append();
    }
    await reading;
    expect(seen).toEqual(Array.from({ length: seen.length }, (_, index) => index + 3));
    expect(seen.at(-1)).toBe(await side.queries.newestPosition());
  }, 30_000);
});
