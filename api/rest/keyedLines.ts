import { Unavailable } from '../facade.ts';
import { idempotencyRecords, type KeyedCall } from './idempotency.ts';
import type { Clock } from './rateLimit.ts';

/**
 * Work that answers line by line, once for an Idempotency-Key: a repeat waits for the end and gets the last line,
 * which is the result. Work whose caller left before the end may be tried again.
 */
export const keyedLines = (clock: Clock) => {
  const results = idempotencyRecords<unknown>(clock);
  return async function* (same: KeyedCall, work: () => AsyncIterable<unknown>): AsyncGenerator {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    let isFirst = false;
    const result = results.once(same, () => {
      isFirst = true;
      return promise;
    });
    if (!isFirst) {
      yield await result;
      return;
    }
    let last: unknown;
    let fault: unknown = new Unavailable('the caller left before the end');
    try {
      for await (const line of work()) {
        last = line;
        yield line;
      }
      resolve(last);
    } catch (error) {
      fault = error;
      throw error;
    } finally {
      reject(fault); // Says nothing to a promise that has its result.
    }
  };
};
