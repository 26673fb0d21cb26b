import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openCertificate } from '../../runtime/certificate.ts';
import { tlsOptions } from '../../runtime/tlsOptions.ts';
import { temporaryFolder } from '../support/temporal.ts';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

const dayMs = 86_400_000;

test('the first run makes an authority and a certificate for the names of this machine', async () => {
  const { cert, caPath, renewed } = openCertificate({
    folder: folder.path,
    hosts: ['sdk.example.test', 'fe80::1'],
  });
  expect(renewed).toBe(true);
  const server = new X509Certificate(cert);
  for (const name of ['localhost', 'sdk.example.test', hostname().toLowerCase()]) {
    expect(server.checkHost(name)).toBeDefined();
  }
  for (const address of ['127.0.0.1', '::1', 'fe80::1'])
    expect(server.checkIP(address)).toBeDefined();
  expect(server.checkHost('other.example.test')).toBeUndefined();
  // OpenSSL is the judge of the form, by its strict rules.
  const args = ['verify', '-x509_strict', '-purpose', 'sslserver', '-CAfile', caPath];
  const { stdout } = await promisify(execFile)('openssl', [
    ...args,
    join(folder.path, 'server.pem'),
  ]);
  expect(stdout).toContain(': OK');
});

test('keys are for the owner only', () => {
  openCertificate({ folder: folder.path });
  const keys = readdirSync(folder.path).filter((name) => name.includes('key'));
  expect(keys).toHaveLength(2);
  for (const key of keys) expect(statSync(join(folder.path, key)).mode & 0o777).toBe(0o600);
});

test('a certificate is kept while it is good, renewed under 30 days, and for a new name', () => {
  const first = openCertificate({ folder: folder.path });
  const second = openCertificate({ folder: folder.path });
  expect([second.renewed, second.cert]).toEqual([false, first.cert]);
  const late = new Date(first.notAfter.getTime() - 29 * dayMs);
  const third = openCertificate({ folder: folder.path, now: late });
  expect([third.renewed, third.ca]).toEqual([true, first.ca]);
  expect(
    openCertificate({ folder: folder.path, hosts: ['new.example.test'], now: late }).renewed,
  ).toBe(true);
  const decadeOn = openCertificate({
    folder: folder.path,
    now: new Date(Date.now() + 3600 * dayMs),
  });
  expect(decadeOn.ca).not.toBe(first.ca);
});

test('a pair that does not fit, as a crash in between leaves it, is replaced', () => {
  const first = openCertificate({ folder: folder.path });
  writeFileSync(join(folder.path, 'server-key.pem'), readFileSync(join(folder.path, 'ca-key.pem')));
  const second = openCertificate({ folder: folder.path });
  expect([second.renewed, second.ca]).toEqual([true, first.ca]);
});

test('SEC-86 TLS 1.2 and 1.3 with AEAD suites are spoken, anything older is refused', async () => {
  const { cert, key, ca } = openCertificate({ folder: folder.path });
  const server = createServer({ cert, key, ...tlsOptions }, (_request, response) =>
    response.end('yes'),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('no port');
  const tries = async (options: object): Promise<string> => {
    const socket = connect({
      port: address.port,
      host: '127.0.0.1',
      ca,
      servername: 'localhost',
      ...options,
    });
    const outcome = await Promise.race([
      once(socket, 'secureConnect').then(
        () => `${socket.getProtocol()} ${socket.getCipher().name}`,
      ),
      once(socket, 'close').then(() => 'refused'),
    ]).catch(() => 'refused');
    socket.destroy();
    return outcome;
  };
  try {
    expect(await tries({})).toMatch(/^TLSv1\.3 TLS_(?:AES|CHACHA20)/);
    expect(await tries({ maxVersion: 'TLSv1.2' })).toMatch(
      /^TLSv1\.2 ECDHE-ECDSA-.*(?:GCM|CHACHA20)/,
    );
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' };
    expect(await tries(old)).toBe('refused');
    for (const ciphers of [
      'ECDHE-ECDSA-AES256-SHA384',
      'ECDHE-ECDSA-AES128-SHA',
      'AES256-GCM-SHA384',
    ]) {
      expect(await tries({ maxVersion: 'TLSv1.2', ciphers })).toBe('refused');
    }
    // The client trusts nothing but the authority of the data folder.
    expect(await tries({ ca: [] })).toBe('refused');
  } finally {
    server.close();
  }
});
