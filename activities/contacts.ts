import {
  contactReference,
  isOpen,
  noAttempt,
  type Attempt,
  type OpenAttemptState,
} from '../domain/attempt.ts';
import { hearCall, phoneFailed } from '../domain/attemptCall.ts';
import { endAttempt, nothing, shutOut, type Context, type Step } from '../domain/attemptEnding.ts';
import { traitsOf } from '../domain/channels.ts';
import { voiceScript } from '../domain/attemptScript.ts';
import { usableOathSources } from '../domain/user.ts';
import { authenticationStream } from '../domain/ids.ts';
import { systemActor, type HearCall, type Origin, type Progress } from '../domain/inputs.ts';
import { toIso } from '../domain/instants.ts';
import { parsePhone, phoneField, type Phone } from '../domain/phone.ts';
import { fill } from '../domain/placeholders.ts';
import type { ResultCode } from '../domain/results.ts';
import type { VoiceScript } from '../domain/voice.ts';
import type { ContactOutcome } from '../adapters/telephony/port.ts';
import type { AttemptLog } from './attemptLog.ts';
import type { codeMatcher } from './codeMatcher.ts';
import type { Ports } from './ports.ts';
import { inUserStream } from '../domain/sealed.ts';

const system = (requestId: string): Origin => ({ actor: systemActor, correlationId: requestId });

/** Where no provider takes it: what the company's settings say (spec/10 'Fallbacks'). */
const unreachable = (
  requestId: string,
  attempt: OpenAttemptState,
  around: Context,
  code: ResultCode,
): Step => {
  const { user, settings, nowMs } = around;
  if (code !== 'PROVIDER_ERROR') return phoneFailed({ requestId, attempt, context: around }, code);
  if (settings.whenDeliveryUnreachable === 'succeed')
    return endAttempt(requestId, attempt, shutOut(around) ?? 'UNREACHABLE_OK', around);
  if (
    settings.whenDeliveryUnreachable === 'oath' &&
    user.status === 'present' &&
    usableOathSources(user).length > 0
  ) {
    const waitSeconds = Math.min(settings.codeSeconds, traitsOf(attempt.channel).maxCodeSeconds);
    return {
      ...nothing,
      attempt: [
        {
          type: 'AuthenticationFallbackStarted',
          data: { to: 'oath', expiresAt: toIso(nowMs + waitSeconds * 1000) },
        },
      ],
    };
  }
  return endAttempt(requestId, attempt, code, around);
};

/** Whoever was blocked meanwhile is contacted no more, also before the block has ended the attempt (SEC-39). */
const begin = (requestId: string, attempt: Attempt, around: Context, reference: string): Step => {
  if (attempt.status !== 'challenging') return nothing;
  const refusal = shutOut(around);
  if (refusal !== undefined) return endAttempt(requestId, attempt, refusal, around);
  const { method, which } = attempt;
  const at = toIso(around.nowMs);
  return {
    ...nothing,
    attempt: [
      {
        type: 'AuthenticationContactStarted',
        data: { reference, kind: method === 'call' ? 'call' : 'text', which, at },
      },
    ],
  };
};

/** Calls and texts of an attempt: to the provider, and what it tells of them. */
export const createContacts = (
  ports: Ports,
  log: AttemptLog,
  codes: ReturnType<typeof codeMatcher>,
) => {
  const { secrets, telephony } = ports;

  const numberOf = async (
    { userId, user }: Context,
    which: 'primary' | 'backup',
  ): Promise<Phone | undefined> => {
    if (userId === undefined || user.status !== 'present') return undefined;
    const stored = user.phones[which];
    if (stored === undefined) return undefined;
    const place = inUserStream(userId, phoneField[which]);
    const text = await secrets.open(place, stored.phone);
    return text === undefined ? undefined : parsePhone(text);
  };

  const firstNameOf = async ({ userId, user }: Context): Promise<string> => {
    if (userId === undefined || user.status !== 'present' || user.firstName === undefined)
      return '';
    const place = inUserStream(userId, 'firstName');
    return (await secrets.open(place, user.firstName)) ?? '';
  };

  /** The text of a message. It is made anew on every try, and is the same. */
  const textOf = async (
    requestId: string,
    attempt: OpenAttemptState,
    around: Context,
  ): Promise<string> => {
    const { settings } = around;
    const reply = attempt.direction === 'twoWay';
    const template =
      attempt.mode === 'pin'
        ? reply
          ? settings.smsReplyTextPin
          : settings.smsTextPin
        : reply
          ? settings.smsReplyText
          : settings.smsText;
    return fill(template, {
      code: codes.textCode(requestId),
      application_name: attempt.application,
      company: settings.accountName,
      first_name: await firstNameOf(around),
    });
  };

  const settle = async (
    requestId: string,
    reference: string,
    outcome: ContactOutcome,
  ): Promise<Progress> => {
    const { progress } = await log.take(
      { requestId, step: `contacted-${reference}`, origin: system(requestId) },
      (attempt, around) => {
        if (!isOpen(attempt) || attempt.contact?.reference !== reference) return nothing;
        if (outcome.kind === 'accepted') {
          const { provider, providerRef } = outcome;
          return {
            ...nothing,
            attempt: [
              { type: 'AuthenticationContactAccepted', data: { reference, provider, providerRef } },
            ],
          };
        }
        const { code, provider } = outcome;
        const failed = {
          type: 'AuthenticationContactFailed',
          data: { reference, code, ...(provider === undefined ? {} : { provider }) },
        } as const;
        const step = unreachable(requestId, attempt, around, code);
        return { ...step, attempt: [failed, ...step.attempt] };
      },
    );
    return progress;
  };

  const refuse = async (
    requestId: string,
    reference: string,
    code: ResultCode,
  ): Promise<Progress> => {
    const taking = { requestId, step: `refused-${reference}`, origin: system(requestId) };
    const { progress } = await log.take(taking, (attempt, around) =>
      endAttempt(requestId, attempt, code, around),
    );
    return progress;
  };

  return {
    /**
     * Calls or texts the person, once: what was begun before, and may have got through, is asked for first. A normal
     * activity, since providers take their time.
     * @throws {ContactUncertain} so that it is tried again
     */
    async contactPerson({
      requestId,
      reference,
    }: {
      readonly requestId: string;
      readonly reference: string;
    }): Promise<Progress> {
      const before = await log.onRecord(requestId);
      const again = before.facts.some(
        (fact) => fact.type === 'AuthenticationContactStarted' && fact.data.reference === reference,
      );
      const wanted =
        before.attempt.status === 'challenging' &&
        contactReference(requestId, before.attempt.which) === reference;
      if (!wanted) return await log.progress(requestId);
      if (!again)
        await log.take(
          { requestId, step: `contact-${reference}`, origin: system(requestId) },
          (attempt, around) => begin(requestId, attempt, around, reference),
        );
      const { attempt } = await log.onRecord(requestId);
      if (attempt.status !== 'challenging' || attempt.contact === undefined)
        return await log.progress(requestId);
      const around = await log.context(attempt.userId);
      // A block that came since, or before a second try, counts as well.
      const refusal = shutOut(around);
      if (refusal !== undefined) return await refuse(requestId, reference, refusal);
      const phone = await numberOf(around, attempt.which);
      const refused = { kind: 'refused', code: 'INVALID_PHONE', detail: 'no such number' } as const;
      if (phone === undefined) return await settle(requestId, reference, refused);
      const { which } = attempt;
      const to = `+${phone.countryCode}${phone.number}`;
      const whom = { reference, to, extension: phone.extension, requestId, which };
      const outcome = await telephony.contact(
        attempt.method === 'call'
          ? { ...whom, kind: 'call' }
          : { ...whom, kind: 'text', text: await textOf(requestId, attempt, around) },
        again,
        attempt.contact.startedAt,
      );
      return await settle(requestId, reference, outcome);
    },

    /** Something happened in a call. @returns what its other end hears next */
    async hearCall(
      input: { readonly requestId: string; readonly step: string } & HearCall,
    ): Promise<{ progress: Progress; script: VoiceScript }> {
      const { requestId, step, which } = input;
      const stream = authenticationStream(requestId);
      const digits =
        input.digits === undefined
          ? ''
          : ((await secrets.open({ owner: 'requests', stream, field: 'digits' }, input.digits)) ??
            '');
      const { progress } = await log.take(
        {
          requestId,
          step,
          origin: { ...system(requestId), actor: { kind: 'system', id: 'telephony' } },
        },
        async (attempt, around) => {
          const wantsPin =
            input.event.kind === 'keys' &&
            isOpen(attempt) &&
            attempt.method === 'call' &&
            attempt.mode === 'pin' &&
            attempt.call === 'greeting' &&
            digits !== around.settings.fraudCode;
          const pin = await codes.pinFound(wantsPin, digits, around);
          const phone = await numberOf(around, which);
          return hearCall(requestId, attempt, around, {
            which,
            pin,
            hasExtension: (phone?.extension ?? '') !== '',
            blockId: ports.newId(),
            event: input.event.kind === 'keys' ? { kind: 'keys', digits } : input.event,
          });
        },
      );
      const { attempt } = await log.onRecord(requestId);
      const around = await log.context('userId' in attempt ? attempt.userId : undefined);
      const phone = await numberOf(around, which);
      const shown = 'which' in attempt && attempt.which !== which ? noAttempt : attempt;
      const script = voiceScript(shown, phone?.extension ?? '', around.settings.fraudCode);
      return { progress, script };
    },
  };
};
