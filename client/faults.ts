/** A refusal as the server words it (RFC 9457). */
export type Problem = {
  readonly status: number;
  /** Stable; what a program goes by. */
  readonly code: string;
  readonly detail: string;
  /** X-Request-Id of the call. */
  readonly instance: string | undefined;
  readonly errors: readonly { readonly path: string; readonly detail: string }[];
  /** The document as it came. */
  readonly document: unknown;
};

const textOf = (value: unknown, name: string): string | undefined => {
  const found: unknown =
    typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
  return typeof found === 'string' ? found : undefined;
};

const errorsOf = (document: unknown): Problem['errors'] => {
  const errors: unknown =
    typeof document === 'object' && document !== null ? Reflect.get(document, 'errors') : undefined;
  if (!Array.isArray(errors)) return [];
  return errors.map((error) => ({
    path: textOf(error, 'path') ?? '',
    detail: textOf(error, 'detail') ?? '',
  }));
};

/** Reads a refusal; an answer that is no problem document has its status alone. */
export const problemOf = (status: number, document: unknown): Problem => ({
  status,
  code: textOf(document, 'code') ?? '',
  detail: textOf(document, 'detail') ?? `the server answered ${status}`,
  instance: textOf(document, 'instance'),
  errors: errorsOf(document),
  document,
});

/** The server said no. The message has its words and the fields that were wrong. */
export class CallRefused extends Error {
  override readonly name = 'CallRefused';
  readonly problem: Problem;
  /** Milliseconds after which the server wants to be asked again. */
  readonly retryAfterMs: number | undefined;
  constructor(problem: Problem, retryAfterMs?: number) {
    const faults = problem.errors.map(({ path, detail }) => `${path.slice(1)}: ${detail}`);
    super(faults.length === 0 ? problem.detail : `${problem.detail} (${faults.join('; ')})`);
    this.problem = problem;
    this.retryAfterMs = retryAfterMs;
  }
}

/** No answer came: nothing listens, the connection broke, or the time was up. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
  constructor(message: string, cause: unknown) {
    super(message, { cause });
  }
}

/** Whether the same call may succeed a little later. */
export const isTransient = (error: unknown): boolean =>
  error instanceof Unreachable ||
  (error instanceof CallRefused && [429, 502, 503, 504].includes(error.problem.status));
