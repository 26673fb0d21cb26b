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
  masterKeyFile: text(z.string().min(1).max(4096), {
    description:
      'File of the master key; beside the data folder where absent, so that backups of it hold no key.',
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
