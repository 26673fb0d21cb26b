import { randomBytes } from 'node:crypto';
import { matchable, submitCode } from '../domain/attemptCodes.ts';
import { answerAttempt, endAttempt, shutOut, type Step } from '../domain/attemptEnding.ts';
import { openAttempt, openWithCode } from '../domain/attemptOpening.ts';
import type { ChallengedDevice } from '../domain/events.ts';
import { authenticationStream } from '../domain/ids.ts';
import { toMs } from '../domain/instants.ts';
import {
  systemActor,
  type AnswerPush,
  type OpenAttempt,
  type Origin,
  type Progress,
  type SubmitCode,
} from '../domain/inputs.ts';
import { letsIn, type Outcome, type ResultCode } from '../domain/results.ts';
import { activeDevices } from '../domain/user.ts';
import type { Aggregates } from './aggregates.ts';
import { attemptLog } from './attemptLog.ts';
import { codeMatcher } from './codeMatcher.ts';
import { untilNoConflict } from './facts.ts';
import { personalFields } from './personalFields.ts';
import type { Ports } from './ports.ts';

/** A decision of the workflow itself: deadline, block, cancel. */
export type EndAttempt = {
  readonly requestId: string;
  readonly step: string;
  readonly code: ResultCode;
  readonly origin?: Origin;
};

/**
 * The steps of one attempt: each reads what is on record, decides by the domain's rules and appends the facts
 * of attempt and person as one commit. The log wins: a step that is repeated, or that another run of
 * the same workflow took before, answers with what is on record.
 */
export const createAttempts = (ports: Ports, aggregates: Aggregates) => {
  const codes = codeMatcher(ports);
  const fields = personalFields(ports);
  const { onRecord, context, progress, begin, take } = attemptLog(ports, aggregates);

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
      // Started again from the log (REL-11): what stands there is not decided anew.
      if ('userId' in input.who && (await onRecord(requestId)).attempt.status !== 'none')
        return await progress(requestId);
      const attemptOnce = async () => {
        const around = await context(userId);
        const request = {
          requestId,
          data: await fields.ofPerson(input, around),
          method: input.method,
          hasCode: input.code !== undefined,
          expiresInSeconds: input.expiresInSeconds,
          tooLate: input.notAfter !== undefined && toMs(input.notAfter) < around.nowMs,
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
            ? openWithCode(request, around, await codes.match(input.code!, stream, around))
            : opened;
        return await begin(requestId, origin, around, step);
      };
      return await aggregates.oneAtATime(userId ?? requestId, () =>
        untilNoConflict(attemptOnce, (conflict) =>
          conflict.stream === stream ? progress(requestId) : undefined,
        ),
      );
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
            !(await codes.proves(input.proof, sentTo, around));
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
        const matched = await codes.match(input.code, stream, around);
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
const randomCounter = (): string => (randomBytes(8).readBigUInt64BE() >> 1n).toString();
