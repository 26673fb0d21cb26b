import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { DifferenceReply } from '../../../api/rest/states.ts';
import { layoutOf } from '../../../runtime/dataFolder.ts';
import { until } from '../support/until.ts';
import type { AuditWorld } from './world.ts';

/** What lists showed then, and what they show when they are made anew (spec/85, must hold 3, 4 and 8). */
export const pastStates = (world: AuditWorld): void => {
  const { add, answers, data, eventsAfter, newest, stateAt } = world;

  test('H85-4 H85-8 a past state answers what the interface answered then, and contacts nobody', async () => {
    await world.server.rest.call('PUT', '/configuration/webhook/all', {
      url: world.hook.url,
      types: ['user.*', 'audit.*'],
      keys: [{ keyId: 'k1', secret: 'secret-of-the-audit-test' }],
    });
    await world.server.rest.ok('POST', '/users', {
      username: 'otto@example.org',
      phone: '+1 5555550147',
      method: 'oath',
    });
    await world.server.rest.ok('POST', '/blocks', {
      username: 'otto@example.org',
      reason: 'Lost badge',
    });
    await world.server.rest.ok('POST', '/authentications', {
      user: 'otto@example.org',
      application: 'VPN',
      code: '000000',
    });
    await world.server.rest.ok('POST', '/bypasses', {
      user: 'otto@example.org',
      reason: 'No phone',
    });
    const [then, position] = [await answers(), await newest()];
    const instant = new Date().toISOString();

    await world.server.rest.ok('PATCH', '/settings', { companyName: 'Other' });
    await world.server.rest.ok('POST', '/blocks/otto@example.org/unblock', {
      reason: 'Badge found',
    });
    await world.server.rest.ok('PATCH', '/users/otto@example.org', { firstName: 'Otto' });
    await add('late@example.org');
    await until(
      'all messages',
      () => world.hook.told.filter(({ type }) => type === 'user.added').length >= 2,
    );
    await until('an empty backlog', async () => {
      const { backlog } = await world.server.rest.ok<{ backlog: { open: number } }>(
        'GET',
        '/webhooks/all/deliveries',
      );
      return backlog.open === 0;
    });
    const before = await newest();
    const told = world.hook.told.length;

    for (const moment of [{ at: position }, { until: instant }]) {
      const state = await stateAt(moment);
      expect(await answers(`/audit/states/${state.stateId}`)).toEqual(then);
      const { items } = await world.server.rest.ok<{ items: readonly DifferenceReply[] }>(
        'GET',
        `/audit/states/${state.stateId}/differences`,
      );
      expect(items.map(({ kind, name, change }) => `${kind} ${name} ${change}`)).toEqual([
        'user late@example.org added',
        'user otto@example.org changed',
        'block otto@example.org changed',
        'setting companyName changed',
      ]);
      expect(items[3]!.fields).toEqual([{ field: 'value', before: '', after: 'Other' }]);
      const order = await world.server.rest.call(
        'POST',
        `/audit/states/${state.stateId}/users`,
        {},
      );
      expect(order.status).toBe(405);
      await world.server.rest.ok('DELETE', `/audit/states/${state.stateId}`);
      const gone = await world.server.rest.call('GET', `/audit/states/${state.stateId}/users`);
      expect(gone.status).toBe(404);
    }
    expect(readdirSync(join(layoutOf(data.path).store, 'states'))).toEqual([]);
    // Making it is on record and told to who asked for such events; nothing that was replayed is.
    const after = await eventsAfter(before);
    const types = new Set(after.map(({ type }) => type));
    for (const type of ['delivery.queued', 'delivery.acknowledged', 'ledger.checkpointSigned'])
      types.delete(type);
    expect([...types]).toEqual(['audit.stateMade']);
    expect(world.hook.told.slice(told).every(({ type }) => type === 'audit.stateMade')).toBe(true);
  }, 120_000);

  test('H85-3 rebuilt views answer byte for byte as before', async () => {
    const before = await answers();
    const rebuilt = await fetch(`${world.server.info.http}/api/v1/maintenance/rebuild-views`, {
      method: 'POST',
      headers: { authorization: `Bearer ${world.token}` },
    });
    expect(await rebuilt.text()).toMatch(/"report"/);
    expect(await answers()).toEqual(before);
  }, 60_000);
};
