import { readFileSync } from 'node:fs';
import { types, type ClientConfig } from 'pg';

export type PostgresAddress = {
  /** `postgres://user@host:port/database`, with `sslmode` and `sslrootcert` as PostgreSQL's own programs take them. */
  readonly url: string;
  /** Where the address does not hold it. */
  readonly password?: string;
};

/** An address that cannot be used. Its message never holds the address, which may hold a password. */
export class WrongAddress extends Error {
  override readonly name = 'WrongAddress';
}

const connectTimeoutMs = 10_000;
const defaultPort = 5432;
/** Type numbers of PostgreSQL (pg_type) for what it counts and sums in. */
const wholeTypes: readonly number[] = [20, 1700];
/** How soon the server notices that the program behind a long statement is gone. */
const goneCheckMs = 1_000;

/** Positions and counts stay below 2^53, so they may be numbers as in SQLite. */
const parsers: NonNullable<ClientConfig['types']> = {
  getTypeParser: (oid, format) =>
    wholeTypes.includes(oid) && format !== 'binary'
      ? (text: string) => Number(text)
      : types.getTypeParser(oid, format),
};

const parse = (text: string): URL => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^postgres(ql)?:$/.test(url.protocol))
    throw new WrongAddress('the address of the views does not begin with postgres://');
  if (url.pathname.length < 2)
    throw new WrongAddress('the address of the views names no database: end it with /name');
  return url;
};

const isLocal = (host: string): boolean =>
  host === 'localhost' || host === '[::1]' || host.startsWith('127.');

/** Over a network always encrypted, and by the right server, unless the address says `sslmode=disable` (SEC-86). */
const tls = (url: URL): ClientConfig['ssl'] => {
  const mode =
    url.searchParams.get('sslmode') ?? (isLocal(url.hostname) ? 'disable' : 'verify-full');
  if (mode === 'disable') return false;
  if (mode !== 'verify-full')
    throw new WrongAddress('sslmode in the address of the views is verify-full or disable');
  const ca = url.searchParams.get('sslrootcert');
  return {
    minVersion: 'TLSv1.2',
    rejectUnauthorized: true,
    ...(ca === null ? {} : { ca: readFileSync(ca, 'utf8') }),
  };
};

/**
 * What a connection needs.
 * @param options settings of the session, by PostgreSQL's names
 * @throws {WrongAddress}
 */
export const connectionConfig = (
  { url: text, password }: PostgresAddress,
  options: Readonly<Record<string, string>>,
): ClientConfig => {
  const url = parse(text);
  const all = { client_connection_check_interval: String(goneCheckMs), ...options };
  return {
    host: url.hostname.replace(/^\[(.+)\]$/, '$1'),
    port: url.port === '' ? defaultPort : Number(url.port),
    database: decodeURIComponent(url.pathname.slice(1)),
    user: decodeURIComponent(url.username),
    password: password ?? decodeURIComponent(url.password),
    ssl: tls(url),
    application_name: 'countersign',
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
    options: Object.entries(all)
      .map(([name, value]) => `-c ${name}=${value}`)
      .join(' '),
    types: parsers,
  };
};
