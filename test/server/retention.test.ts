import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Caller } from '../../api/facade.ts';
import { userStream } from '../../domain/ids.ts';
import { userKey } from '../../domain/sealed.ts';
import { dropExpired } from '../../server/auditing/expired.ts';
import { dump, follow } from '../projections/support/views.ts';
import { engineNames, startEngine, type Engine } from '../projections/support/engines.ts';
import { openOldLog, type OldLog } from './support/oldLog.ts';

const administrator: Caller = { actor: { kind: 'administrator', id: 'ann' }, channel: 'rest' };
const quiet = (): void => undefined;

describe.each(engineNames)('retention with views in %s', (name) => {
  let engine: Engine;
  let world: OldLog;
  const given = async (): Promise<OldLog> => (world = await openOldLog(engine.place()));
  const requests = async (): Promise<readonly string[]> =>
    (await world.views.reader.selectFrom('requests').select('requestId').execute()).map(
      ({ requestId }) => requestId,
    );
  const types = async (): Promise<readonly string[]> =>
    (await world.views.reader.selectFrom('audit').select('type').orderBy('position').execute()).map(
      ({ type }) => type,
    );
  beforeAll(async () => {
    engine = await startEngine(name);
  }, 60_000);
  afterAll(() => engine.stop());
  afterEach(() => world.close());

  test('a dry run counts and changes nothing; a run takes the old detail out of lists, keys and past states, and a rebuild finds the same', async () => {
    const { events, secrets, retention, views } = await given();
    const ann = await world.addPerson('ann@example.org');
    const login = await world.logIn(ann);
    const [before, keys] = [await events.readAll(0, 100), await secrets.periods()];

    const plan = await retention.plan();
    expect(plan.families.map(({ family, events: due }) => [family, due])).toEqual([
      ['logins', 2],
      ['messages', 0],
      ['approvals', 0],
      ['administration', 0],
    ]);
    expect(plan.families[0]!.months).toHaveLength(1);
    expect([await requests(), await secrets.periods()]).toEqual([[login.requestId], keys]);
    expect(await events.head()).toBe(before.length);

    const seen: [number, number][] = [];
    const done = await retention.run(undefined, (...progress) => void seen.push(progress));
    expect(done.families[0]).toEqual(plan.families[0]);
    expect(seen).toEqual([[2, 2]]);
    expect(await requests()).toEqual([]);
    expect(await types()).toEqual(['UserAdded', 'AuditRetentionApplied']);
    expect(await secrets.open(login.place, login.sealed)).toBeUndefined();
    // The log itself is as it was, byte for byte: whoever proves it finds nothing changed.
    expect((await events.readAll(0, 100)).slice(0, before.length)).toEqual(before);

    const fresh = await follow(events, { secrets, path: engine.place() });
    expect(await dump(fresh.views)).toEqual(await dump(views));
    await fresh.close();
    const cut = {
      ...events,
      readAll: async (after: number) => before.slice(after),
      head: async () => before.length,
      subscribe: () => ({ close: () => undefined }),
    };
    const past = await follow(cut, { secrets });
    expect(JSON.stringify(await dump(past.views))).toContain(login.requestId);
    await dropExpired(past.views, views);
    expect(JSON.stringify(await dump(past.views))).not.toContain(login.requestId);
    expect((await dump(past.views))['users']).toHaveLength(1);
    await past.close();
    expect((await retention.plan()).families[0]).toMatchObject({ events: 0, months: [] });
  });

  test('a legal hold keeps the records of a person, and their end lets go of them', async () => {
    const { secrets, retention } = await given();
    const [ann, bob] = [await world.addPerson('ann@x'), await world.addPerson('bob@x')];
    const [ofAnn, ofBob] = [await world.logIn(ann), await world.logIn(bob)];
    await world.record(userStream(ann), 'LegalHoldSet', { reason: 'Case 7' });

    expect(await retention.plan()).toMatchObject({ held: 1 });
    await retention.run(undefined, quiet);
    expect(await requests()).toEqual([ofAnn.requestId]);
    expect(await secrets.open(ofAnn.place, ofAnn.sealed)).toBe('198.51.100.7');
    expect(await secrets.open(ofBob.place, ofBob.sealed)).toBeUndefined();
    expect(await secrets.heldOwners()).toContain(userKey(ann));

    await world.record(userStream(ann), 'LegalHoldEnded', { reason: 'Case 7 is closed' });
    await retention.run(undefined, quiet);
    expect(await requests()).toEqual([]);
    expect(await secrets.open(ofAnn.place, ofAnn.sealed)).toBeUndefined();
    expect(await secrets.heldOwners()).toEqual([]);
  });

  test('a legal case and a doubted clock stop everything, and an order says why', async () => {
    const { retention } = await given();
    const { requestId } = await world.logIn(await world.addPerson('ann@x'));
    world.now.settings = { legalCase: 'Case 7' };
    await expect(retention.run(administrator, quiet)).rejects.toThrow(/Case 7.*legalCase/);
    expect(await retention.run(undefined, quiet)).toMatchObject({ families: [] });
    world.now.settings = {};
    world.now.today = 0;
    await world.record('system', 'ClockSkewDetected', { skewMs: 9_000 });
    expect(await retention.plan()).toMatchObject({ stopped: expect.stringContaining('clock') });
    expect(await requests()).toEqual([requestId]);
  });

  test('H85-7 an order is on record with who gave it, also where nothing was old', async () => {
    const { retention, events } = await given();
    world.now.today = 0;
    await retention.run(administrator, quiet);
    const orders = (await events.readStream('audit')).map(({ type, meta }) => [type, meta.actor]);
    expect(orders).toEqual(
      Array.from({ length: 4 }, () => ['AuditRetentionApplied', administrator.actor]),
    );
  });

  test('people who were removed longer ago than administration is kept are erased, but for those on hold', async () => {
    const { retention } = await given();
    const [ann, bob, cid] = [
      await world.addPerson('ann@x'),
      await world.addPerson('bob@x'),
      await world.addPerson('cid@x'),
    ];
    for (const userId of [ann, bob])
      await world.record(userStream(userId), 'UserRemoved', {
        usernameKey: 'k',
        openRequests: [],
      });
    await world.record(userStream(bob), 'LegalHoldSet', { reason: 'Case 7' });
    world.now.today = 2_600;
    await retention.run(undefined, quiet);
    expect(world.erased).toEqual([ann]);
    expect(world.erased).not.toContain(cid);
  });
});
