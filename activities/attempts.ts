import { randomInt } from 'node:crypto';
import { evolveAttempt, noAttempt, type Attempt } from '../domain/attempt.ts';
import { matchable, submitCode } from '../domain/attemptCodes.ts';
import {
  answerAttempt,
  endAttempt,
  shutOut,
  type Context,
  type Step,
} from '../domain/attemptEnding.ts';
import { openAttempt, openWithCode } from '../domain/attemptOpening.ts';
import { effectsOfAttempt } from '../domain/effects.ts';
import type { ChallengedDevice } from '../domain/events.ts';
import { authenticationStream, userStream } from '../domain/ids.ts';
import {
  systemActor,
  type AnswerPush,
  type OpenAttempt,
  type Origin,
  type Progress,
  type SubmitCode,
} from '../domain/inputs.ts';
import { letsIn, type Outcome, type ResultCode } from '../domain/results.ts';
import { absentUser, activeDevices } from '../domain/user.ts';
import type { Aggregates } from './aggregates.ts';
import { codeMatcher } from './codeMatcher.ts';
import { factIds, record, untilNoConflict, type StreamFacts } from './facts.ts';
import { readWhole } from './foldCache.ts';
import { personalFields } from './personalFields.ts';
import type { Ports } from './ports.ts';

/** A decision of the workflow itself: deadline, block, cancel. */
export type EndAttempt = {
  readonly requestId: string;
  readonly step: string;
  readonly code: ResultCode;
  readonly origin?: Origin;
};

type OnRecord = {
  readonly attempt: Attempt;
  readonly revision: number;
  readonly ids: ReadonlySet<string>;
  readonly facts: Awaited<ReturnType<typeof readWhole>>;
};

/**
 * The steps of one attempt: each reads what is on record, decides by the domain's rules and appends the facts
 * of attempt and person as one commit. The log wins: a step that is repeated, or that another run of
 * the same workflow took before, answers with what is on record.
 */
export const createAttempts = (ports: Ports, aggregates: Aggregates) => {
  const { match } = codeMatcher(ports);
  const { ofPerson } = personalFields(ports);

  const onRecord = async (requestId: string): Promise<OnRecord> => {
    const facts = await readWhole(ports.events, authenticationStream(requestId));
    return {
      attempt: facts.reduce<Attempt>(evolveAttempt, noAttempt),
      revision: facts.length - 1,
      ids: new Set(facts.map((fact) => fact.id)),
      facts,
    };
  };

  const context = async (
    userId: string | undefined,
  ): Promise<Context & { userRevision: number }> => {
    const user =
      userId === undefined ? { state: absentUser, revision: -1 } : await aggregates.user(userId);
    const { settings } = (await aggregates.configuration()).state;
    return {
      userId,
      user: user.state,
      userRevision: user.revision,
      settings,
      nowMs: ports.clock(),
    };
  };

  const progress = async (requestId: string): Promise<Progress> => {
    const { attempt, facts } = await onRecord(requestId);
    if (attempt.status === 'none') throw new Error(`attempt ${requestId} is not on record`);
    const { userId } = attempt;
    const effects =
      userId === undefined || attempt.status !== 'ended'
        ? []
        : effectsOfAttempt(requestId, userId, facts, (await aggregates.user(userId)).state);
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
    };
  };

  const facts = (
    requestId: string,
    revision: number,
    { userId, userRevision }: { userId: string | undefined; userRevision: number },
    step: Step,
  ): StreamFacts[] => [
    ...(userId === undefined
      ? []
      : [{ stream: userStream(userId), expectedRevision: userRevision, facts: step.user }]),
    { stream: authenticationStream(requestId), expectedRevision: revision, facts: step.attempt },
  ];

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
      await record(ports, step, origin, facts(requestId, revision, around, decided));
      return decided.attempt.length > 0;
    };
    const mine = await aggregates.oneAtATime(userId ?? requestId, () =>
      untilNoConflict(attemptOnce, () => undefined),
    );
    return { progress: await progress(requestId), mine };
  };

  const end = async ({ requestId, step, code, origin }: EndAttempt): Promise<Progress> => {
    const by = origin ?? { actor: systemActor, correlationId: requestId };
    const { progress: after } = await take({ requestId, step, origin: by }, (attempt, around) =>
      endAttempt(requestId, attempt, code, around.nowMs),
    );
    return after;
  };

  const challengedDevices = (active: readonly string[], tokenHashes: ReadonlyMap<string, string>) =>
    active.map((deviceId): ChallengedDevice => ({
      deviceId,
      guid: ports.newGuid(),
      tokenHash: tokenHashes.get(deviceId)!,
      oathCounter: randomCounter(),
    }));

  return {
    /** Evaluates a new attempt: one read, one decision, one commit. Most attempts end here. */
    async openAttempt(input: OpenAttempt): Promise<Progress> {
      const { requestId, origin } = input;
      const stream = authenticationStream(requestId);
      const userId =
        'userId' in input.who
          ? input.who.userId
          : (await aggregates.name(input.who.usernameKey)).state;
      const attemptOnce = async () => {
        const around = await context(userId);
        const request = {
          requestId,
          data: await ofPerson(input, around),
          method: input.method,
          hasCode: input.code !== undefined,
          expiresInSeconds: input.expiresInSeconds,
        };
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
            ? openWithCode(request, around, await match(input.code!, stream, around))
            : opened;
        await record(ports, 'open', origin, facts(requestId, -1, around, step));
      };
      await aggregates.oneAtATime(userId ?? requestId, () =>
        untilNoConflict(attemptOnce, (conflict) =>
          conflict.stream === stream ? Promise.resolve() : undefined,
        ),
      );
      return await progress(requestId);
    },

    /** @returns `mine` false where the attempt was decided before, `notOpen` where this device may not answer it */
    async answerAttempt(
      input: { readonly requestId: string; readonly step: string } & AnswerPush,
    ): Promise<{ progress: Progress; answer: 'recorded' | 'answered' | 'notOpen' }> {
      const { requestId, step, guid } = input;
      let refused = false;
      const { attempt: before } = await onRecord(requestId);
      const challenged =
        'devices' in before ? before.devices.find((device) => device.guid === guid) : undefined;
      const origin: Origin = {
        actor: { kind: 'device', id: challenged?.deviceId ?? 'unknown' },
        correlationId: requestId,
      };
      const { progress: after, mine } = await take(
        { requestId, step, origin },
        async (attempt, around) => {
          if (attempt.status !== 'awaiting-user') return { attempt: [], user: [] };
          const sentTo = attempt.devices.find((device) => device.guid === guid);
          const device =
            around.user.status === 'present'
              ? activeDevices(around.user).find((d) => d.deviceId === sentTo?.deviceId)
              : undefined;
          refused =
            !sentTo ||
            device?.tokenHash !== input.tokenHash ||
            !(await codeMatcher(ports).proves(input.proof, sentTo, around));
          if (refused) return { attempt: [], user: [] };
          const decided = answerAttempt(requestId, attempt, around, {
            deviceId: sentTo!.deviceId,
            guid,
            answer: input.answer,
            blockId: ports.newId(),
            ...(input.appVersion === undefined ? {} : { appVersion: input.appVersion }),
            ...(input.osVersion === undefined ? {} : { osVersion: input.osVersion }),
            ...(input.address === undefined ? {} : { address: input.address }),
          });
          return decided.attempt.length === 0
            ? decided
            : withNewToken(decided, sentTo!.deviceId, input);
        },
      );
      return { progress: after, answer: mine ? 'recorded' : refused ? 'notOpen' : 'answered' };
    },

    /** A typed code for an open attempt. Where the guess budget is used up, nothing is evaluated. */
    async submitCode(
      input: { readonly requestId: string; readonly step: string } & SubmitCode,
    ): Promise<{ progress: Progress; throttled: boolean }> {
      const stream = authenticationStream(input.requestId);
      let throttled = false;
      const { progress: after } = await take(input, async (attempt, around) => {
        throttled = attempt.status === 'awaiting-code' && !matchable(around);
        if (throttled || attempt.status !== 'awaiting-code') return { attempt: [], user: [] };
        const matched = await match(input.code, stream, around);
        return submitCode(input.requestId, attempt, around, matched);
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
          return endAttempt(requestId, attempt, refusal ?? outcome.code, around.nowMs);
        },
      );
      return after;
    },
  };
};

/** A device may report its new token with an answer; it counts only if the answer does. */
const withNewToken = (step: Step, deviceId: string, input: AnswerPush): Step =>
  input.newTokenHash === undefined ||
  input.newTokenHash === input.tokenHash ||
  input.answer === 'fraud'
    ? step
    : {
        ...step,
        user: [
          ...step.user,
          {
            type: 'DeviceTokenChanged',
            data: {
              deviceId,
              tokenHash: input.newTokenHash,
              notificationType: input.notificationType ?? 'pull',
            },
          },
        ],
      };

/** Random challenge below 2^63 (contracts/mobile-app.md section 4). */
const randomCounter = (): string => {
  const part = () => BigInt(randomInt(2 ** 31));
  return ((part() << 32n) | (part() << 1n) | BigInt(randomInt(2))).toString();
};
