import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';
import { tlsOptions } from '../../../runtime/tlsOptions.ts';
import type { Pair } from './certificates.ts';

/* OpenSSL as the other side of a TLS listener: what it takes is found as `nmap --script ssl-enum-ciphers` finds it. */

const run = promisify(execFile);
const weakest = 'ALL:COMPLEMENTOFALL@SECLEVEL=0';
const timeoutMs = 20_000;
export type TlsVersion = 'tls1_2' | 'tls1_3';

/** Suites of TLS 1.2 and 1.3 with GCM or ChaCha20, and a key of this connection alone. */
export const strongSuites: ReadonlySet<string> = new Set(tlsOptions.ciphers.split(':'));

/** A listener, and who it is shown to be spoken to by. */
export type TlsListener = { readonly port: string; readonly pair: Pair };

/** The suite of a handshake; undefined where there is none. */
const handshake = async (
  { port, pair: { certPath, keyPath } }: TlsListener,
  args: readonly string[],
): Promise<string | undefined> => {
  const own = ['-cert', certPath, '-key', keyPath];
  const all = ['s_client', '-connect', `127.0.0.1:${port}`, '-brief', ...own, ...args];
  // It ends with the end of its input, and with 1 where the other side refused.
  const peer = run('openssl', all, { timeout: timeoutMs });
  peer.child.stdin?.end();
  const { stdout, stderr } = await peer.catch((error: { stdout: string; stderr: string }) => error);
  return /Ciphersuite: (\S+)/.exec(`${stdout}${stderr}`)?.[1];
};

/** RFC 8446 §B.4; OpenSSL lists only those that are on by default. */
const suites13 = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'TLS_AES_128_CCM_SHA256',
  'TLS_AES_128_CCM_8_SHA256',
];

const knownSuites = (version: TlsVersion): readonly string[] => {
  if (version === 'tls1_3') return suites13;
  const listed = execFileSync('openssl', ['ciphers', '-s', `-${version}`, weakest], {
    encoding: 'utf8',
  });
  return listed.trim().split(':');
};

const offering = (version: TlsVersion, suites: readonly string[]): readonly string[] =>
  version === 'tls1_3'
    ? ['-tls1_3', '-ciphersuites', suites.join(':')]
    : ['-tls1_2', '-cipher', `${suites.join(':')}:@SECLEVEL=0`];

/** Every suite that a listener takes: each time all are offered but those that it took before. */
export const acceptedSuites = async (
  listener: TlsListener,
  version: TlsVersion,
): Promise<readonly string[]> => {
  const accepted: string[] = [];
  let left = knownSuites(version);
  while (left.length > 0) {
    const suite = await handshake(listener, offering(version, left));
    if (suite === undefined) break;
    accepted.push(suite);
    left = left.filter((name) => name !== suite);
  }
  return accepted;
};

/** Old versions with every suite there is. @returns those that were spoken after all */
export const oldVersionsOf = async (listener: TlsListener): Promise<readonly string[]> => {
  const spoken: string[] = [];
  for (const version of ['tls1', 'tls1_1'])
    if ((await handshake(listener, [`-${version}`, '-cipher', weakest])) !== undefined)
      spoken.push(version);
  return spoken;
};
