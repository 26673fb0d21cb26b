import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { configSchema, type Config } from './schema.ts';

/** Everything that is wrong with the configuration, one line each. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly faults: readonly string[];
  constructor(faults: readonly string[]) {
    super(faults.join('\n'));
    this.faults = faults;
  }
}

type Values = Readonly<Record<string, unknown>>;
type Given = { readonly value: unknown; readonly source: string };

const maxShownLength = 60;
const maxFileBytes = 65_536;
const metaOf = z.object({ remedy: z.string(), secret: z.boolean().optional() });

/** `restBodyBytes` is COUNTERSIGN_REST_BODY_BYTES in the environment. */
export const environmentName = (name: string): string =>
  `COUNTERSIGN_${name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;

/** Shorter on the command line than in the file. */
const shortNames: Readonly<Record<string, string>> = { eventsUrl: 'events', viewsUrl: 'views' };

const optionName = (name: string): string =>
  `--${(shortNames[name] ?? name).replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

const shown = (value: unknown, secret: boolean): string => {
  if (secret) return '***';
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > maxShownLength ? `${text.slice(0, maxShownLength)}…` : text;
};

/** Wrappers such as default and optional keep the meta data inside. */
const metaOfSchema = (schema: z.ZodType): z.output<typeof metaOf> => {
  const found = metaOf.safeParse(schema.meta());
  if (found.success) return found.data;
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodExactOptional) {
    const { innerType } = schema.def;
    if (innerType instanceof z.ZodType) return metaOfSchema(innerType);
  }
  throw new TypeError('a setting has no remedy');
};

/**
 * Takes each setting from the first source that has it, checks all, and tells of all faults at once.
 * @throws {ConfigError}
 */
export const settle = <S extends z.ZodObject>(
  schema: S,
  sources: readonly { readonly values: Values; readonly name: (setting: string) => string }[],
): z.output<S> => {
  const faults: string[] = [];
  const chosen: Record<string, unknown> = Object.create(null);
  const settings: Readonly<Record<string, z.ZodType>> = schema.shape;
  for (const [name, setting] of Object.entries(settings)) {
    const given = sources
      .filter(({ values }) => Object.hasOwn(values, name) && values[name] !== undefined)
      .map(({ values, name: nameOf }): Given => ({ value: values[name], source: nameOf(name) }))
      .at(0);
    if (!given && setting instanceof z.ZodExactOptional) continue;
    const parsed = setting.safeParse(given?.value);
    if (parsed.success) {
      chosen[name] = parsed.data;
      continue;
    }
    const { remedy, secret = false } = metaOfSchema(setting);
    const what = given ? `${given.source} is ${shown(given.value, secret)}` : `${name} is missing`;
    faults.push(`${what}: give ${remedy}`);
  }
  for (const { values, name: nameOf } of sources)
    for (const name of Object.keys(values))
      if (!Object.hasOwn(settings, name))
        faults.push(`${nameOf(name)}: there is no such setting; remove it`);
  if (faults.length > 0) throw new ConfigError(faults);
  return schema.parse({ ...chosen });
};

const readValues = (path: string): Values => {
  if (!existsSync(path)) return {};
  let bytes: string;
  try {
    bytes = readFileSync(path, 'utf8');
  } catch {
    throw new ConfigError([`${path} cannot be read: give this program the right to read it`]);
  }
  if (bytes.length > maxFileBytes)
    throw new ConfigError([`${path} is larger than ${maxFileBytes} bytes: make it smaller`]);
  try {
    const values: unknown = JSON.parse(bytes);
    return z.record(z.string(), z.unknown()).parse(values);
  } catch {
    throw new ConfigError([`${path} is no JSON object: correct it, or remove it`]);
  }
};

/** A secret that an environment should not show is in the file that `…_FILE` names. */
const secretFile = (
  name: string,
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined => {
  const variable = `${environmentName(name)}_FILE`;
  const path = environment[variable];
  const setting: z.ZodType | undefined = Reflect.get(configSchema.shape, name);
  if (path === undefined || path === '' || !setting || metaOfSchema(setting).secret !== true)
    return undefined;
  try {
    return readFileSync(path, 'utf8').replace(/\r?\n$/, '');
  } catch {
    throw new ConfigError([`${variable} is ${shown(path, false)}: give a file that can be read`]);
  }
};

/**
 * The configuration of this process: command line before environment before `countersign.json` in the data folder.
 * @throws {ConfigError} with all that is wrong
 */
export const loadConfig = (given: {
  readonly commandLine: Values & { readonly data?: string };
  readonly environment: Readonly<Record<string, string | undefined>>;
}): Config => {
  const { commandLine, environment } = given;
  const fromEnvironment: Record<string, string> = {};
  for (const name of Object.keys(configSchema.shape)) {
    const value = environment[environmentName(name)] ?? secretFile(name, environment);
    if (value !== undefined && value !== '') fromEnvironment[name] = value;
  }
  const first = [
    { values: commandLine, name: optionName },
    { values: fromEnvironment, name: environmentName },
  ];
  // The file lies in the data folder, so it cannot say where that is.
  const data = commandLine.data ?? fromEnvironment['data'] ?? './data';
  const path = join(data, 'countersign.json');
  const { data: elsewhere, ...fromFile } = readValues(path);
  if (elsewhere !== undefined)
    throw new ConfigError([`data in ${path} has no effect: use --data or COUNTERSIGN_DATA`]);
  const file = { values: fromFile, name: (name: string) => `${name} in ${path}` };
  return Object.freeze(settle(configSchema, [...first, file]));
};
