import { isOpen, type Attempt } from './attempt.ts';
import type { VoiceMessageType } from './items/telephony.ts';
import { maxPinLength } from './pinRules.ts';
import { letsIn } from './results.ts';
import type { VoiceLine, VoiceScript } from './voice.ts';

const keySeconds = 8;
const pinSeconds = 15;
/** A fraud code is no longer than this. */
const maxFraudCode = 6;

const says = (...messages: readonly VoiceMessageType[]): readonly VoiceLine[] =>
  messages.map((message) => ({ kind: 'message', message }));

const key = { kind: 'key', timeoutSeconds: keySeconds } as const;
const hangUp = { kind: 'hangUp' } as const;

/** What the caller of one attempt hears next, out of how the attempt stands. */
export const voiceScript = (
  attempt: Attempt,
  extension: string,
  fraudCode: string,
): VoiceScript => {
  const around = {
    language: 'language' in attempt ? attempt.language : 'en',
    application: attempt.status === 'none' ? '' : attempt.application,
  };
  if (attempt.status === 'ended')
    return { ...around, lines: says(lastWord(attempt.outcome)), next: hangUp };
  if (!isOpen(attempt) || attempt.method !== 'call') return { ...around, lines: [], next: hangUp };
  if (attempt.call === 'extension')
    return {
      ...around,
      lines: [
        ...says('extensionPrompt', 'beforeDigits'),
        { kind: 'digits', digits: extension },
        ...says('afterDigits'),
      ],
      next: key,
    };
  if (attempt.call === 'fraudCode')
    return { ...around, lines: says('fraudConfirmation'), next: key };
  if (attempt.call === 'fraudStarted')
    return { ...around, lines: [], next: fraudCode.length > 1 ? moreDigits : key };
  return {
    ...around,
    lines: says(greeting(attempt)),
    next:
      attempt.mode === 'pin'
        ? { kind: 'untilPound', maxDigits: maxPinLength, timeoutSeconds: pinSeconds }
        : key,
  };
};

const moreDigits = {
  kind: 'untilPound',
  maxDigits: maxFraudCode,
  timeoutSeconds: keySeconds,
} as const;

const greeting = (attempt: {
  readonly mode: 'standard' | 'pin';
  readonly callRetries: number;
  readonly fraudAllowed: boolean;
  readonly pinTriesLeft: number;
}): VoiceMessageType => {
  const isPin = attempt.mode === 'pin';
  if (attempt.callRetries > 0) return isPin ? 'retryPin' : 'retryStandard';
  if (attempt.fraudAllowed) return isPin ? 'fraudGreetingPin' : 'fraudGreetingStandard';
  return isPin ? 'greetingPin' : 'greetingStandard';
};

const lastWord = (outcome: Parameters<typeof letsIn>[0]): VoiceMessageType =>
  letsIn(outcome) ? 'succeeded' : outcome.code === 'FRAUD_REPORTED' ? 'fraudReported' : 'denied';
