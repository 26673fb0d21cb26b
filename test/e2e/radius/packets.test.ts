import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { textAttribute, types } from '../../../api/radius/attributes.ts';
import { codes } from '../../../api/radius/packet.ts';
import { countersign } from '../../cli/terminal.ts';
import { count } from '../../support/profile.ts';
import { addOathUser } from '../support/people.ts';
import { radclient } from '../support/radclient.ts';
import { accessServer, type AccessServer } from '../support/radiusSocket.ts';
import {
  addAccessServers,
  exchange,
  isSilent,
  radiusAddresses,
  radiusSecret,
  type AccessServers,
  type RadiusName,
} from '../support/radiusWorld.ts';
import { serve, temporaryData, type ServerProcess } from '../support/serverProcess.ts';
import { until } from '../support/until.ts';

/* What packets get that are no ordinary logins. */

const data = temporaryData();
let server: ServerProcess;
let servers: AccessServers;
const to = (): string => server.info.radius!;
const send = (from: AccessServer, octets: Buffer) => exchange(from, octets, to());
type Status = { readonly dropped: Readonly<Record<string, number>> };
const counted = (): Promise<Status> => server.rest.ok<Status>('GET', '/radius/status');
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
    await addOathUser(server.rest, canary);
    const proxies = ['one', 'two'].map((text) => textAttribute(types.proxyState, text));
    const named = [types.nasIdentifier, types.calledStationId, types.replyMessage, types.class];
    const seen: number[] = [];
    // Somebody who is asked for a code, somebody whose code is wrong, and people whom nobody knows.
    for (const [name, username, password] of [
      ['vpn', canary, undefined],
      ['strict', canary, '000000'],
      ['vpn', `${canary}@example.com`, canary],
      ['strict', `${canary}@example.com`, canary],
    ] as const) {
      const more = [...named.map((type) => textAttribute(type, canary)), ...proxies];
      const request = servers[name].request({
        username,
        ...(password === undefined ? {} : { password }),
        station: canary,
        more,
      });
      const { code, octets, attributes } = await send(servers[name], request);
      seen.push(code);
      expect(octets.includes(canary)).toBe(false);
      const back = attributes.filter(({ type }) => type === types.proxyState);
      expect(back.map(({ value }) => value.toString())).toEqual(['one', 'two']);
    }
    const { accessAccept, accessReject, accessChallenge } = codes;
    expect(seen).toEqual([accessChallenge, accessReject, accessAccept, accessReject]);
  });

  test('H40-6 SEC-04 what cannot prove itself and must, gets nothing, and each is counted', async () => {
    const proxy = textAttribute(types.proxyState, 'x');
    const eap = { type: types.eapMessage, value: Buffer.from([2, 1, 0, 5, 1]) };
    const username = 'nobody@example.com';
    const kinds = {
      plain: { username },
      proxied: { username, more: [proxy] },
      eap: { username, more: [eap] },
      proxiedEap: { username, more: [eap, proxy] },
      status: { code: codes.statusServer },
      proxiedStatus: { code: codes.statusServer, more: [proxy] },
    } as const;
    const dropped: Readonly<Record<'vpn' | 'auto' | 'off', readonly (keyof typeof kinds)[]>> = {
      vpn: ['plain', 'proxied', 'eap', 'proxiedEap', 'status', 'proxiedStatus'],
      auto: ['proxied', 'eap', 'proxiedEap', 'status', 'proxiedStatus'],
      off: ['eap', 'proxiedEap', 'status', 'proxiedStatus'],
    };
    const each = count(1_000);
    const sent = Object.entries(dropped).flatMap(([name, bad]) =>
      bad.flatMap((kind) =>
        Array.from({ length: each }, () => {
          const from = servers[name as RadiusName];
          return { from, octets: from.request({ ...kinds[kind], proven: false }) };
        }),
      ),
    );
    for (const [at, { from, octets }] of sent.entries()) {
      from.send(octets, to());
      // An answer shows that those before it have been read: the system's buffer loses none.
      if (at % 50 === 0) await send(servers.vpn, servers.vpn.request({ username }));
    }
    await send(servers.vpn, servers.vpn.request({ username }));
    expect(sent.flatMap(({ from, octets }) => from.repliesTo(octets))).toEqual([]);
    const { dropped: counts } = await counted();
    expect(counts).toMatchObject({ noAuthenticator: sent.length });

    for (const kind of ['plain', 'proxied'] as const) {
      const taken = servers.off.request({ ...kinds[kind], proven: false });
      expect((await send(servers.off, taken)).code).toBe(codes.accessAccept);
    }
    const taken = servers.auto.request({ ...kinds.plain, proven: false });
    expect((await send(servers.auto, taken)).code).toBe(codes.accessAccept);
  });

  test('SEC-02 SEC-14 a stranger and a wrong secret get nothing, and are counted', async () => {
    const username = 'nobody@example.com';
    const stranger = await accessServer(radiusSecret, '127.0.0.99');
    expect(await silent(stranger, stranger.request({ username }))).toBe(true);
    const mistaken = await accessServer('another secret', radiusAddresses.vpn);
    expect(await silent(mistaken, mistaken.request({ username }))).toBe(true);
    for (const each of [stranger, mistaken]) each.close();
    expect((await counted()).dropped).toMatchObject({ unknownClient: 1, badAuthenticator: 1 });
  });

  test('SEC-08 SEC-13 the list warns of short secrets and of MS-CHAPv2 without TLS', async () => {
    const [short, address] = ['23 characters, no more.', '127.0.0.20'];
    const item = { addresses: [address], secret: short, target: 'none' };
    await server.rest.ok('PUT', '/configuration/radiusClient/short', item);
    const { code } = await radclient({
      to: to(),
      secret: short,
      attributes: [
        'User-Name = "nobody@example.com"',
        `MS-CHAP-Challenge = 0x${'01'.repeat(16)}`,
        `MS-CHAP2-Response = 0x0000${'02'.repeat(16)}${'00'.repeat(8)}${'03'.repeat(24)}`,
        `Packet-Src-IP-Address = ${address}`,
        'Message-Authenticator = 0x00',
      ],
    });
    expect(code).toBe('Access-Reject');
    await send(servers.vpn, servers.vpn.request({ username: 'nobody@example.com' }));
    const { out } = await countersign('radius-clients', 'list', '--data', data.path);
    expect(out.split('\n').filter((line) => line.startsWith('warning'))).toEqual([
      'warning: the shared secret of short has fewer than 24 characters',
      'warning: short sends MS-CHAPv2, whose strength is that of one DES key: use RADIUS over TLS',
    ]);
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
