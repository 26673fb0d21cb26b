import { z } from 'zod';

/**
 * Settings of one process: how it listens and where it keeps things. What a whole company shares (lives of
 * codes, limits, blocks) is in domain/settings.ts and changes while the program runs; these need a restart.
 */
type Meta = {
  readonly description: string;
  /** What a right value looks like, after "give …". */
  readonly remedy: string;
  readonly unit?: string;
  /** Its value is never shown. */
  readonly secret?: boolean;
};

const numeral = /^-?\d{1,15}$/;

const whole = (min: number, max: number, about: Omit<Meta, 'remedy'>) =>
  z
    .preprocess(
      (value) => (typeof value === 'string' && numeral.test(value) ? Number(value) : value),
      z.int().min(min).max(max),
    )
    .meta({ ...about, remedy: `a whole number from ${min} to ${max}` });

const flag = (about: Omit<Meta, 'remedy'>) =>
  z
    .preprocess(
      (value) => (value === 'true' ? true : value === 'false' ? false : value),
      z.boolean(),
    )
    .meta({ ...about, remedy: 'true or false' });

const text = (schema: z.ZodString, about: Meta) => schema.meta(about);

const list = <T extends z.ZodType>(item: T, about: Meta, min = 1) =>
  z
    .preprocess(
      (value) => (typeof value === 'string' ? value.split(',').map((part) => part.trim()) : value),
      z.array(item).min(min).max(20),
    )
    .meta(about);

export const logLevels = ['error', 'warn', 'info', 'debug'] as const;

const port = (description: string) =>
  whole(0, 65_535, { description, unit: 'TCP port, 0: any free' });
const udpPort = whole(0, 65_535, { description: 'UDP port.', unit: 'UDP port, 0: any free' });
const ports = 'UDP ports, with commas between them; 0 picks a free one';
const virtualFolder = z.string().regex(/^(\/[A-Za-z0-9._-]{1,64}){1,4}$/);
const folders = 'paths such as /PA, with commas between them';

/** Every setting with its type, unit, default and meaning. */
export const configSchema = z.strictObject({
  data: text(z.string().min(1).max(4096), {
    description: 'Folder of everything that is kept: log, views, keys, certificate, tokens.',
    remedy: 'the path of a folder',
  }).default('./data'),
  host: text(z.string().regex(/^[A-Za-z0-9.:_-]{1,255}$/), {
    description: 'Address that all listeners bind to; 0.0.0.0 opens them to the network.',
    remedy: 'an address or host name of this machine',
  }).default('127.0.0.1'),
  http: port('Plain HTTP.').default(8080),
  https: port('HTTPS with the certificate in the data folder.').default(8443),
  radius: list(udpPort, {
    description: 'UDP ports of RADIUS, as 1812,1645; off where absent.',
    remedy: ports,
  }).exactOptional(),
  radiusAccounting: list(udpPort, {
    description: 'UDP ports of RADIUS accounting; one above each port of RADIUS where absent.',
    remedy: ports,
  }).exactOptional(),
  radsec: port('RADIUS over TLS (RadSec), as 2083; off where absent.').exactOptional(),
  radsecAuthorityFile: text(z.string().min(1).max(4096), {
    description:
      'File of the authorities (PEM) whose certificates may name RADIUS clients over TLS; only certificates that are set for a client count where absent.',
    remedy: 'the path of a file',
  }).exactOptional(),
  radiusHosts: list(z.string().regex(/^[0-9A-Fa-f:.]{2,45}$/), {
    description: 'Addresses that RADIUS listens on, of both families, in place of host.',
    remedy: 'addresses such as 0.0.0.0,:: with commas between them',
  }).exactOptional(),
  ntlmAuth: text(z.string().min(1).max(4096), {
    description:
      'Path of Samba’s ntlm_auth, which checks MS-CHAPv2 with a Windows domain; nothing does where absent.',
    remedy: 'the path of a program, as in /usr/bin/ntlm_auth',
  }).exactOptional(),
  radiusSeconds: whole(10, 180, {
    description: 'How long a RADIUS client may wait for its answer; clients must wait longer.',
    unit: 'seconds',
  }).default(60),
  radiusExplainRejects: flag({
    description: 'Tell people why RADIUS rejects them.',
  }).default(false),
  demo: flag({ description: 'Add a user to try the program with.' }).default(false),
  join: text(z.string().regex(/^[a-z0-9-]{1,32}$/), {
    description:
      'Name of a further process on the data folder of a running server, whose log, keys and workflow engine it shares.',
    remedy: '1 to 32 of a-z, 0-9 and -',
  }).exactOptional(),
  temporal: text(z.string().min(1).max(4096), {
    description: 'Path of the Temporal binary; looked for where absent.',
    remedy: 'the path of an executable file',
  }).exactOptional(),
  temporalAddress: text(z.string().regex(/^(\[[0-9a-f:.]{2,45}\]|[A-Za-z0-9.-]{1,253}):\d{1,5}$/), {
    description:
      'Workflow engine (Temporal) that others run; a child of this process does where absent.',
    remedy: 'host:port',
  }).exactOptional(),
  temporalNamespace: text(z.string().regex(/^[A-Za-z0-9._-]{2,100}$/), {
    description: 'Namespace in that Temporal; countersign where absent.',
    remedy: '2 to 100 of A-Z, a-z, 0-9, ., _ and -',
  }).exactOptional(),
  temporalCaFile: text(z.string().min(1).max(4096), {
    description: 'Certificates (PEM) that the engine at temporalAddress must prove itself by.',
    remedy: 'the path of a file',
  }).exactOptional(),
  temporalCertFile: text(z.string().min(1).max(4096), {
    description: 'Certificate (PEM) that this program proves itself by to temporalAddress.',
    remedy: 'the path of a file',
  }).exactOptional(),
  temporalKeyFile: text(z.string().min(1).max(4096), {
    description: 'Key (PEM) of temporalCertFile.',
    remedy: 'the path of a file',
  }).exactOptional(),
  masterKeyFile: text(z.string().min(1).max(4096), {
    description:
      'File of the master key; beside the data folder where absent, so that backups of it hold no key.',
    remedy: 'the path of a file',
  }).exactOptional(),
  anchors: text(z.string().min(1).max(4096), {
    description:
      'Folder that signed checkpoints of the log are anchored in, best on another disk or a share; in the data folder where absent.',
    remedy: 'the path of a folder',
  }).exactOptional(),
  timestampAuthority: text(z.string().regex(/^https?:\/\/[\x21-\x7e]{1,2000}$/), {
    description:
      'Address of an RFC 3161 time stamp authority that is asked to stamp each checkpoint.',
    remedy: 'an address such as https://tsa.example.com/tsr',
  }).exactOptional(),
  eventsUrl: text(
    z.string().regex(/^(kurrentdb|kurrent|kdb|esdb)(\+discover)?:\/\/[\x21-\x7e]{1,2000}$/),
    {
      description:
        'KurrentDB that holds the log and is shared by all nodes; a file in the data folder holds it where absent.',
      remedy: 'an address such as kurrentdb://name:password@db.example.com:2113?tls=true',
      secret: true,
    },
  ).exactOptional(),
  eventsPrefix: text(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_]{0,30}\.$/), {
    description:
      'What the names of this deployment’s streams begin with in eventsUrl; another one for each deployment there.',
    remedy: 'letters and digits, 31 at most, and a dot at the end, as in countersign.',
  }).exactOptional(),
  viewsUrl: text(z.string().regex(/^postgres(ql)?:\/\/[\x21-\x7e]{1,2000}$/), {
    description:
      'PostgreSQL that holds the views and is shared by all nodes; each node keeps its own in the data folder where absent.',
    remedy: 'an address such as postgres://countersign@db.example.com/countersign',
    secret: true,
  }).exactOptional(),
  viewsPasswordFile: text(z.string().min(1).max(4096), {
    description: 'File with the password for viewsUrl, where the address does not hold it.',
    remedy: 'the path of a file',
  }).exactOptional(),
  logLevel: z
    .enum(logLevels)
    .meta({
      description: 'Least weight of what is logged.',
      remedy: `one of ${logLevels.join(', ')}`,
    })
    .default('info'),
  publicUrl: text(z.string().regex(/^https?:\/\/[A-Za-z0-9.:[\]_-]{1,255}$/), {
    description: 'Address that clients reach this program by, where it is behind a proxy.',
    remedy: 'scheme, host and port without a path, as in https://mfa.example.com',
  }).exactOptional(),
  sdkPaths: list(virtualFolder, {
    description: 'Virtual folders of the Web Service SDK.',
    remedy: folders,
  }).default(['/MultiFactorAuthWebServiceSdk', '/PhoneFactorWebServiceSdk']),
  mobilePaths: list(virtualFolder, {
    description: 'Virtual folders of the mobile service.',
    remedy: folders,
  }).default(['/PA', '/MultiFactorAuthMobileAppWebService']),
  clientAuthorityFile: text(z.string().min(1).max(4096), {
    description:
      'File of the authorities (PEM) whose client certificates may sign in service accounts and API clients; none are asked for where absent.',
    remedy: 'the path of a file',
  }).exactOptional(),
  keytab: text(z.string().min(1).max(4096), {
    description:
      'Keytab with the keys of HTTP/<this host>, for callers of the Web Service SDK that come with Kerberos tickets (Negotiate); it is offered only with one.',
    remedy: 'the path of a file',
  }).exactOptional(),
  allowedTargets: list(
    z.string().regex(/^(\[[0-9a-f:.]{2,45}\]|[a-z0-9.-]{1,253}):\d{1,5}$/),
    {
      description:
        'Inner addresses that webhooks and gateways may be at; by default only https addresses on the internet.',
      remedy: 'host:port as it stands in the address, with commas between them',
    },
    0,
  ).default([]),
  restBodyBytes: whole(1024, 16 * 1024 * 1024, {
    description: 'Largest REST body.',
    unit: 'bytes',
  }).default(1024 * 1024),
  restCallsPerSecond: whole(1, 100_000, {
    description: 'REST calls of one token.',
    unit: 'calls a second',
  }).default(100),
  headerBytes: whole(4096, 65_536, {
    description: 'All headers of one request.',
    unit: 'bytes',
  }).default(16_384),
  headerMs: whole(100, 120_000, {
    description: 'Time that a client has for its headers.',
    unit: 'milliseconds',
  }).default(10_000),
});

export type Config = Readonly<z.output<typeof configSchema>>;
export type ConfigName = keyof Config;
