import { z } from 'zod';
import { appModes, channels, methods } from '../../domain/methods.ts';
import { resultCodes, type ResultCode } from '../../domain/results.ts';
import type { Sealed } from '../../domain/sealed.ts';

/**
 * The schemas that fields of events are made of. They bound and spell, they do not judge: whether a
 * value makes sense was the decider's business.
 */
const maxIdLength = 256;
const maxTextLength = 4_096;
const maxSealedLength = 16_384;
export const maxListLength = 1_000;

/** Ids, names of rules and programs, hashes: short, never empty. */
export const id = z.string().min(1).max(maxIdLength);
/** Free text, which may be empty. */
export const text = z.string().max(maxTextLength);
export const flag = z.boolean();
/** ISO 8601 in UTC, with `Z`. */
export const instant = z.iso.datetime();
export const count = z.int().min(0);
/** A difference, which may be negative. */
export const difference = z.int();
export const ids = z.array(id).max(maxListLength).readonly();

const sealedPattern = /^s1:[\w-]{1,64}:[\w-]+$/;
export const sealed = z.custom<Sealed>(
  (value) =>
    typeof value === 'string' && value.length <= maxSealedLength && sealedPattern.test(value),
  { error: 'not a sealed value' },
);

export const channel = z.enum(channels);
export const method = z.enum(methods);
export const appMode = z.enum(appModes);
export const resultCode = z.custom<ResultCode>(
  (value) => typeof value === 'string' && Object.hasOwn(resultCodes, value),
  { error: 'not a result code' },
);

export const codeFault = z.enum(['WRONG_CODE', 'CODE_REUSED', 'WRONG_PIN']);
/** Which of a person's two phones. */
export const slot = z.enum(['primary', 'backup']);

/** A field that may be absent; present without a value is an error. */
export const optional = z.exactOptional;

type Field<D, K extends keyof D> =
  object extends Pick<D, K> ? z.ZodExactOptional<z.ZodType<Required<D>[K]>> : z.ZodType<D[K]>;

/** One schema for each field of `D`, so that the compiler names a field without one. */
export type Shape<D> = { readonly [K in keyof D]-?: Field<D, K> };

/** The schemas of all event types of one area. */
export type Shapes<Events> = { readonly [T in keyof Events]: Shape<Events[T]> };
