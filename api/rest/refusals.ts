import type { RestLogger } from './answer.ts';
import type { Facade } from '../facade.ts';
import { problemOf } from './problem.ts';
import type { Operation, Principal } from './route.ts';

/** The rules said no. What nobody could read, or came too often, was no order yet. */
const refusing: ReadonlySet<number> = new Set([403, 404, 409, 412, 422, 428]);

/**
 * Puts on record what somebody with a valid token was refused (spec/85 'Nothing unrecorded'): every order, and
 * readings that the token does not reach.
 */
export const refusals =
  (
    auditing: Facade['auditing'],
    { method, id }: Operation,
    { caller }: Principal,
    callId: string,
    logger: RestLogger,
  ) =>
  async <Result>(work: () => Promise<Result>): Promise<Result> => {
    try {
      return await work();
    } catch (error) {
      const { status, code } = problemOf(error).problem;
      if (status === 403 || (method !== 'get' && refusing.has(status)))
        await auditing
          ?.refused({ ...caller, callId }, { operation: id, status, code })
          .catch((fault: unknown) =>
            // The answer is no with or without a record of it.
            logger.error('a refusal could not be recorded', { callId, error: fault }),
          );
      throw error;
    }
  };
