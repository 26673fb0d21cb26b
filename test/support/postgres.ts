import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { until } from '../e2e/support/until.ts';
import { freePort } from './freePort.ts';
import { binaries, copyCluster, otherUser, password } from './postgresCluster.ts';

export type TestPostgres = {
  /** Of an empty database, with user and password. */
  readonly url: string;
  readonly password: string;
  readonly pid: number;
  /** Ends every session but the asking one, as a restart of the server would. */
  endSessions(): Promise<void>;
  /** Files of the tables that others made, and of their indexes, with all on disk that was committed. */
  tables(): Promise<readonly string[]>;
  stop(): Promise<void>;
};

/** Copies that are the server's own, as it demands of a key. */
const tlsSettings = (
  folder: string,
  { cert, key }: NonNullable<PostgresOptions['tls']>,
  user: { uid: number; gid: number } | undefined,
) => {
  const [ownCert, ownKey] = [join(folder, 'server.crt'), join(folder, 'server.key')];
  copyFileSync(cert, ownCert);
  copyFileSync(key, ownKey);
  chmodSync(ownKey, 0o600);
  if (user) for (const path of [ownCert, ownKey]) chownSync(path, user.uid, user.gid);
  return { ssl: 'on', ssl_cert_file: ownCert, ssl_key_file: ownKey };
};

export type PostgresOptions = {
  /** PEM files of a certificate for 127.0.0.1 and its key; callers may use TLS then. */
  readonly tls?: { readonly cert: string; readonly key: string };
};

/** Runs as long as its test file. */
export const startPostgres = async (options: PostgresOptions = {}): Promise<TestPostgres> => {
  const user = otherUser();
  const folder = mkdtempSync(join(tmpdir(), 'postgres-'));
  if (user) chownSync(folder, user.uid, user.gid);
  const data = join(folder, 'data');
  await copyCluster(data);
  const port = await freePort();
  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    fsync: 'off', // Nobody cuts the power of a test.
    ...(options.tls ? tlsSettings(folder, options.tls, user) : {}),
  };
  // A test run that is cut off must not leave its server behind.
  const server = spawn(
    'setpriv',
    [
      '--pdeathsig',
      'KILL',
      join(binaries(), 'postgres'),
      '-D',
      data,
      ...Object.entries(settings).flatMap(([name, to]) => ['-c', `${name}=${to}`]),
    ],
    { stdio: 'ignore', cwd: folder, ...user },
  );
  const ended = once(server, 'exit');
  const url = `postgres://countersign:${encodeURIComponent(password)}@127.0.0.1:${port}/postgres`;
  const ask = async (text: string): Promise<readonly Record<string, unknown>[]> => {
    const client = new Client({ connectionString: url });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return (await client.query<Record<string, unknown>>(text)).rows;
    } finally {
      await client.end();
    }
  };
  await until('PostgreSQL to answer', () => {
    if (server.exitCode !== null) throw new Error('PostgreSQL ended at its start');
    return ask('select 1').then(
      () => true,
      () => false,
    );
  });
  return {
    url,
    password,
    pid: server.pid!,
    endSessions: async () =>
      void (await ask(
        'select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()',
      )),
    async tables() {
      await ask('checkpoint');
      const found = await ask(
        `select pg_relation_filepath(oid) as path from pg_class
          where relkind in ('r', 'i', 't') and oid >= 16384 and relfilenode > 0`,
      );
      return found.map(({ path }) => join(data, String(path)));
    },
    async stop() {
      server.kill('SIGQUIT'); // Ends at once; the folder goes with it.
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
