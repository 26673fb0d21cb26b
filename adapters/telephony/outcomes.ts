import { NoAnswer, TargetRefused } from '../http/guardedFetch.ts';
import type { Sent } from './provider.ts';

/** What a status that is no success means for a contact that was handed in. */
export const sentByStatus = (status: number, detail: string): Sent => {
  // 503 and 429 promise that nothing was begun; 408, 409 and any other 5xx may come after the fact.
  if (status === 503 || status === 429) return { kind: 'unable', unwell: true, detail };
  if (status === 408 || status === 409 || status >= 500) return { kind: 'unclear', detail };
  // Credentials, account or address of the provider are wrong.
  return { kind: 'unable', unwell: true, detail };
};

/** What a failure of the connection means for a contact that was handed in. */
export const sentByFailure = (error: unknown): Sent => {
  const detail = failureDetail(error);
  if (error instanceof TargetRefused) return { kind: 'unable', unwell: true, detail };
  if (error instanceof NoAnswer && !error.sent) return { kind: 'unable', unwell: true, detail };
  return { kind: 'unclear', detail };
};

/** Our own words only: a library's message may hold the number. */
export const failureDetail = (error: unknown): string =>
  error instanceof NoAnswer || error instanceof TargetRefused
    ? error.message
    : 'the answer could not be read';
