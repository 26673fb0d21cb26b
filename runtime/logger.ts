import { types } from 'node:util';
import { codeOf, isError } from './errors.ts';

export const logLevels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];
export type LogFields = Readonly<Record<string, unknown>>;

export type Logger = {
  readonly [level in LogLevel]: (message: string, fields?: LogFields) => void;
} & {
  /** The same log with fields that every line carries. */
  readonly with: (fields: LogFields) => Logger;
  /** For code that takes one function. */
  readonly line: (level: LogLevel, message: string, fields?: LogFields) => void;
};

export type LoggerOptions = {
  readonly level?: LogLevel;
  /** Lines for people instead of JSON; default where stderr is a terminal. */
  readonly pretty?: boolean;
  readonly write?: (text: string) => void;
  readonly now?: () => Date;
};

/**
 * Second defence only: nobody may log a secret, but a field with such a name never shows its value.
 * Matches whole camelCase or snake_case words, so `keyId` and `tokenId` stay readable.
 */
const secretName =
  /(?:^|_)(?:pass(?:word|phrase|code)?|pwd|pin|secrets?|otp|code|seed|token|permit|cookie|authorization|credentials?|phone|email|privatekey|masterkey|apikey|sharedsecret|key)$/;
/** Words after which a name is harmless: ids, hashes, counts, kinds of result. */
const harmless =
  /(?:id|hash|count|length|bytes|ms|path|status|exit|error|result)_(?:code|key|token)$/;
const depthMax = 4;
const entriesMax = 50;
const textMax = 2000;

/** One JSON object a line on stderr: `time`, `level`, `message`, then the fields. */
export const createLogger = (options: LoggerOptions = {}): Logger => {
  const { level = 'info', pretty = process.stderr.isTTY } = options;
  const write = options.write ?? ((text) => void process.stderr.write(text));
  const now = options.now ?? (() => new Date());
  const lowest = logLevels.indexOf(level);

  const make = (own: LogFields): Logger => {
    const line: Logger['line'] = (at, message, fields) => {
      if (logLevels.indexOf(at) < lowest) return;
      const safe = cleanFields({ ...own, ...fields }, 0);
      const head = { time: now().toISOString(), level: at, message: cut(message) };
      write(pretty ? prettyLine(head, safe) : `${JSON.stringify({ ...safe, ...head })}\n`);
    };
    return {
      debug: (message, fields) => line('debug', message, fields),
      info: (message, fields) => line('info', message, fields),
      warn: (message, fields) => line('warn', message, fields),
      error: (message, fields) => line('error', message, fields),
      line,
      with: (fields) => make({ ...own, ...fields }),
    };
  };
  return make({});
};

const clean = (value: unknown, depth: number): unknown => {
  if (typeof value === 'string') return cut(value);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'function' || typeof value === 'symbol') return `[${typeof value}]`;
  if (typeof value !== 'object' || value === null) return value;
  if (types.isDate(value)) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (isError(value)) return cleanError(value, depth);
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (depth >= depthMax) return '[deep]';
  if (Array.isArray(value)) return value.slice(0, entriesMax).map((item) => clean(item, depth + 1));
  return cleanFields(value, depth);
};

const cleanFields = (fields: object, depth: number): LogFields => {
  // No prototype: a field that is named __proto__ stays a field.
  const copy: Record<string, unknown> = Object.create(null);
  for (const [name, item] of Object.entries(fields).slice(0, entriesMax)) {
    copy[name] = isSecretName(name) ? '[secret]' : clean(item, depth + 1);
  }
  return copy;
};

const cleanError = (error: Error, depth: number): unknown => ({
  name: error.name,
  message: cut(error.message),
  ...(codeOf(error) === undefined ? {} : { errorCode: codeOf(error) }),
  stack: error.stack?.split('\n').slice(1, 9).join('\n'),
  ...(error.cause === undefined || depth >= depthMax
    ? {}
    : { cause: clean(error.cause, depth + 1) }),
});

export const isSecretName = (name: string): boolean => {
  const words = name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll('-', '_')
    .toLowerCase();
  if (harmless.test(words)) return false;
  return secretName.test(words) || secretName.test(words.replaceAll('_', ''));
};

const cut = (text: string): string =>
  text.length > textMax ? `${text.slice(0, textMax)}… (${text.length} characters)` : text;

const prettyLine = (
  { time, level, message }: { time: string; level: string; message: string },
  fields: LogFields,
): string => {
  const rest = Object.entries(fields).map(([name, value]) => ` ${name}=${JSON.stringify(value)}`);
  // Quoting keeps line breaks and terminal escapes of outside text from acting (SEC-57).
  const shown = JSON.stringify(message)
    .slice(1, -1)
    .replaceAll(String.raw`\"`, '"');
  return `${time.slice(11, 23)} ${level.toUpperCase().padEnd(5)} ${shown}${rest.join('')}\n`;
};
