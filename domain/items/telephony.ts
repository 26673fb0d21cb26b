import type { Sealed } from '../sealed.ts';

/** A company that calls and texts people for us. They are tried in order. */
export type TelephonyProvider = {
  readonly type: 'twilio' | 'http';
  /** Base address of its interface. */
  readonly baseUrl: string;
  /** Account name there. */
  readonly account: string;
  readonly secret: Sealed;
  /** Caller ID and sender of texts, E.164. */
  readonly from: string;
  readonly order: number;
  readonly texts: boolean;
  readonly calls: boolean;
};

/** A provider with its secret in the clear, for the front end that checks its signatures and the adapter that calls it. */
export type OpenProvider = Omit<TelephonyProvider, 'secret'> & {
  readonly providerId: string;
  readonly secret: string;
};

/** spec/10 'Voice messages': what can be recorded. */
export const voiceMessageTypes = [
  'greetingStandard',
  'greetingPin',
  'retryStandard',
  'retryPin',
  'fraudGreetingStandard',
  'fraudGreetingPin',
  'activationGreetingStandard',
  'activationGreetingPin',
  'activationRetryStandard',
  'activationRetryPin',
  'activation',
  'succeeded',
  'denied',
  'deniedRetry',
  'fraudConfirmation',
  'fraudReported',
  'extensionPrompt',
  'beforeDigits',
  'afterDigits',
] as const;
export type VoiceMessageType = (typeof voiceMessageTypes)[number];

/** A recording in place of the built-in text. The audio lies in the data folder under its hash. */
export type VoiceMessage = {
  readonly message: VoiceMessageType;
  /** BCP 47 tag. */
  readonly language: string;
  /** All applications where absent. */
  readonly application?: string;
  readonly contentType: 'audio/wav' | 'audio/mpeg';
  /** SHA-256 of the audio, hex. */
  readonly audio: string;
};
