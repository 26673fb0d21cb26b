import { randomBytes } from 'node:crypto';
import { isOpen } from '../domain/attempt.ts';
import { matchable, submitCode, waitsForCode } from '../domain/attemptCodes.ts';
import { endAttempt, isLate, nothing, shutOut } from '../domain/attemptEnding.ts';
import { openAttempt, openWithCode, type AttemptRequest } from '../domain/attemptOpening.ts';
import type { Context } from '../domain/attemptEnding.ts';
import type { ChallengedDevice } from '../domain/events.ts';
import { authenticationStream } from '../domain/ids.ts';
import { toMs } from '../domain/instants.ts';
import {
  systemActor,
  type OpenAttempt,
  type Origin,
  type Progress,
  type SubmitCode,
} from '../domain/inputs.ts';
import { letsIn, outcomeOf, type Outcome, type ResultCode } from '../domain/results.ts';
import { activeDevices } from '../domain/user.ts';
import type { Aggregates } from './aggregates.ts';
import type { AttemptLog } from './attemptLog.ts';
import type { codeMatcher } from './codeMatcher.ts';
import { untilNoConflict } from './facts.ts';
import { personalFields } from './personalFields.ts';
import type { Ports } from './ports.ts';

/** A decision of the workflow itself: deadline, block, cancel. */
export type EndAttempt = {
  readonly requestId: string;
  readonly step: string;
  readonly code: ResultCode;
  readonly origin?: Origin;
  /** Only once the deadline on record has passed: the engine's timers run by a clock of their own (REL-16). */
  readonly ifLate?: boolean;
};

/**
 * The steps of one attempt: each reads what is on record, decides by the domain's rules and appends the facts
 * of attempt and person as one commit. The log wins: a step that is repeated, or that another run of
 * the same workflow took before, answers with what is on record.
 */
export const createAttempts = (
  ports: Ports,
  aggregates: Aggregates,
  log: AttemptLog,
  codes: ReturnType<typeof codeMatcher>,
) => {
  const fields = personalFields(ports);
  const { onRecord, context, progress, begin, take } = log;

  const end = async ({ requestId, step, code, origin, ifLate }: EndAttempt): Promise<Progress> => {
    const by = origin ?? { actor: systemActor, correlationId: requestId };
    const { progress: after } = await take({ requestId, step, origin: by }, (attempt, around) => {
      if (ifLate && 'expiresAt' in attempt && !isLate(attempt, around)) return nothing;
      // Whoever was blocked while the others thought about it is not let in by them.
      const refusal =
        attempt.status === 'awaiting-approval' && letsIn(outcomeOf(code))
          ? shutOut(around)
          : undefined;
      return endAttempt(requestId, attempt, refusal ?? code, around);
    });
    return after;
  };

  const challengedDevices = (active: readonly string[], tokenHashes: ReadonlyMap<string, string>) =>
    active.map((deviceId): ChallengedDevice => ({
      deviceId,
      guid: ports.newGuid(),
      tokenHash: tokenHashes.get(deviceId)!,
      oathCounter: randomCounter(),
    }));

  /** The address in the clear is looked at only where a rule needs it. */
  const addressOf = async (input: OpenAttempt, { items }: Context): Promise<string | undefined> =>
    input.initiatingIp === undefined || items.trustedIps.size === 0
      ? undefined
      : await ports.secrets.open(
          {
            owner: 'requests',
            stream: authenticationStream(input.requestId),
            field: 'initiatingIp',
          },
          input.initiatingIp,
        );

  const requestOf = async (input: OpenAttempt, around: Context): Promise<AttemptRequest> => ({
    requestId: input.requestId,
    data: await fields.ofPerson(input, around),
    method: input.method,
    hasCode: input.code !== undefined,
    expiresInSeconds: input.expiresInSeconds,
    tooLate: input.notAfter !== undefined && toMs(input.notAfter) < around.nowMs,
    initiatingIp: await addressOf(input, around),
    ipKey: input.ipKey,
    numberMatch: input.numberMatch,
    hasLoginKey: input.hasLoginKey ?? false,
    mustAsk: input.mustAsk ?? false,
    typesCodes: input.typesCodes,
    trusted: input.trusted ?? false,
    endAs: input.endAs,
    endBecause: input.endBecause,
  });

  return {
    /** Evaluates a new attempt: one read, one decision, one commit. Most attempts end here. */
    async openAttempt(input: OpenAttempt): Promise<Progress> {
      const { requestId, origin } = input;
      const stream = authenticationStream(requestId);
      const userId =
        'userId' in input.who
          ? input.who.userId
          : (await aggregates.name(input.who.usernameKey)).state;
      // Started again from the log (REL-11): what stands there is not decided anew.
      if ('userId' in input.who && (await onRecord(requestId)).attempt.status !== 'none')
        return await progress(requestId);
      const attemptOnce = async () => {
        const around = await context(userId);
        const request = await requestOf(input, around);
        const tokenHashes = new Map(
          around.user.status === 'present'
            ? activeDevices(around.user).map((d) => [d.deviceId, d.tokenHash])
            : [],
        );
        const opened = openAttempt(request, around, (active) =>
          challengedDevices(active, tokenHashes),
        );
        const step =
          opened === 'needsCode'
            ? openWithCode(
                request,
                around,
                await codes.match(input.code!, { requestId, stream }, around),
              )
            : opened;
        return await begin(requestId, origin, around, step);
      };
      return await aggregates.oneAtATime(userId ?? requestId, () =>
        untilNoConflict(attemptOnce, (conflict) =>
          conflict.stream === stream ? progress(requestId) : undefined,
        ),
      );
    },

    /** A typed code for an open attempt. Where the guess budget is used up, nothing is evaluated. */
    async submitCode(
      input: { readonly requestId: string; readonly step: string } & SubmitCode,
    ): Promise<{ progress: Progress; throttled: boolean }> {
      const { requestId } = input;
      const stream = authenticationStream(requestId);
      let throttled = false;
      const { progress: after } = await take(input, async (attempt, around) => {
        throttled = false;
        if (!isOpen(attempt) || !waitsForCode(attempt)) return nothing;
        const { triesLeft } = input;
        if (triesLeft !== undefined && triesLeft !== (attempt.triesLeft ?? 'all')) return nothing;
        throttled = !matchable(around);
        if (throttled) return nothing;
        const matched = await codes.match(input.code, { requestId, stream }, around, attempt);
        return submitCode(requestId, attempt, around, matched);
      });
      return { progress: after, throttled };
    },

    endAttempt: end,

    /** @returns undefined while the attempt is open */
    async readOutcome({ requestId }: { readonly requestId: string }): Promise<Outcome | undefined> {
      const { attempt } = await onRecord(requestId);
      return attempt.status === 'ended' ? attempt.outcome : undefined;
    },

    /**
     * Ends a joined attempt as its leader ended, unless the person was blocked or disabled since.
     * @returns undefined while the leader is open
     */
    async followLeader({
      requestId,
      leaderId,
    }: {
      readonly requestId: string;
      readonly leaderId: string;
    }): Promise<Progress | undefined> {
      const { attempt: leader } = await onRecord(leaderId);
      if (leader.status !== 'ended') return undefined;
      const { outcome } = leader;
      const origin: Origin = { actor: systemActor, correlationId: requestId };
      const { progress: after } = await take(
        { requestId, step: 'follow', origin },
        (attempt, around) => {
          const refusal = letsIn(outcome) ? shutOut(around) : undefined;
          return endAttempt(requestId, attempt, refusal ?? outcome.code, around);
        },
      );
      return after;
    },
  };
};

/** Random challenge below 2^63 (contracts/mobile-app.md section 4). */
const randomCounter = (): string => (randomBytes(8).readBigUInt64BE() >> 1n).toString();
