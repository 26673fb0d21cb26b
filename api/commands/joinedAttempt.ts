import type { Attempt } from '../../domain/attempt.ts';
import type { Attempt as AttemptAnswer, Waiting } from '../facade.ts';
import type { Watched } from './attemptWatch.ts';
import type { CommandContext } from './context.ts';
import { describeAttempt, needsNobody } from './describeAttempt.ts';

type Parts = Pick<CommandContext, 'attempts' | 'secrets'>;

type Listening = {
  readonly requestId: string;
  /** How the attempt stands: on record. */
  readonly begun: Attempt;
  readonly watched: Watched;
  /** What whoever asks can be asked or shown in turn; by default a code to ask for, or a number to show. */
  readonly asks?: (attempt: Attempt) => boolean;
};

/** Waits until whoever asks goes on by themselves, or until the wait is over. */
export const heard = async (
  parts: Parts,
  listening: Listening,
  waiting: Waiting,
): Promise<AttemptAnswer> => {
  const { requestId, begun, watched } = listening;
  if (begun.status === 'joined') return await followed(parts, begun.leaderId, listening, waiting);
  const { waitMs, signal } = waiting;
  const attempt = needsNobody(begun) ? begun : await watched.until(needsNobody, waitMs, signal);
  return describeAttempt(parts.secrets, requestId, attempt);
};

/** Whoever joined hears what the one before them heard: a code is asked for again, a number shown again. */
const followed = async (
  { attempts, secrets }: Parts,
  leaderId: string,
  { requestId, watched, asks = needsNobody }: Listening,
  { waitMs, signal }: Waiting,
): Promise<AttemptAnswer> => {
  const leading = attempts.watch(leaderId);
  leading.lookUp();
  const isAsking = (leader: Attempt): boolean => leader.status !== 'ended' && asks(leader);
  const over = new AbortController();
  const stop = signal ? AbortSignal.any([over.signal, signal]) : over.signal;
  const asTheirs = (leader: Attempt): AttemptAnswer => ({
    ...describeAttempt(secrets, leaderId, leader),
    requestId,
  });
  try {
    // A number that stands on record is shown also to whoever waits for nothing.
    const now = await attempts.read(leaderId);
    if (isAsking(now)) return asTheirs(now);
    const ownEnd = watched
      .until(needsNobody, waitMs, stop)
      .then((attempt) => describeAttempt(secrets, requestId, attempt));
    const asked = leading
      .until(isAsking, waitMs, stop)
      .then(async (leader) => (isAsking(leader) ? asTheirs(leader) : await ownEnd));
    return await Promise.race([ownEnd, asked]);
  } finally {
    over.abort();
    leading.close();
  }
};
