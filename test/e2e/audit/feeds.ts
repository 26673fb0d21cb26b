import { expect, test } from '@jest/globals';
import type { EventsReply } from '../../../api/rest/events.ts';
import type { TargetReply } from '../../../api/rest/exports.ts';
import { count } from '../../support/profile.ts';
import { eventReader } from '../support/eventReader.ts';
import { until } from '../support/until.ts';
import type { AuditWorld } from './world.ts';

/** Streams and syslog over kills of both ends (spec/85, must hold 10). */
export const feeds = (world: AuditWorld): void => {
  const { add, newest } = world;

  test('REL-24 H85-10 feeds over kills of both ends: a stream without gap or double, syslog without gap, and without double but for what a kill cut off', async () => {
    const from = await newest();
    const reader = eventReader(() => world.server.info.http, world.token, `after=${from}`);
    await world.server.rest.call('PUT', '/configuration/exportTarget/siem', {
      host: '127.0.0.1',
      port: world.syslog.port,
      serverName: 'localhost',
      ca: world.syslog.ca,
      from: 'start',
    });
    await until('the first messages', () => world.syslog.received.length > 0);
    const rounds = count(50);
    for (let round = 0; round < rounds; round += 1) {
      const adding = Promise.allSettled(
        Array.from({ length: 5 }, (_, index) => add(`feed-${round}-${index}@example.org`)),
      );
      if (round % 2 === 0) await world.syslog.stop();
      else await adding;
      await world.server.kill('SIGKILL');
      await adding;
      await world.start();
      if (round % 2 === 0) {
        // Only now has it waited for somebody who does not answer.
        await until('the target that is down', async () => {
          const [target] = (
            await world.server.rest.ok<{ items: TargetReply[] }>('GET', '/audit/targets')
          ).items;
          return (
            target?.state === 'down' && target.oldestUnsentAt !== undefined && target.lastFault
          );
        });
        await until('the event that says so', async () => {
          const { items } = await world.server.rest.ok<EventsReply>(
            'GET',
            `/events?types=audit.targetDown&after=${from}`,
          );
          return items.length > 0;
        });
        await world.syslog.start();
      }
    }
    await add('last@example.org');
    const end = await newest();
    await until('all of the stream', () => (reader.events.at(-1)?.position ?? 0) >= end);
    await until('all of syslog', () => world.syslog.positions().has(end));
    await reader.stop();

    const read = reader.events
      .map(({ position }) => position)
      .filter((position) => position <= end);
    expect(read).toEqual(Array.from({ length: end - from }, (_, index) => from + 1 + index));
    const missing = Array.from({ length: end }, (_, index) => index + 1).filter(
      (position) => !world.syslog.positions().has(position),
    );
    expect([missing, world.syslog.faults]).toEqual([[], []]);
    // What a kill left unconfirmed comes again, behind it and as it was: a receiver tells it by its position.
    const ids = new Map<number, string | undefined>();
    let before = { connection: 0, position: 0 };
    const doubles = world.syslog.received.filter(
      ({ connection, position, fields: { eventId } }) => {
        const isDouble =
          (connection === before.connection && position <= before.position) ||
          (ids.get(position) ?? eventId) !== eventId;
        ids.set(position, eventId);
        before = { connection, position };
        return isDouble;
      },
    );
    expect(doubles).toEqual([]);
    const added = world.syslog.received.find(({ text }) =>
      text.startsWith('last@example.org added'),
    );
    expect(added).toMatchObject({
      priority: 13 * 8 + 5,
      fields: { type: 'user.added', actor: 'administrator local', subject: 'last@example.org' },
    });
  }, 1_800_000);
};
