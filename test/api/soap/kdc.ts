import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../../support/freePort.ts';
import { until } from '../../e2e/support/until.ts';

const run = promisify(execFile);

export const realm = 'CORP.EXAMPLE.TEST';

/** MIT's Kerberos in a folder of its own, with one service, HTTP/localhost. */
export type Kdc = {
  readonly keytab: string;
  addPrincipal(name: string, password: string): Promise<void>;
  /** Signs somebody in; what they then run has their ticket. */
  signIn(name: string, password: string): Promise<NodeJS.ProcessEnv>;
  stop(): Promise<void>;
};

/** @param encryption of the keys, as MIT names it */
export const startKdc = async (encryption = 'aes256-cts aes128-cts'): Promise<Kdc> => {
  const folder = mkdtempSync(join(tmpdir(), 'kdc-'));
  const at = (name: string): string => join(folder, name);
  const port = await freePort();
  writeFileSync(
    at('krb5.conf'),
    [
      '[libdefaults]',
      ` default_realm = ${realm}`,
      ' dns_lookup_kdc = false',
      ' dns_lookup_realm = false',
      ' dns_canonicalize_hostname = false',
      ' rdns = false',
      ' udp_preference_limit = 1',
      `[realms]\n ${realm} = {\n  kdc = 127.0.0.1:${port}\n }`,
      `[domain_realm]\n localhost = ${realm}`,
    ].join('\n'),
  );
  const types = encryption
    .split(' ')
    .map((type) => `${type}:normal`)
    .join(' ');
  writeFileSync(
    at('kdc.conf'),
    [
      `[kdcdefaults]\n kdc_listen = ""\n kdc_tcp_listen = 127.0.0.1:${port}`,
      `[realms]\n ${realm} = {`,
      `  database_name = ${at('principal')}`,
      `  key_stash_file = ${at('stash')}`,
      `  acl_file = ${at('acl')}`,
      `  supported_enctypes = ${types}`,
      ' }',
    ].join('\n'),
  );
  const env = {
    ...process.env,
    PATH: `${process.env['PATH']}:/usr/sbin`,
    KRB5_CONFIG: at('krb5.conf'),
    KRB5_KDC_PROFILE: at('kdc.conf'),
  };
  const kadmin = (query: string) => run('kadmin.local', ['-q', query], { env });
  await run('kdb5_util', ['create', '-s', '-r', realm, '-P', 'master'], { env });
  await kadmin('addprinc -randkey HTTP/localhost');
  await kadmin(`ktadd -k ${at('keytab')} HTTP/localhost`);

  const kdc = spawn('setpriv', ['--pdeathsig', 'KILL', 'krb5kdc', '-n'], { env, stdio: 'ignore' });
  await until(
    'the KDC to listen',
    () =>
      new Promise<boolean>((resolve) => {
        const socket = connect(port, '127.0.0.1', () => resolve(true));
        socket.once('error', () => resolve(false)).once('connect', () => socket.destroy());
      }),
  );
  return {
    keytab: at('keytab'),
    addPrincipal: async (name, password) => void (await kadmin(`addprinc -pw ${password} ${name}`)),
    async signIn(name, password) {
      const own = { ...env, KRB5CCNAME: `FILE:${at(`tickets-${name}`)}` };
      const signing = run('kinit', [name], { env: own });
      signing.child.stdin?.end(`${password}\n`);
      await signing;
      return own;
    },
    async stop() {
      const gone = once(kdc, 'exit');
      kdc.kill('SIGTERM');
      await gone;
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
