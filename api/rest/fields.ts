import { z } from 'zod';
import { appModes, channels, methods } from '../../domain/methods.ts';
import { resultCodes, terminalStates, type ResultCode } from '../../domain/results.ts';
import type { Page, Paging } from '../facade.ts';

/** Bounds of what comes in. They are those of the stores and the other front ends, or stricter. */
// oxlint-disable-next-line no-control-regex -- control characters are what this refuses
const noControls = /^[^\u0000-\u001f\u007f]*$/;

/** One line of text without control characters. */
export const line = (maxLength: number, minLength = 1) =>
  z
    .string()
    .min(minLength)
    .max(maxLength)
    .regex(noControls, 'must be one line without control characters');

export const username = line(256).meta({ description: 'User principal name.' });
/** Ids are opaque: 32 hexadecimal digits (domain/ids.ts), also written with dashes or in lower case. */
export const id = z.string().regex(/^[0-9A-Za-z-]{1,64}$/, 'must be an id');
export const reason = line(500);
export const code = z
  .string()
  .max(64)
  .meta({ description: 'A typed code; anything that is no right code is answered as wrong.' });
export const phone = z
  .string()
  .regex(/^\+[0-9]{1,3} ?[0-9]{3,15}( ?x[0-9]{1,10})?$/, 'must be +CC NUMBER, or +CC NUMBER xEXT')
  .meta({ examples: ['+1 5555550147'] });
export const email = line(254, 0);
export const method = z.enum(methods);
export const appMode = z.enum(appModes);
export const instant = z.string().meta({ format: 'date-time', description: 'ISO 8601, UTC.' });
/** An instant that comes in, with any offset; as UTC behind. */
export const givenInstant = z.iso
  .datetime({ offset: true })
  .max(40)
  .transform((text) => new Date(text).toISOString());
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Object.keys forgets the names of a constant object
export const resultCode = z.enum(Object.keys(resultCodes) as readonly ResultCode[]);
export const attemptState = z.enum([
  'challenging',
  'awaiting-user',
  'awaiting-code',
  'awaiting-approval',
  'joined',
  ...terminalStates,
]);
export const channel = z.enum(channels);
export const deviceAnswer = z.enum(['approve', 'deny', 'fraud']);

const numeral = /^\d{1,9}$/;
/** A whole number in a query. */
export const queryNumber = (min: number, max: number) =>
  z.preprocess(
    (value) => (typeof value === 'string' && numeral.test(value) ? Number(value) : value),
    z.int().min(min).max(max),
  );
/** `true` or `false` in a query. */
export const queryFlag = z.preprocess(
  (value) => (value === 'true' ? true : value === 'false' ? false : value),
  z.boolean(),
);

export const defaultPageSize = 50;
export const maxPageSize = 500;
/** Query fields of every list. */
export const paging = {
  limit: queryNumber(1, maxPageSize)
    .optional()
    .meta({ description: `Rows of one page, ${defaultPageSize} where absent.` }),
  cursor: z
    .string()
    .min(1)
    .max(2000)
    .regex(/^[\x21-\x7e]+$/)
    .optional()
    .meta({ description: 'nextCursor of the page before; opaque.' }),
};

/** The paging part of a parsed query. */
export const pagingOf = (query: {
  limit?: number | undefined;
  cursor?: string | undefined;
}): Paging => ({
  limit: query.limit ?? defaultPageSize,
  ...(query.cursor === undefined ? {} : { cursor: query.cursor }),
});

/** The reply of a list. */
export const page = <Row extends z.ZodType>(row: Row) =>
  z.object({ items: z.array(row).readonly(), nextCursor: z.string().optional() });

/** A page of the facade as a reply. */
export const pageBody = <Row>({ rows, nextCursor }: Page<Row>) => ({
  items: rows,
  ...(nextCursor === undefined ? {} : { nextCursor }),
});

/** A query without the fields that were not given, as exact optional types want it. */
export const given = <T extends object>(
  fields: T,
): { [K in keyof T]?: Exclude<T[K], undefined> } => {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the filter above is what the type says
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
};

export const noContent = z.undefined();
