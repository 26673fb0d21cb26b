import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect } from 'node:tls';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { certificateAuthority } from '../support/certificates.ts';
import { freeradiusProxy, type FrontProxy } from '../support/freeradiusProxy.ts';
import { addPhoneUser } from '../support/openPush.ts';
import { addOathUser, type OathUser } from '../support/people.ts';
import type { PocketPhone } from '../support/pocketPhone.ts';
import { radclient, valueOf } from '../support/radclient.ts';
import { radsecproxy } from '../support/radsecproxy.ts';
import { serve, temporaryData, type ServerProcess } from '../support/serverProcess.ts';
import { until } from '../support/until.ts';

/*
 * Access servers that reach us through others: a FreeRADIUS that hands on by UDP and by TLS, and radsecproxy. All of
 * them are real, and so are their certificates.
 */

const data = temporaryData();
const secret = 'a secret of access servers and proxies';
let server: ServerProcess;
let proxy: FrontProxy;
let secure: Awaited<ReturnType<typeof radsecproxy>>;
const ways = ['udp', 'tls', 'radsecproxy'] as const;
type Way = (typeof ways)[number];
/** Somebody with a phone and somebody with a token, for each way to us. */
const people: { [K in Way]?: { readonly phone: PocketPhone; readonly oath: OathUser } } = {};

beforeAll(async () => {
  const folder = join(data.path, '..');
  const authority = certificateAuthority(folder, 'campus');
  const env = { COUNTERSIGN_RADSEC_AUTHORITY_FILE: authority.certPath };
  server = await serve({ data: data.path, env, args: ['--radius', '0', '--radsec', '0'] });
  const { rest, info } = server;
  const common = { application: 'VPN', target: 'none', secret };
  const one = authority.issue('proxy.example.test');
  const two = authority.issue('gateway.example.test');
  const client = (id: string, more: object) =>
    rest.ok('PUT', `/configuration/radiusClient/${id}`, { ...common, ...more });
  await client('udp', { addresses: ['127.0.0.10'] });
  await client('tls', { certificateNames: ['proxy.example.test'] });
  await client('radsecproxy', { certificates: [two.fingerprint] });
  const udp = info.radius!;
  const tls = info.radsec!;
  const { ca } = info;
  proxy = await freeradiusProxy({
    folder: join(folder, 'proxy'),
    secret,
    from: '127.0.0.10',
    udp,
    tls,
    ca,
    pair: one,
  });
  secure = await radsecproxy({ folder: join(folder, 'secure'), secret, to: tls, ca, pair: two });
  // What this client asks is handed to the proxy as its target, which hands it back to us.
  await rest.ok('PUT', '/configuration/radiusTarget/front', {
    servers: [{ serverId: 'front', address: '127.0.0.1', port: proxy.port, secret }],
  });
  await client('looped', { addresses: ['127.0.0.11'], target: 'front' });
  await Promise.all(
    ways.map(async (way) => {
      const phone = await addPhoneUser({ rest, username: `ann@${way}`, ca, folder });
      people[way] = { phone, oath: await addOathUser(rest, `otto@${way}`) };
    }),
  );
}, 120_000);

afterAll(async () => {
  for (const { phone } of Object.values(people)) phone.close();
  await proxy?.stop();
  await secure?.stop();
  await data.remove();
});

const ask = (way: Way, username: string, ...more: readonly string[]) =>
  radclient({
    to: way === 'radsecproxy' ? secure.address : proxy.address,
    secret,
    byProxy: true,
    attributes: [
      `User-Name = "${username}"`,
      `NAS-Identifier = "${way}"`,
      'Message-Authenticator = 0x00',
      ...more,
    ],
  });
const seen = async (clientId: string) => {
  const { clients } = await server.rest.ok<{ clients: { clientId: string }[] }>(
    'GET',
    '/radius/status',
  );
  return clients.find((client) => client.clientId === clientId);
};

describe.each(ways)('through a proxy: %s', (way) => {
  test('SEC-15 H40-1 a push that is approved, one that is denied, each once', async () => {
    const { phone } = people[way]!;
    const before = phone.shown().length;
    for (const choice of ['approve', 'deny'] as const) {
      // No station, so that no login joins another one or follows it.
      const answer = ask(way, `ann@${way}`, 'Proxy-State = 0x6f6e65');
      const push = await until('the push', () => phone.find('VPN'));
      expect(await phone.answer(push, choice)).toBe('recorded');
      const { code } = await answer;
      expect(code).toBe(choice === 'approve' ? 'Access-Accept' : 'Access-Reject');
      expect(valueOf(await answer, 'Proxy-State')).toBe('0x6f6e65');
    }
    expect(phone.shown().length - before).toBe(2);
    expect(await seen(way)).toMatchObject({ proven: true, counters: { accept: 1, reject: 1 } });
  });

  test('SEC-15 H40-2 a code that is asked for', async () => {
    const user = people[way]!.oath;
    const asked = await ask(way, user.username);
    expect(asked.code).toBe('Access-Challenge');
    expect(valueOf(asked, 'Reply-Message')).toContain('Enter the code');
    const state = `State = ${valueOf(asked, 'State')}`;
    const wrong = await ask(way, user.username, state, `User-Password = "${user.wrongCode(1)}"`);
    expect(wrong.code).toBe('Access-Challenge');
    const again = `State = ${valueOf(wrong, 'State')}`;
    const right = await ask(way, user.username, again, `User-Password = "${user.rightCode()}"`);
    expect(right.code).toBe('Access-Accept');
  });
});

test('a request that a proxy hands back to us is a loop, and ends at once', async () => {
  const answer = await radclient({
    to: server.info.radius!,
    secret,
    attributes: [
      'User-Name = "ann@example.com"',
      'User-Password = "anything"',
      'Packet-Src-IP-Address = 127.0.0.11',
      'Message-Authenticator = 0x00',
    ],
  });
  expect(answer.code).toBe('Access-Reject');
  const { items } = await server.rest.ok<{ items: object[] }>('GET', '/authentications?limit=5');
  expect(JSON.stringify(items)).toContain('LOOP');
});

test('SEC-15 whoever shows no certificate is served by nobody, and that is counted', async () => {
  const [host, port] = server.info.radsec!.split(':');
  const socket = connect({
    host: host!,
    port: Number(port),
    servername: 'localhost',
    ca: readFileSync(server.info.ca),
  });
  socket.on('error', () => undefined);
  await once(socket, 'secureConnect');
  expect(socket.authorized).toBe(true);
  await once(socket.resume(), 'close');
  const { dropped } = await server.rest.ok<{ dropped: Record<string, number> }>(
    'GET',
    '/radius/status',
  );
  expect(dropped).toMatchObject({ unknownCertificate: 1 });
});

test('SEC-15 openssl s_client is spoken to by TLS 1.2 and 1.3, and by nothing older', async () => {
  const spoken = await Promise.all(
    ['-tls1_3', '-tls1_2', '-tls1_1', '-tls1'].map(async (version) => {
      const where = ['-connect', server.info.radsec!, '-CAfile', server.info.ca];
      const child = spawn(
        'openssl',
        ['s_client', ...where, version, '-cipher', 'DEFAULT:@SECLEVEL=0'],
        { stdio: ['ignore', 'pipe', 'ignore'] },
      );
      let said = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
      await once(child, 'close');
      return /^New, (TLSv[\d.]+), Cipher is (?!\(NONE\))/m.exec(said)?.[1];
    }),
  );
  expect(spoken).toEqual(['TLSv1.3', 'TLSv1.2', undefined, undefined]);
});
