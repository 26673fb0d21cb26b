import type { Secrets } from '../../adapters/secrets/port.ts';
import type { Attempt } from '../../domain/attempt.ts';
import { attemptSecrets } from '../../domain/attemptSecrets.ts';
import { present } from '../../domain/present.ts';
import { Unavailable, type Attempt as AttemptAnswer } from '../facade.ts';

/** Tells a front end how an attempt stands. */
export const describeAttempt = (
  secrets: Pick<Secrets, 'hash'>,
  requestId: string,
  attempt: Attempt,
): AttemptAnswer => {
  if (attempt.status === 'none' || attempt.status === 'evaluating')
    throw new Unavailable('the attempt was not recorded in time');
  if (attempt.status === 'joined') return { requestId, state: 'joined' };
  if (attempt.status === 'ended')
    return present({
      requestId,
      state: attempt.outcome.state,
      code: attempt.outcome.code,
      method: attempt.method,
      withPin: attempt.mode === 'pin' ? (true as const) : undefined,
      cachedBy: attempt.cachedBy,
    });
  const { status: state, method, expiresAt } = attempt;
  if (attempt.status === 'awaiting-approval')
    return { requestId, state, method, expiresAt, approvalId: attempt.approvalId };
  return present({
    requestId,
    state,
    method,
    triesLeft: attempt.triesLeft,
    expiresAt,
    displayNumber:
      attempt.numberMatch === undefined
        ? undefined
        : attemptSecrets(secrets).matchNumber(requestId, attempt.numberMatch),
  });
};

export const isOnRecord = ({ status }: Attempt): boolean =>
  status !== 'none' && status !== 'evaluating';
/** Whoever asks goes on by themselves: with an end, a code to ask for, or a number to show. */
export const needsNobody = (attempt: Attempt): boolean =>
  attempt.status === 'ended' ||
  attempt.status === 'awaiting-code' ||
  ('numberMatch' in attempt && attempt.numberMatch !== undefined);
