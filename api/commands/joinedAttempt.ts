import type { Attempt } from '../../domain/attempt.ts';
import type { Attempt as AttemptAnswer } from '../facade.ts';
import type { Watched } from './attemptWatch.ts';
import type { CommandContext } from './context.ts';
import { describeAttempt, needsNobody } from './describeAttempt.ts';

/** A code to ask for, or a number to show. */
const asks = (leader: Attempt): boolean => needsNobody(leader) && leader.status !== 'ended';

/** Whoever joined hears what the one before them heard: a code is asked for again, a number shown again. */
export const followed = async (
  { attempts, secrets }: Pick<CommandContext, 'attempts' | 'secrets'>,
  leaderId: string,
  own: Watched,
  waiting: {
    readonly requestId: string;
    readonly waitMs: number;
    readonly signal: AbortSignal | undefined;
  },
): Promise<AttemptAnswer> => {
  const { requestId, waitMs, signal } = waiting;
  const leading = attempts.watch(leaderId);
  leading.lookUp();
  const over = new AbortController();
  const stop = signal ? AbortSignal.any([over.signal, signal]) : over.signal;
  try {
    const ownEnd = own
      .until(needsNobody, waitMs, stop)
      .then((attempt) => describeAttempt(secrets, requestId, attempt));
    const asked = leading
      .until(asks, waitMs, stop)
      .then(async (leader) =>
        asks(leader) ? { ...describeAttempt(secrets, leaderId, leader), requestId } : await ownEnd,
      );
    return await Promise.race([ownEnd, asked]);
  } finally {
    over.abort();
    leading.close();
  }
};
