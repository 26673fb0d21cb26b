import { types } from 'node:util';

/** Works for errors of other realms too (worker contexts, test sandboxes), where `instanceof Error` does not. */
export const isError = (value: unknown): value is Error =>
  value instanceof Error || types.isNativeError(value);

/** `code` of a Node error, like `EEXIST`. */
export const codeOf = (error: unknown): string | undefined =>
  isError(error) && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

export const messageOf = (error: unknown): string =>
  isError(error) ? error.message : 'unknown error';
