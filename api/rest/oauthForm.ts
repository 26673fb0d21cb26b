import type { Request } from 'express';
import { readBasic } from '../soap/basicAuth.ts';

const formType = /^application\/x-www-form-urlencoded *(; *charset="?utf-8"? *)?$/i;

/** A refusal in the words of RFC 6749 §5.2. */
export class OAuthFault extends Error {
  override readonly name = 'OAuthFault';
  readonly error: string;
  readonly status: number;
  constructor(error: string, description: string, status = 400) {
    super(description);
    this.error = error;
    this.status = status;
  }
}

export const malformed = (description: string) => new OAuthFault('invalid_request', description);
export const unknownClient = () =>
  new OAuthFault('invalid_client', 'The client or its secret is not right.', 401);

/** RFC 6749 §3.2: a parameter comes once, one without a value as if it were not there, a strange one is ignored. */
export const fieldsOf = (request: Request): ReadonlyMap<string, string> => {
  if (!formType.test(request.headers['content-type'] ?? ''))
    throw malformed('The body is sent as application/x-www-form-urlencoded, in UTF-8.');
  const body: unknown = request.body;
  const fields = new Map<string, string>();
  const seen = new Set<string>();
  for (const [name, value] of new URLSearchParams(Buffer.isBuffer(body) ? body.toString() : '')) {
    if (seen.has(name)) throw malformed('A parameter is there twice.');
    seen.add(name);
    if (value !== '') fields.set(name, value);
  }
  return fields;
};

/** RFC 6749 §2.3.1: both parts were form-encoded before they were put together. */
const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw unknownClient();
  }
};

/** A client that names itself and has no secret proves itself by its certificate (RFC 8705 §2). */
export const certificateClientOf = (
  { headers }: Request,
  fields: ReadonlyMap<string, string>,
): string | undefined =>
  headers.authorization === undefined && !fields.has('client_secret')
    ? fields.get('client_id')
    : undefined;

/** Who proves to be whom, by RFC 6749 §2.3.1 or by the body. @throws {OAuthFault} invalid_client, invalid_request */
export const credentialsOf = (request: Request, fields: ReadonlyMap<string, string>) => {
  const { authorization } = request.headers;
  const [id, secret] = [fields.get('client_id'), fields.get('client_secret')];
  if (authorization === undefined) {
    if (id === undefined || secret === undefined) throw unknownClient();
    return { id, secret };
  }
  if (secret !== undefined) throw malformed('A client proves itself in one way, not in two.');
  const basic = readBasic(authorization);
  if (!basic) throw unknownClient();
  const given = { id: decoded(basic.username), secret: decoded(basic.password) };
  if (id !== undefined && id !== given.id) throw malformed('There are two different clients.');
  return given;
};
