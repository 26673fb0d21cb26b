export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Takes one structured log line; fields hold ids and figures, never personal data. */
export type LogLine = (
  level: LogLevel,
  message: string,
  fields?: Readonly<Record<string, unknown>>,
) => void;
