import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { X509Certificate } from 'node:crypto';

/** A certificate with its key: the files, and what is in them as PEM. */
export type Pair = {
  readonly certPath: string;
  readonly keyPath: string;
  readonly cert: string;
  readonly key: string;
  /** SHA-256 as `openssl x509 -fingerprint` prints it. */
  readonly fingerprint: string;
};

type Wanted = {
  readonly subject: string;
  readonly extensions: readonly string[];
  readonly by?: Pair;
};

/** Nothing of the system's own settings for certificates. */
const settings = '[req]\ndistinguished_name = dn\n[dn]\n';
const newKey = '-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2'.split(' ');

const make = (folder: string, name: string, { subject, extensions, by }: Wanted): Pair => {
  mkdirSync(folder, { recursive: true });
  const path = (ending: string): string => join(folder, `${name}${ending}`);
  const [certPath, keyPath] = [path('.pem'), path('-key.pem')];
  writeFileSync(path('.cnf'), settings);
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-config',
      path('.cnf'),
      ...newKey,
      '-subj',
      `/CN=${subject}`,
      '-keyout',
      keyPath,
      '-out',
      certPath,
      ...(by ? ['-CA', by.certPath, '-CAkey', by.keyPath] : []),
      ...extensions.flatMap((extension) => ['-addext', extension]),
    ],
    { stdio: 'ignore' },
  );
  const cert = readFileSync(certPath, 'utf8');
  const { fingerprint256 } = new X509Certificate(cert);
  const key = readFileSync(keyPath, 'utf8');
  return { certPath, keyPath, cert, key, fingerprint: fingerprint256 };
};

/** One that nobody else vouches for. */
export const selfSigned = (folder: string, name: string): Pair =>
  make(folder, name, {
    subject: name,
    extensions: ['basicConstraints=critical,CA:FALSE', 'extendedKeyUsage=clientAuth'],
  });

export type Authority = Pair & {
  /** A certificate for this DNS name. */
  issue(dnsName: string, usage?: 'clientAuth' | 'serverAuth'): Pair;
};

export const certificateAuthority = (folder: string, name: string): Authority => {
  const authority = make(folder, name, {
    subject: name,
    extensions: ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign'],
  });
  return {
    ...authority,
    issue: (dnsName, usage = 'clientAuth') =>
      make(folder, `${name}-${dnsName}-${usage}`, {
        subject: dnsName,
        by: authority,
        extensions: [
          'basicConstraints=critical,CA:FALSE',
          `extendedKeyUsage=${usage}`,
          `subjectAltName=DNS:${dnsName}`,
        ],
      }),
  };
};
