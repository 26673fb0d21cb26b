import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls, createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { pfWsSdk } from '../../../api/soap/pfWsSdk.ts';
import { readKeytab } from '../../../api/soap/negotiate/keytab.ts';
import { channelOf, negotiator } from '../../../api/soap/negotiate/negotiator.ts';
import type { Queries } from '../../../api/facade.ts';
import { sdkAuthentication } from '../../../server/sdkCallers.ts';
import { fakeFacade } from './fakeFacade.ts';
import { realm, startKdc, type Kdc } from './kdc.ts';
import { basic, sdkPath, startServer, type SoapServer } from './soapServer.ts';

/* Kerberos of MIT as the directory, and curl as the caller: neither is ours. */

const run = promisify(execFile);
const account = { accountId: 'A1', name: 'svc-mim', groups: ['PhoneFactor Admins'] };
let kdc: Kdc;
let server: SoapServer;
let withoutKeytab: SoapServer;

const serverWith = async (keytab?: string): Promise<SoapServer> => {
  const queries: Partial<Queries> = {
    listServiceAccounts: async () => [account],
    verifyServiceAccount: async (_name, password) => (password === 'right' ? account : undefined),
    openItems: async () =>
      [{ itemId: 'I1', account: 'svc-mim', principal: `svc-mim@${realm}` }] as never,
  };
  const facade = { ...fakeFacade(), queries: queries as Queries };
  const tickets = keytab ? negotiator(readKeytab(readFileSync(keytab)), Date.now) : undefined;
  const sdk = pfWsSdk({
    facade,
    authenticate: sdkAuthentication(facade, () => performance.now(), tickets),
    negotiates: tickets !== undefined,
    onError: (error) => {
      throw error;
    },
  });
  return await startServer((request, response) => sdk(request, response));
};

beforeAll(async () => {
  kdc = await startKdc();
  server = await serverWith(kdc.keytab);
  withoutKeytab = await serverWith();
}, 60_000);
afterAll(async () => {
  await server.stop();
  await withoutKeytab.stop();
  await kdc.stop();
});

const selfSigned = async (): Promise<{ key: Buffer; cert: Buffer }> => {
  const folder = mkdtempSync(join(tmpdir(), 'negotiate-'));
  const [key, cert] = [join(folder, 'key'), join(folder, 'cert')];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-384', '-nodes', '-sha384'];
  const files = ['-keyout', key, '-out', cert, '-subj', '/CN=localhost'];
  await run('openssl', ['req', '-x509', ...kind, ...files]);
  const made = { key: readFileSync(key), cert: readFileSync(cert) };
  rmSync(folder, { recursive: true });
  return made;
};

const curl = async (env: NodeJS.ProcessEnv, ...more: readonly string[]): Promise<string> => {
  const url = `http://localhost:${server.port}${sdkPath}`;
  const options = ['--silent', '--negotiate', '--user', ':', '--ipv4', '--noproxy', '*'];
  const { stdout } = await run('curl', [...options, ...more, url], { env });
  return stdout;
};

describe('Negotiate', () => {
  test('is offered beside Basic where there is a keytab, and only there', async () => {
    const offered = async (one: SoapServer) =>
      (await one.send({ method: 'GET' })).headers['www-authenticate'];
    expect(await offered(server)).toBe('Negotiate, Basic realm="Web Service SDK", charset="UTF-8"');
    expect(await offered(withoutKeytab)).toBe('Basic realm="Web Service SDK", charset="UTF-8"');
  });

  test('lets an account in by the ticket of its principal, again and again', async () => {
    await kdc.addPrincipal('svc-mim', 'secret');
    const tickets = await kdc.signIn('svc-mim', 'secret');
    for (let tries = 0; tries < 3; tries += 1)
      expect(await curl(tickets)).toContain('The service is reachable');
    const head = await curl(tickets, '--include');
    expect(head).toMatch(/WWW-Authenticate: Negotiate [A-Za-z0-9+/]+=*\r\n/);
  });

  test('another principal of the same directory is nobody, and Basic goes on', async () => {
    await kdc.addPrincipal('svc-other', 'secret');
    const tickets = await kdc.signIn('svc-other', 'secret');
    expect(await curl(tickets, '--output', '/dev/null', '--write-out', '%{http_code}')).toBe('401');
    const authorization = basic('svc-mim', 'right');
    expect((await server.send({ method: 'GET', headers: { authorization } })).status).toBe(200);
  });

  test('a header that was seen before lets nobody in', async () => {
    const tickets = await kdc.signIn('svc-mim', 'secret');
    const { stderr } = await run(
      'curl',
      ['--silent', '--verbose', '--negotiate', '--user', ':', '--ipv4', '--noproxy', '*'].concat(
        '--output',
        '/dev/null',
        `http://localhost:${server.port}${sdkPath}`,
      ),
      { env: tickets },
    );
    const authorization = /^> Authorization: (Negotiate \S+)\r?$/m.exec(stderr)?.[1] ?? '';
    expect(authorization).toMatch(/^Negotiate /);
    const again = await server.send({ method: 'GET', headers: { authorization } });
    expect(again.status).toBe(401);
    const elsewhere = await withoutKeytab.send({ method: 'GET', headers: { authorization } });
    expect(elsewhere.status).toBe(401);
  });

  test('bindings to a TLS channel are those of the certificate that the caller saw', async () => {
    const { key, cert } = await selfSigned();
    const tls = createTlsServer({ key, cert }).listen(0, '127.0.0.1');
    await once(tls, 'listening');
    const { port } = tls.address() as AddressInfo;
    const arriving = once(tls, 'secureConnection') as Promise<[TLSSocket]>;
    const caller = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false });
    const [arrived] = await arriving;
    const seen = channelOf(arrived);
    const { raw } = caller.getPeerCertificate();
    caller.destroy();
    tls.close();
    // RFC 5929 §4.1: signed with SHA-384, so hashed with it.
    const data = Buffer.concat([
      Buffer.from('tls-server-end-point:'),
      createHash('sha384').update(raw).digest(),
    ]);
    const length = Buffer.alloc(4);
    length.writeUInt32LE(data.length);
    const bindings = Buffer.concat([Buffer.alloc(16), length, data]);
    expect(seen).toEqual(createHash('md5').update(bindings).digest());
  });

  test('a directory with the newer encryption (RFC 8009) works too', async () => {
    const newer = await startKdc('aes256-sha2 aes128-sha2');
    const other = await serverWith(newer.keytab);
    try {
      await newer.addPrincipal('svc-mim', 'secret');
      const env = await newer.signIn('svc-mim', 'secret');
      const url = `http://localhost:${other.port}${sdkPath}`;
      const { stdout } = await run('curl', ['--silent', '--negotiate', '--user', ':', '-4', url], {
        env,
      });
      expect(stdout).toContain('The service is reachable');
    } finally {
      await other.stop();
      await newer.stop();
    }
  });
});
