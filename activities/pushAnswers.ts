import { nothing, type Context, type Step } from '../domain/attemptEnding.ts';
import { answerPush, changePin, type Answered, type Proof } from '../domain/attemptPush.ts';
import type { ChallengedDevice } from '../domain/events.ts';
import type { NumberMatch } from '../domain/events/attempts.ts';
import { authenticationStream } from '../domain/ids.ts';
import type { AnswerPush, Origin, Progress } from '../domain/inputs.ts';
import { phoneField } from '../domain/phone.ts';
import { pinFault, type PinFault } from '../domain/pinRules.ts';
import { inUserStream, type Sealed } from '../domain/sealed.ts';
import { activeDevices, type Device, type PresentUser } from '../domain/user.ts';
import type { Aggregates } from './aggregates.ts';
import type { AttemptLog } from './attemptLog.ts';
import type { codeMatcher } from './codeMatcher.ts';
import { deviceSignatures } from './deviceSignatures.ts';
import { factIds } from './facts.ts';
import type { Ports } from './ports.ts';

/** Answers of devices to pushes. Nothing but the device that was asked, with its token, decides. */
export const createPushAnswers = (
  ports: Ports,
  aggregates: Aggregates,
  log: AttemptLog,
  codes: ReturnType<typeof codeMatcher>,
) => {
  const { secrets, pins } = ports;
  const signatureOf = deviceSignatures(ports, aggregates);

  const opened = async (requestId: string, field: string, sealed: Sealed | undefined) =>
    sealed === undefined
      ? undefined
      : await secrets.open(
          { owner: 'requests', stream: authenticationStream(requestId), field },
          sealed,
        );

  const pinProof = async (pin: string | undefined, { userId, user }: Context): Promise<Proof> => {
    if (pin === undefined || pin === '' || userId === undefined || user.status !== 'present')
      return 'missing';
    return (await codes.isPin(userId, user, pin)) ? 'right' : 'wrong';
  };

  const numberProof = (
    requestId: string,
    number: string | undefined,
    match: NumberMatch | undefined,
  ): Proof =>
    number === undefined || number === ''
      ? 'missing'
      : codes.isNumber(requestId, number, match)
        ? 'right'
        : 'wrong';

  const faultOf = async (
    userId: string,
    user: PresentUser,
    newPin: string,
    { settings }: Context,
  ): Promise<PinFault | undefined> => {
    const phones = [];
    for (const which of ['primary', 'backup'] as const) {
      const stored = user.phones[which];
      if (stored === undefined) continue;
      const place = inUserStream(userId, phoneField[which]);
      phones.push(((await secrets.open(place, stored.phone)) ?? '').replaceAll(/\D/g, ''));
    }
    const place = inUserStream(userId, 'pinHash');
    // The PIN of now is no new one, whatever the history says.
    const recent = [
      ...(settings.pinHistory > 0 ? user.earlierPins.slice(-settings.pinHistory) : []),
      ...(user.pinHash ? [user.pinHash] : []),
    ];
    let isRecent = false;
    for (const sealed of recent) {
      const hash = await secrets.open(place, sealed);
      isRecent ||= hash !== undefined && (await pins.verify(hash, newPin));
    }
    return pinFault(newPin, settings, { phones, isRecent });
  };

  const changed = async (
    requestId: string,
    attempt: Parameters<typeof changePin>[1],
    around: Context,
    answered: Omit<Parameters<typeof changePin>[3], 'fault' | 'newPinHash'>,
    newPin: string,
  ) => {
    const { userId, user } = around;
    if (userId === undefined || user.status !== 'present')
      return { step: nothing, result: 'answered' as const, triesLeft: 0 };
    const fault = await faultOf(userId, user, newPin, around);
    const newPinHash = await secrets.seal(inUserStream(userId, 'pinHash'), await pins.hash(newPin));
    return changePin(requestId, attempt, around, { ...answered, fault, newPinHash });
  };

  return {
    async answerAttempt(
      input: { readonly requestId: string; readonly step: string } & AnswerPush,
    ): Promise<{ progress: Progress; answer: Answered; triesLeft: number }> {
      const { requestId, step, guid } = input;
      let answer: Answered = 'answered';
      let triesLeft = 0;
      const { attempt: before, facts } = await log.onRecord(requestId);
      const challenged =
        'devices' in before ? before.devices.find((device) => device.guid === guid) : undefined;
      const origin: Origin = {
        actor: { kind: 'device', id: challenged?.deviceId ?? 'unknown' },
        correlationId: requestId,
      };
      const pin = await opened(requestId, 'pin', input.pin);
      const number = await opened(requestId, 'number', input.number);
      const newPin = await opened(requestId, 'newPin', input.newPin);
      const { progress, mine } = await log.take(
        { requestId, step, origin },
        async (attempt, around) => {
          // Decided anew after somebody else's append: what was found before counts no more.
          answer = 'answered';
          triesLeft = 0;
          if (attempt.status !== 'awaiting-user') return nothing;
          const sentTo = attempt.devices.find((device) => device.guid === guid);
          const device = await mayAnswer(sentTo, around, input);
          const signed = device
            ? await signatureOf(device, facts, {
                ...input,
                number,
                changesPin: newPin !== undefined,
              })
            : 'wrong';
          if (signed === 'wrong') {
            answer = 'notOpen';
            return nothing;
          }
          const answered = {
            deviceId: sentTo!.deviceId,
            guid,
            blockId: ports.newId(),
            authenticate: input.authenticate ?? true,
            pin: attempt.mode === 'pin' ? await pinProof(pin, around) : 'missing',
            ...(input.appVersion === undefined ? {} : { appVersion: input.appVersion }),
            ...(input.osVersion === undefined ? {} : { osVersion: input.osVersion }),
            ...(input.address === undefined ? {} : { address: input.address }),
            ...(signed === 'none' ? {} : { signed }),
          } as const;
          const decided =
            newPin === undefined
              ? answerPush(requestId, attempt, around, {
                  ...answered,
                  answer: input.answer,
                  number: numberProof(requestId, number, attempt.numberMatch),
                })
              : await changed(requestId, attempt, around, answered, newPin);
          answer = decided.result;
          triesLeft = decided.triesLeft;
          return answer === 'recorded'
            ? withNewToken(decided.step, sentTo!.deviceId, input)
            : decided.step;
        },
      );
      // A step that was on record before has its answer there too.
      return mine && answer === 'answered'
        ? { progress, ...(await answerOnRecord(requestId, step)) }
        : { progress, answer, triesLeft };
    },
  };

  async function answerOnRecord(
    requestId: string,
    step: string,
  ): Promise<{ answer: Answered; triesLeft: number }> {
    const { facts } = await log.onRecord(requestId);
    const [mine] = factIds(ports, step, authenticationStream(requestId), 1);
    const fact = facts.find(({ id }) => id === mine);
    if (fact?.type !== 'AuthenticationProofRefused') return { answer: 'recorded', triesLeft: 0 };
    const { what, triesLeft } = fact.data;
    if (what === 'number') return { answer: 'numberWrong', triesLeft };
    if (what === 'missing') return { answer: 'pinNeeded', triesLeft };
    return { answer: triesLeft > 0 ? 'pinWrong' : 'pinExhausted', triesLeft };
  }

  /** @returns the device that the push was sent to, where this answer has its token and no wrong proof */
  async function mayAnswer(
    sentTo: ChallengedDevice | undefined,
    around: Context,
    input: AnswerPush,
  ): Promise<Device | undefined> {
    const device =
      around.user.status === 'present'
        ? activeDevices(around.user).find((d) => d.deviceId === sentTo?.deviceId)
        : undefined;
    const fits =
      sentTo !== undefined &&
      device?.tokenHash === input.tokenHash &&
      (await codes.proves(input.proof, sentTo, around));
    return fits ? device : undefined;
  }
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
