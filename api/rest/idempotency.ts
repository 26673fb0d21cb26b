import { createHash } from 'node:crypto';
import { Rejected } from '../../domain/errors.ts';
import { KeyReused } from '../facade/keyReused.ts';
import { Problem } from './problem.ts';
import type { Clock } from './rateLimit.ts';
import type { RawCall } from './route.ts';

const keepMs = 24 * 60 * 60 * 1000;
/** Records a caller may hold; its oldest goes first, and a repeat of that one runs again. */
const maxRecordsPerCaller = 1000;
const maxCallers = 1000;

type Stored<T> = {
  readonly fingerprint: string;
  readonly at: number;
  readonly answer: Promise<T>;
};

/** A call with its key; `fingerprint` tells whether another one with the key is the same. */
export type KeyedCall = {
  readonly caller: string;
  readonly key: string;
  readonly fingerprint: string;
};

/** What makes two calls the same call. */
export const fingerprintOf = (
  { method, path }: { readonly method: string; readonly path: string },
  { query, body, upload }: Pick<RawCall, 'query' | 'body' | 'upload'>,
): string =>
  createHash('sha256')
    .update(JSON.stringify([method, path, query, body ?? null, upload?.contentType ?? null]))
    .update(upload?.bytes ?? '')
    .digest('base64');

/** Who is asked to wait may come again, and a key that is another call's is not this one's. */
const isLasting = (error: unknown): boolean =>
  error instanceof Rejected && error.kind !== 'throttled' && !(error instanceof KeyReused);

/**
 * Answers of earlier calls by caller and Idempotency-Key, for 24 h, in this process only. A repeat gets the same
 * answer, also one that is still being made; another body under the same key is refused with 422. Refusals by the
 * rules are kept like successes; a call that failed for our own reasons may be tried again.
 */
export const idempotencyRecords = <T>(clock: Clock) => {
  const callers = new Map<string, Map<string, Stored<T>>>();

  const recordsOf = (caller: string): Map<string, Stored<T>> => {
    const records = callers.get(caller) ?? new Map<string, Stored<T>>();
    callers.delete(caller);
    callers.set(caller, records);
    if (callers.size > maxCallers) {
      const [stalest] = callers.keys();
      if (stalest !== undefined) callers.delete(stalest);
    }
    return records;
  };

  const once = (call: KeyedCall, run: () => Promise<T>): Promise<T> => {
    const records = recordsOf(call.caller);
    for (const [key, record] of records) {
      if (clock() - record.at < keepMs && records.size < maxRecordsPerCaller) break;
      records.delete(key);
    }
    const earlier = records.get(call.key);
    if (earlier) {
      if (earlier.fingerprint === call.fingerprint) return earlier.answer;
      throw new Problem(
        422,
        'IDEMPOTENCY_KEY_REUSED',
        'This Idempotency-Key was used for another call; take a new one for each new call.',
        {
          errors: [{ in: 'header', path: '/Idempotency-Key', detail: 'used with another body' }],
        },
      );
    }
    const answer = run();
    records.set(call.key, { fingerprint: call.fingerprint, at: clock(), answer });
    answer.catch((error: unknown) => {
      if (!isLasting(error) && records.get(call.key)?.answer === answer) records.delete(call.key);
    });
    return answer;
  };

  return {
    once,
    /** The key was another call's, of which only the record of the command knows. */
    forget({ caller, key, fingerprint }: KeyedCall): void {
      const records = callers.get(caller);
      if (records?.get(key)?.fingerprint === fingerprint) records.delete(key);
    },
  };
};
