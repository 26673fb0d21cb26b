import { contactReference, evolveAttempt, noAttempt, type Attempt } from '../domain/attempt.ts';
import type { Context, Step } from '../domain/attemptEnding.ts';
import { effectsOfAttempt } from '../domain/effects.ts';
import { authenticationStream, userStream } from '../domain/ids.ts';
import type { Origin, Progress } from '../domain/inputs.ts';
import { absentUser } from '../domain/user.ts';
import type { Aggregates } from './aggregates.ts';
import { factIds, record, untilNoConflict, type StreamFacts } from './facts.ts';
import { readWhole } from './foldCache.ts';
import type { Ports } from './ports.ts';

export type OnRecord = {
  readonly attempt: Attempt;
  readonly revision: number;
  readonly ids: ReadonlySet<string>;
  readonly facts: Awaited<ReturnType<typeof readWhole>>;
};

type Around = Context & { readonly userRevision: number };

const factsOf = (
  requestId: string,
  revision: number,
  { userId, userRevision }: Around,
  step: Step,
): StreamFacts[] => [
  ...(userId === undefined
    ? []
    : [
        {
          stream: userStream(userId),
          expectedRevision: userRevision,
          facts: step.user,
          guards: true as const,
        },
      ]),
  { stream: authenticationStream(requestId), expectedRevision: revision, facts: step.attempt },
];

const progressOf = (
  requestId: string,
  attempt: Attempt,
  effects: Progress['effects'],
): Progress => {
  if (attempt.status === 'none') throw new TypeError('an attempt begins with its request');
  return {
    status: attempt.status,
    effects,
    ...(attempt.status === 'ended' ? { outcome: attempt.outcome } : {}),
    ...(attempt.status === 'joined' ? { leaderId: attempt.leaderId } : {}),
    ...('method' in attempt && attempt.method ? { method: attempt.method } : {}),
    ...('expiresAt' in attempt ? { expiresAt: attempt.expiresAt } : {}),
    ...('triesLeft' in attempt && attempt.triesLeft !== undefined
      ? { triesLeft: attempt.triesLeft }
      : {}),
    ...(attempt.status === 'awaiting-approval' && attempt.userId !== undefined
      ? {
          approval: {
            userId: attempt.userId,
            policyId: attempt.policyId,
            application: attempt.application,
            code: attempt.code,
          },
        }
      : {}),
    ...(attempt.status === 'challenging'
      ? { contact: contactReference(requestId, attempt.which) }
      : {}),
  };
};

/** Facts of a person that an attempt's opening may bring and that others must hear of. */
const leavesEffects: ReadonlySet<string> = new Set([
  'UserBlocked',
  'UserCodeRefused',
  'RecoveryCodeUsed',
  'BypassUsed',
]);

/** Attempts as they are on record, and the one way to add to them. */
export const attemptLog = (ports: Ports, aggregates: Aggregates) => {
  const onRecord = async (requestId: string): Promise<OnRecord> => {
    const known = await readWhole(ports.events, authenticationStream(requestId));
    return {
      attempt: known.reduce<Attempt>(evolveAttempt, noAttempt),
      revision: known.length - 1,
      ids: new Set(known.map((fact) => fact.id)),
      facts: known,
    };
  };

  /** What a decision looks at, caught up now. */
  const context = async (userId: string | undefined): Promise<Around> => {
    const user =
      userId === undefined ? { state: absentUser, revision: -1 } : await aggregates.user(userId);
    const { settings, items } = (await aggregates.configuration()).state;
    return {
      userId,
      user: user.state,
      userRevision: user.revision,
      settings,
      items,
      nowMs: ports.clock(),
    };
  };

  /** How an attempt on record stands, and what it leaves to be done. */
  const progress = async (requestId: string): Promise<Progress> => {
    const { attempt, facts } = await onRecord(requestId);
    if (attempt.status === 'none') throw new Error(`attempt ${requestId} is not on record`);
    const { userId } = attempt;
    const effects =
      userId === undefined || attempt.status !== 'ended'
        ? []
        : effectsOfAttempt(requestId, userId, facts, (await aggregates.user(userId)).state);
    return progressOf(requestId, attempt, effects);
  };

  /**
   * Begins an attempt's stream. What was just written is not read back, unless it leaves something to be done.
   * @throws {WrongExpectedRevision} where the stream exists
   */
  const begin = async (
    requestId: string,
    origin: Origin,
    around: Around,
    step: Step,
  ): Promise<Progress> => {
    const appends = factsOf(requestId, -1, around, step);
    const { repeated } = await record(ports, 'open', origin, appends);
    if (repeated || step.user.some(({ type }) => leavesEffects.has(type)))
      return await progress(requestId);
    return progressOf(requestId, step.attempt.reduce<Attempt>(evolveAttempt, noAttempt), []);
  };

  /** Takes one step on an attempt that is on record, one at a time for its person. */
  const take = async (
    { requestId, step, origin }: { requestId: string; step: string; origin: Origin },
    decide: (attempt: Attempt, context: Context) => Promise<Step> | Step,
  ): Promise<{ progress: Progress; mine: boolean }> => {
    const stream = authenticationStream(requestId);
    const first = await onRecord(requestId);
    const userId = first.attempt.status === 'none' ? undefined : first.attempt.userId;
    const attemptOnce = async () => {
      const { attempt, revision, ids } = await onRecord(requestId);
      if (ids.has(factIds(ports, step, stream, 1)[0]!)) return true;
      const around = await context(userId);
      const decided = await decide(attempt, around);
      if (decided.attempt.length + decided.user.length === 0) return false;
      await record(ports, step, origin, factsOf(requestId, revision, around, decided));
      return decided.attempt.length > 0;
    };
    const mine = await aggregates.oneAtATime(userId ?? requestId, () =>
      untilNoConflict(attemptOnce, () => undefined),
    );
    return { progress: await progress(requestId), mine };
  };

  return { onRecord, context, progress, begin, take };
};

export type AttemptLog = ReturnType<typeof attemptLog>;
