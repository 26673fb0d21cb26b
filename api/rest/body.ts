import express, { type NextFunction, type Request, type Response } from 'express';
import { z } from 'zod';
import { Problem } from './problem.ts';
import type { Upload } from './route.ts';

const wrongType = (detail: string): Problem => new Problem(415, 'UNSUPPORTED_MEDIA_TYPE', detail);

const hasBody = (request: Request): boolean =>
  request.headers['transfer-encoding'] !== undefined ||
  Number(request.headers['content-length'] ?? 0) > 0;

/** body-parser names its faults in `type`; nothing of its messages goes to the caller. */
const parserFault = z.object({ type: z.string() });

const faultOf = (error: unknown, limitBytes: number): unknown => {
  switch (parserFault.safeParse(error).data?.type) {
    case 'entity.too.large':
      // The rest of the body is not worth reading, so the connection ends with the answer.
      return new Problem(413, 'BODY_TOO_LARGE', `A body has at most ${limitBytes} bytes.`, {
        headers: { Connection: 'close' },
      });
    case 'encoding.unsupported':
      return wrongType('Bodies are sent without Content-Encoding.');
    case 'charset.unsupported':
      return wrongType('Bodies are UTF-8.');
    case 'entity.verify.failed':
      return new Problem(400, 'BAD_REQUEST', 'The body has too many fields.');
    case 'entity.parse.failed':
      return new Problem(400, 'BAD_REQUEST', 'The body is not a JSON object.');
    case 'request.aborted':
    case 'request.size.invalid':
      return new Problem(400, 'BAD_REQUEST', 'The body ended early.');
    default:
      return error;
  }
};

/** Commas and opening brackets of a body: far more than any call has use for, and parsed in no time (SEC-23). */
const maxMarks = 10_000;
const [comma, bracket, brace] = Buffer.from(',[{');

/** Counts before parsing, because parsing 90,000 names takes as long as the event loop may be held at all. */
const refuseManyMarks = (_request: unknown, _response: unknown, bytes: Buffer): void => {
  let found = 0;
  for (let index = 0; index < bytes.length && found <= maxMarks; index += 1) {
    const byte = bytes[index];
    if (byte === comma || byte === bracket || byte === brace) found += 1;
  }
  if (found > maxMarks) throw new RangeError('too many fields');
};

/** Reads a JSON body of at most `limitBytes`; leaves `request.body` undefined where there is none. */
export const jsonBody = (
  limitBytes: number,
): ((request: Request, response: Response) => Promise<void>) => {
  const read = express.json({
    limit: limitBytes,
    inflate: false,
    strict: true,
    verify: refuseManyMarks,
  });
  return async (request, response) => {
    if (!hasBody(request)) return;
    const type = request.headers['content-type'] ?? '';
    if (!/^application\/json *(; *charset="?utf-8"? *)?$/i.test(type))
      throw wrongType('Bodies are sent as Content-Type: application/json, in UTF-8.');
    await new Promise<void>((resolve, reject) => {
      const done: NextFunction = (error?: unknown) => {
        if (error === undefined) resolve();
        else reject(faultOf(error, limitBytes));
      };
      read(request, response, done);
    });
  };
};

/** Reads a body that is a file of one of some types; undefined where there is none. */
export const uploadBody = async (
  request: Request,
  response: Response,
  { types, maxBytes }: { readonly types: readonly string[]; readonly maxBytes: number },
): Promise<Upload | undefined> => {
  if (!hasBody(request)) return undefined;
  const given = (request.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase();
  const contentType = types.find((type) => type === given);
  if (contentType === undefined) throw wrongType(`Bodies are sent as one of ${types.join(', ')}.`);
  const read = express.raw({ limit: maxBytes, inflate: false, type: () => true });
  await new Promise<void>((resolve, reject) => {
    const done: NextFunction = (error?: unknown) => {
      if (error === undefined) resolve();
      else reject(faultOf(error, maxBytes));
    };
    read(request, response, done);
  });
  const bytes: unknown = request.body;
  return bytes instanceof Uint8Array ? { contentType, bytes } : undefined;
};

/** The query as data: a name that comes twice becomes an array, which no schema takes (SEC-68). */
export const queryOf = (request: Request): Record<string, string | string[]> => {
  const start = request.url.indexOf('?');
  const values: Record<string, string | string[]> = Object.create(null);
  if (start < 0) return values;
  for (const [name, value] of new URLSearchParams(request.url.slice(start))) {
    const earlier = values[name];
    if (earlier === undefined) values[name] = value;
    else values[name] = Array.isArray(earlier) ? [...earlier.slice(0, 1), value] : [earlier, value];
  }
  return values;
};
