import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

/** A real time stamp authority: OpenSSL behind a small HTTP server. */
export type Tsa = {
  readonly url: string;
  /** `host:port`, to be allowed. */
  readonly target: string;
  readonly ca: string;
  /** What it does to an answer before it goes out. */
  bend: (answer: Buffer) => Buffer;
  stop(): Promise<void>;
};

const config = `
[tsa]
default_tsa = stamp
[stamp]
serial = tsa.serial
crypto_device = builtin
signer_cert = tsa.pem
certs = ca.pem
signer_key = tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_alg = sha256
[ca]
basicConstraints = critical,CA:true
[leaf]
basicConstraints = CA:false
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
[req]
distinguished_name = name
[name]
`;

const openssl = (folder: string, ...words: string[]): Buffer =>
  execFileSync('openssl', words, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });

export const startTsa = async (folder: string): Promise<Tsa> => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'ts.cnf'), config);
  writeFileSync(join(folder, 'tsa.serial'), '01\n');
  const key = (name: string) =>
    openssl(
      folder,
      'genpkey',
      '-algorithm',
      'EC',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-out',
      name,
    );
  const conf = ['-config', 'ts.cnf'];
  key('ca.key');
  openssl(
    folder,
    'req',
    '-x509',
    '-new',
    '-key',
    'ca.key',
    '-subj',
    '/CN=ca',
    '-days',
    '2',
    ...conf,
    '-extensions',
    'ca',
    '-out',
    'ca.pem',
  );
  key('tsa.key');
  openssl(folder, 'req', '-new', '-key', 'tsa.key', '-subj', '/CN=tsa', ...conf, '-out', 'tsa.csr');
  openssl(
    folder,
    'x509',
    '-req',
    '-in',
    'tsa.csr',
    '-CA',
    'ca.pem',
    '-CAkey',
    'ca.key',
    '-days',
    '2',
    '-extfile',
    'ts.cnf',
    '-extensions',
    'leaf',
    '-out',
    'tsa.pem',
  );

  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      writeFileSync(join(folder, 'query'), Buffer.concat(parts));
      openssl(
        folder,
        'ts',
        '-reply',
        '-queryfile',
        'query',
        ...conf,
        '-section',
        'stamp',
        '-out',
        'reply',
      );
      response.setHeader('content-type', 'application/timestamp-reply');
      response.end(tsa.bend(readFileSync(join(folder, 'reply'))));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const tsa: Tsa = {
    url: `http://127.0.0.1:${port}/tsr`,
    target: `127.0.0.1:${port}`,
    ca: join(folder, 'ca.pem'),
    bend: (answer) => answer,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return tsa;
};

/** What OpenSSL says about a stamp. @throws where it does not verify */
export const verifyStamp = (tsa: Tsa, { data, stamp }: { data: string; stamp: string }): string =>
  execFileSync('openssl', ['ts', '-verify', '-data', data, '-in', stamp, '-CAfile', tsa.ca], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
