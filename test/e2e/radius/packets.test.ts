import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { textAttribute, types } from '../../../api/radius/attributes.ts';
import { codes } from '../../../api/radius/packet.ts';
import { radclient } from '../support/radclient.ts';
import { accessServer, type AccessServer } from '../support/radiusSocket.ts';
import {
  addAccessServers,
  exchange,
  isSilent,
  radiusAddresses,
  radiusSecret,
  type AccessServers,
} from '../support/radiusWorld.ts';
import { serve, temporaryData, type ServerProcess } from '../support/serverProcess.ts';
import { until } from '../support/until.ts';

/* What packets get that are no ordinary logins. */

const data = temporaryData();
let server: ServerProcess;
let servers: AccessServers;
const to = (): string => server.info.radius!;
const send = (from: AccessServer, octets: Buffer) => exchange(from, octets, to());
const silent = (from: AccessServer, octets: Buffer) => isSilent(from, octets, to(), servers);

beforeAll(async () => {
  server = await serve({ data: data.path, args: ['--radius', '0'] });
  servers = await addAccessServers(server.rest);
}, 60_000);
afterAll(async () => {
  for (const each of Object.values(servers ?? {})) each.close();
  await data.remove();
});

describe('packets', () => {
  test('H40-9 an unknown person: in where no match is wanted, out where it is', async () => {
    const name = 'nobody@example.com';
    const inside = await send(servers.vpn, servers.vpn.request({ username: name }));
    const outside = await send(servers.strict, servers.strict.request({ username: name }));
    expect([inside.code, outside.code]).toEqual([codes.accessAccept, codes.accessReject]);
  });

  test('a request without a name is refused', async () => {
    const answer = await send(servers.vpn, servers.vpn.request({ password: 'x' }));
    expect(answer.code).toBe(codes.accessReject);
  });

  test('SEC-07 nothing of a request comes back but Proxy-State, in its order', async () => {
    const canary = 'canary-4711';
    const proxies = ['one', 'two'].map((text) => textAttribute(types.proxyState, text));
    const request = servers.vpn.request({
      username: canary,
      password: canary,
      station: canary,
      more: [textAttribute(types.nasIdentifier, canary), ...proxies],
    });
    const { octets, attributes } = await send(servers.vpn, request);
    expect(octets.includes(canary)).toBe(false);
    const back = attributes.filter(({ type }) => type === types.proxyState);
    expect(back.map(({ value }) => value.toString())).toEqual(['one', 'two']);
  });

  test('H40-6 SEC-04 what cannot prove itself and must, gets nothing', async () => {
    const { vpn, off, auto } = servers;
    const username = 'nobody@example.com';
    const unproven = { username, proven: false };
    const proxied = { ...unproven, more: [textAttribute(types.proxyState, 'x')] };
    expect(await silent(vpn, vpn.request(unproven))).toBe(true);
    expect(await silent(auto, auto.request(proxied))).toBe(true);
    expect((await send(off, off.request(proxied))).code).toBe(codes.accessAccept);
    const status = { proven: false, code: codes.statusServer };
    expect(await silent(off, off.request(status))).toBe(true);
    const eap = {
      ...unproven,
      more: [{ type: types.eapMessage, value: Buffer.from([2, 1, 0, 5, 1]) }],
    };
    expect(await silent(off, off.request(eap))).toBe(true);
    const stranger = await accessServer(radiusSecret, '127.0.0.99');
    expect(await silent(stranger, stranger.request({ username }))).toBe(true);
    const mistaken = await accessServer('another secret', radiusAddresses.vpn);
    expect(await silent(mistaken, mistaken.request({ username }))).toBe(true);
    for (const each of [stranger, mistaken]) each.close();
    const { dropped } = await server.rest.ok<{ dropped: Record<string, number> }>(
      'GET',
      '/radius/status',
    );
    expect(dropped).toMatchObject({ unknownClient: 1, badAuthenticator: 1, noAuthenticator: 4 });
  });

  test('Status-Server is answered with proof', async () => {
    const attributes = ['Message-Authenticator = 0x00'];
    const { code } = await radclient({
      to: to(),
      secret: radiusSecret,
      kind: 'status',
      attributes,
    });
    expect(code).toBe('Access-Accept');
  });

  test('accounting is acknowledged and on record', async () => {
    const attributes = (status: string) => [
      'User-Name = "ann@example.com"',
      'Acct-Session-Id = "session-1"',
      'NAS-Identifier = "gw1"',
      `Acct-Status-Type = ${status}`,
      'Acct-Session-Time = 12',
    ];
    for (const status of ['Start', 'Interim-Update', 'Stop']) {
      const call = {
        to: server.info.radiusAccounting!,
        secret: radiusSecret,
        kind: 'acct' as const,
      };
      const { code } = await radclient({ ...call, attributes: attributes(status) });
      expect(code).toBe('Accounting-Response');
    }
    const found = await until('the session in the audit log', async () => {
      const { items } = await server.rest.ok<{ items: { type: string }[] }>(
        'GET',
        '/audit?limit=20',
      );
      const told = items.map(({ type }) => type).filter((type) => type.startsWith('Accounting'));
      return told.length === 3 && told;
    });
    expect(found).toEqual(['AccountingStopped', 'AccountingInterim', 'AccountingStarted']);
  });

  test('a trace shows packets and none of their secrets', async () => {
    await server.rest.ok('POST', '/radius/clients/vpn/trace');
    await send(
      servers.vpn,
      servers.vpn.request({ username: 'nobody@example.com', password: 'canary' }),
    );
    const { items } = await server.rest.ok<{ items: { attributes: string[] }[] }>(
      'GET',
      '/radius/clients/vpn/trace',
    );
    expect(items[0]?.attributes).toEqual(
      expect.arrayContaining(['userName: nobody@example.com', 'userPassword: 16 octets']),
    );
    expect(JSON.stringify(items)).not.toContain('canary');
  });

  test('SEC-05 every reply began with a valid proof', () => {
    expect(Object.values(servers).flatMap(({ faults }) => faults)).toEqual([]);
  });
});
