import type { Response } from 'express';
import { z } from 'zod';
import { Rejected, type RejectedKind } from '../../domain/errors.ts';
import { Unavailable } from '../facade.ts';
import { ApprovalRefused } from '../facade/approvals.ts';
import { KeyReused } from '../facade/keyReused.ts';
import { Overloaded } from '../facade/overloaded.ts';

/** One field that is wrong: where it stood, and its place as a JSON pointer (RFC 6901). */
export type FieldFault = {
  readonly in: 'body' | 'query' | 'path' | 'header';
  readonly path: string;
  readonly detail: string;
};

type ProblemOptions = {
  readonly errors?: readonly FieldFault[];
  readonly retryAfterSeconds?: number;
  readonly headers?: Readonly<Record<string, string>>;
};

/** An answer that is no success. `detail` goes to the caller: it holds no path, stack or SQL (SEC-21). */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: number;
  readonly code: string;
  readonly errors: readonly FieldFault[];
  readonly headers: Readonly<Record<string, string>>;
  constructor(status: number, code: string, detail: string, options: ProblemOptions = {}) {
    super(detail);
    this.status = status;
    this.code = code;
    this.errors = options.errors ?? [];
    const { retryAfterSeconds } = options;
    this.headers = {
      ...options.headers,
      ...(retryAfterSeconds === undefined ? {} : { 'Retry-After': String(retryAfterSeconds) }),
    };
  }
}

/** The one table from the rules' refusals to HTTP (spec/65 'Common status codes'). */
const rejections: Readonly<Record<RejectedKind, { status: number; code: string }>> = {
  notFound: { status: 404, code: 'NOT_FOUND' },
  alreadyExists: { status: 409, code: 'ALREADY_EXISTS' },
  alreadyDecided: { status: 409, code: 'ALREADY_DECIDED' },
  expired: { status: 409, code: 'CODE_EXPIRED' },
  invalid: { status: 422, code: 'INVALID' },
  notAllowed: { status: 403, code: 'NOT_ALLOWED' },
  conflict: { status: 409, code: 'CONFLICT' },
  throttled: { status: 429, code: 'THROTTLED' },
  limitReached: { status: 409, code: 'LIMIT_REACHED' },
};

const throttledRetrySeconds = 60;
const unavailableRetrySeconds = 2;

/** Titles by status; the code tells the cases of one status apart. */
const titles: Readonly<Record<number, string>> = {
  400: 'The request is malformed',
  401: 'No valid token',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'The state does not allow it',
  412: 'Somebody else has changed it',
  413: 'The body is too large',
  415: 'The body has the wrong type',
  422: 'A rule is violated',
  428: 'The version is missing',
  429: 'Too many requests',
  500: 'Internal error',
  503: 'A dependency does not answer',
};

/** What a client reads as JSON (RFC 9457); published in the description too. */
export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int().min(400).max(599),
    code: z.string().meta({ description: 'Stable, for programs.' }),
    detail: z.string(),
    instance: z.string().meta({ description: 'Id of this call, as in X-Request-Id.' }),
    errors: z
      .array(
        z.object({
          in: z.enum(['body', 'query', 'path', 'header']),
          path: z.string(),
          detail: z.string(),
        }),
      )
      .readonly(),
  })
  .meta({ description: 'RFC 9457 problem details.' });

const internal = (): Problem =>
  new Problem(500, 'INTERNAL', 'The server could not answer this call.');

/** Any thrown value as a problem; undefined for what is our own fault, which the log must hear of. */
const known = (error: unknown): Problem | undefined => {
  if (error instanceof Problem) return error;
  if (error instanceof Rejected) {
    const { status, code } = rejections[error.kind];
    return new Problem(
      status,
      error instanceof ApprovalRefused || error instanceof KeyReused ? error.code : code,
      error.message,
      error.kind === 'throttled' ? { retryAfterSeconds: throttledRetrySeconds } : {},
    );
  }
  if (error instanceof Overloaded)
    return new Problem(
      503,
      'UNAVAILABLE',
      'More is asked than there is time for; nothing was decided. Try again, a little later.',
      { retryAfterSeconds: error.retryAfterSeconds },
    );
  if (error instanceof Unavailable)
    return new Problem(
      503,
      'UNAVAILABLE',
      'The log or the workflow engine does not answer; nothing was decided. Try again.',
      { retryAfterSeconds: unavailableRetrySeconds },
    );
  // Thrown by the router for a path such as /users/%E0%A4%A.
  if (error instanceof URIError)
    return new Problem(400, 'BAD_REQUEST', 'The path has a broken percent encoding.');
  return undefined;
};

/** Turns whatever was thrown into a problem; `ours` is true where the fault is this program's. */
export const problemOf = (error: unknown): { problem: Problem; ours: boolean } => {
  const problem = known(error);
  return problem ? { problem, ours: false } : { problem: internal(), ours: true };
};

/** The JSON of a problem. */
export const problemBody = (problem: Problem, instance: string): z.input<typeof problemSchema> => ({
  type: `urn:countersign:problem:${problem.code.toLowerCase().replaceAll('_', '-')}`,
  title: titles[problem.status] ?? 'Error',
  status: problem.status,
  code: problem.code,
  detail: problem.message,
  instance: `urn:countersign:call:${instance}`,
  errors: [...problem.errors],
});

/** Answers with a problem document. */
export const sendProblem = (response: Response, problem: Problem, instance: string): void => {
  response
    .status(problem.status)
    .set(problem.headers)
    .set('Content-Type', 'application/problem+json; charset=utf-8')
    .send(JSON.stringify(problemBody(problem, instance)));
};
