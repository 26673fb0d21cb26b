import { evolveActivation, noActivation, type Activation } from '../domain/activation.ts';
import type { DomainEvent } from '../domain/events.ts';
import { activationStream, userStream } from '../domain/ids.ts';
import {
  systemActor,
  type BeginActivationStep,
  type Change,
  type Changed,
  type CompleteActivationStep,
  type Origin,
  type ValidateStep,
} from '../domain/inputs.ts';
import { toIso, toMs } from '../domain/instants.ts';
import { activeDevices, isBlocked } from '../domain/user.ts';
import type { Aggregates } from './aggregates.ts';
import { factIds, record, untilNoConflict, type StreamFacts } from './facts.ts';
import { readWhole } from './foldCache.ts';
import type { Ports } from './ports.ts';

type Step<T> = T & { readonly activationId: string; readonly step: string };

/**
 * The steps of one activation code (contracts/mobile-app.md section 5). Its stream has one writer, its
 * workflow, which takes one step at a time.
 */
export const createActivations = (
  ports: Ports,
  aggregates: Aggregates,
  change: (change: Change, step: string) => Promise<Changed>,
) => {
  const load = async (activationId: string) => {
    const facts = await readWhole(ports.events, activationStream(activationId));
    return {
      state: facts.reduce<Activation>(evolveActivation, noActivation),
      revision: facts.length - 1,
      ids: new Set(facts.map(({ id }) => id)),
    };
  };

  /** @returns `mine` where the facts of this step are on record, from this try or an earlier one */
  const take = async (
    activationId: string,
    step: string,
    decide: (state: Activation) => readonly DomainEvent[] | Promise<readonly DomainEvent[]>,
    others: () => Promise<readonly StreamFacts[]> = async () => [],
  ): Promise<{ state: Activation; mine: boolean }> => {
    const stream = activationStream(activationId);
    const first = factIds(ports, step, stream, 1)[0]!;
    const origin = { actor: systemActor, correlationId: activationId };
    const mine = await untilNoConflict(
      async () => {
        const { state, revision, ids } = await load(activationId);
        if (ids.has(first)) return true;
        const facts = await decide(state);
        if (facts.length === 0) return false;
        await record(ports, step, origin, [
          ...(await others()),
          { stream, expectedRevision: revision, facts },
        ]);
        return true;
      },
      () => undefined,
    );
    return { state: (await load(activationId)).state, mine };
  };

  return {
    /** What is on record: a run that starts anew goes on from here. */
    async readActivation({ activationId }: { readonly activationId: string }): Promise<Activation> {
      return (await load(activationId)).state;
    },

    /** Reserves the code for one call and puts N1 into the device's mailbox. */
    async beginActivation(
      input: Step<BeginActivationStep>,
    ): Promise<
      { kind: 'reserved'; userId: string; deviceId: string } | { kind: 'failed' | 'notAllowed' }
    > {
      const { activationId, step, attempt, tokenHash, routeHash, waitMs } = input;
      let notAllowed = false;
      const { state: after } = await take(activationId, step, async (state) => {
        notAllowed = false;
        if (state.status !== 'issued' || toMs(state.expiresAt) <= ports.clock()) return [];
        if (routeHash !== undefined && routeHash !== state.routeHash) return [];
        if (!(await mayActivate(state.userId))) {
          notAllowed = true;
          return [];
        }
        return [
          {
            type: 'ActivationBegun',
            data: {
              attempt,
              guid: ports.newGuid(),
              tokenHash,
              deviceId: ports.newGuid(),
              answerBy: toIso(ports.clock() + waitMs),
            },
          },
        ];
      });
      if ('attempt' in after && after.attempt === attempt)
        return { kind: 'reserved', userId: after.userId, deviceId: after.deviceId };
      return { kind: notAllowed ? 'notAllowed' : 'failed' };
    },

    /** The device's answer to N1. @returns false where it fits no open request of this device */
    async validateActivation(input: Step<ValidateStep>): Promise<boolean> {
      const { activationId, step, guid, tokenHash, valid, appVersion, osVersion, permitHash } =
        input;
      const { mine } = await take(activationId, step, (state) => {
        if (state.status !== 'reserved') return [];
        if (state.guid !== guid || state.tokenHash !== tokenHash) return [];
        return valid
          ? [
              {
                type: 'ActivationValidated',
                data: {
                  attempt: state.attempt,
                  ...(appVersion === undefined ? {} : { appVersion }),
                  ...(osVersion === undefined ? {} : { osVersion }),
                  ...(permitHash === undefined ? {} : { permitHash }),
                },
              },
            ]
          : [attemptFailed(state.attempt, 'refused')];
      });
      return mine;
    },

    /** Frees the code again: nobody answered, or the caller went away. */
    async failActivation(
      input: Step<{ readonly attempt: string; readonly reason: 'noAnswer' | 'abandoned' }>,
    ): Promise<void> {
      await take(input.activationId, input.step, (state) =>
        (state.status === 'reserved' || state.status === 'validated') &&
        state.attempt === input.attempt
          ? [attemptFailed(input.attempt, input.reason)]
          : [],
      );
    },

    /** Burns the code and adds the pending device, as one step. */
    async completeActivation(input: Step<CompleteActivationStep>): Promise<boolean> {
      const { activationId, step, attempt, ...device } = input;
      let user: { stream: string; expectedRevision: number; facts: readonly DomainEvent[] };
      const { mine } = await take(
        activationId,
        step,
        async (state) => {
          if (state.status !== 'validated' || state.attempt !== attempt) return [];
          const { deviceId, userId, permitHash } = state;
          const permit = permitHash === undefined ? {} : { permitHash };
          user = {
            stream: userStream(userId),
            expectedRevision: (await aggregates.user(userId)).revision,
            facts: [
              {
                type: 'DeviceActivated',
                data: { ...device, ...permit, deviceId, activationId },
              },
            ],
          };
          return [{ type: 'ActivationEnded', data: { reason: 'used' } }];
        },
        async () => [user],
      );
      return mine;
    },

    /** Takes the activation's device away again where it was not confirmed, or was denied. */
    async removeActivated({
      activationId,
      userId,
      reason,
      origin,
    }: {
      readonly activationId: string;
      readonly userId: string;
      readonly reason: 'unconfirmed' | 'denied';
      readonly origin: Origin;
    }): Promise<void> {
      const { state: user } = await aggregates.user(userId);
      const device =
        user.status === 'present'
          ? user.devices.find((candidate) => candidate.activationId === activationId)
          : undefined;
      if (!device || (reason === 'unconfirmed' && device.status === 'active')) return;
      const command = { type: 'removeDevice', deviceId: device.deviceId, reason } as const;
      await change({ kind: 'user', who: { userId }, command, origin }, 'remove');
    },

    async endActivation(
      input: Step<{ readonly reason: 'expired' | 'replaced' | 'revoked' }>,
    ): Promise<void> {
      await take(input.activationId, input.step, (state) =>
        state.status === 'none' || state.status === 'ended'
          ? []
          : [{ type: 'ActivationEnded', data: { reason: input.reason } }],
      );
    },
  };

  async function mayActivate(userId: string): Promise<boolean> {
    const { state: user } = await aggregates.user(userId);
    const { settings } = (await aggregates.configuration()).state;
    return (
      user.status === 'present' &&
      user.enabled &&
      !isBlocked(user, ports.clock()) &&
      activeDevices(user).length < settings.deviceLimit
    );
  }
};

const attemptFailed = (
  attempt: string,
  reason: 'noAnswer' | 'refused' | 'abandoned',
): DomainEvent => ({ type: 'ActivationAttemptFailed', data: { attempt, reason } });
