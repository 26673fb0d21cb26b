import { expect, test } from '@jest/globals';
import { addSdkAccount, sdkOf } from '../support/people.ts';
import { restClient } from '../support/rest.ts';
import { until } from '../support/until.ts';
import type { AuditWorld } from './world.ts';

/** Whoever is refused is on record (spec/85, must hold 9). */
export const refusals = (world: AuditWorld): void => {
  const { eventsAfter, newest } = world;

  test('H85-9 what an administrator or a client is refused is on record, with who and from where', async () => {
    const from = await newest();
    const { token: limited, clientId } = await world.server.rest.ok<{
      token: string;
      clientId: string;
    }>('POST', '/api-clients', { name: 'limited', scopes: ['users.read'] });
    const client = restClient(world.server.info.http, limited);
    await client.call('PATCH', '/settings', { companyName: 'Mine' });
    await client.call('GET', '/settings');
    await world.server.rest.call('DELETE', '/users/nobody@example.org');
    await world.server.rest.call('POST', '/users', { username: 'otto@example.org' });
    await world.server.rest.call('DELETE', '/configuration/webhook/all');
    // A refusal is written behind its answer.
    const refused = await until('all five on record', async () => {
      const events = await eventsAfter(from);
      const found = events.filter(({ type }) => type === 'audit.actionRefused');
      return found.length >= 5 && found;
    });
    expect(
      refused.map((event) => [event.actorKind, event.actorId, event.address, event.data]),
    ).toEqual(
      [
        ['apiClient', clientId, 'changeSettings', 403, 'SCOPE_MISSING'],
        ['apiClient', clientId, 'getSettings', 403, 'SCOPE_MISSING'],
        ['administrator', 'local', 'removeUser', 404, 'NOT_FOUND'],
        ['administrator', 'local', 'addUser', 409, expect.any(String)],
        ['administrator', 'local', 'removeWebhook', 428, 'VERSION_MISSING'],
      ].map(([kind, id, operation, status, code]) => [
        kind,
        id,
        '127.0.0.1',
        { operation, status, code },
      ]),
    );
  }, 60_000);

  test('H85-9 callers whom the SDK does not let in are on record: wrong password, not in the group, elsewhere, too often', async () => {
    const { rest } = world.server;
    const from = await newest();
    const inside = await addSdkAccount(rest, 'inside');
    const outside: { username: string; password: string } = await rest.ok(
      'POST',
      '/service-accounts',
      { name: 'outside', groups: ['Others'] },
    );
    const elsewhere = await addSdkAccount(rest, 'elsewhere', { addresses: ['192.0.2.0/24'] });
    const hasty = await addSdkAccount(rest, 'hasty', { callsPerSecond: 1 });
    const statuses: [string, number][] = [];
    for (const [name, account, calls] of [
      ['wrong', { ...inside, password: 'not the password of it' }, 1],
      ['outside', outside, 1],
      ['elsewhere', elsewhere, 1],
      ['hasty', hasty, 8],
    ] as const) {
      const sdk = sdkOf(world.server, account);
      const called = await Promise.all(
        Array.from({ length: calls }, () => sdk.call('TestSecurity', {})),
      );
      sdk.close();
      statuses.push([name, Math.max(...called.map(({ status }) => status))]);
    }
    expect(statuses).toEqual([
      ['wrong', 401],
      ['outside', 403],
      ['elsewhere', 403],
      ['hasty', 503],
    ]);
    const told = async () =>
      (await eventsAfter(from)).filter(({ type }) => type === 'audit.callerRefused');
    await until('all four on record', async () => (await told()).length >= 4);
    const found = await told();
    expect(
      found.map((event) => String(event.data['reason'])).toSorted((a, b) => a.localeCompare(b)),
    ).toEqual(['address', 'credentials', 'group', 'rate']);
    for (const { address, channel } of found)
      expect([address, channel]).toEqual(['127.0.0.1', 'sdk']);
    expect(JSON.stringify(found)).not.toContain('not the password of it');
  }, 60_000);
};
