import type { VoiceMessageType } from './items/telephony.ts';

/** One thing that a caller hears: a message of a type, or digits read out. */
export type VoiceLine =
  | { readonly kind: 'message'; readonly message: VoiceMessageType }
  | { readonly kind: 'digits'; readonly digits: string };

/**
 * What a call does next, without a word of any provider's language. `key`: one key at once; `untilPound`: keys up to
 * `#`, which is not handed in; silence comes back as such.
 */
export type VoiceScript = {
  readonly language: string;
  readonly application: string;
  readonly lines: readonly VoiceLine[];
  readonly next:
    | { readonly kind: 'hangUp' }
    | { readonly kind: 'key'; readonly timeoutSeconds: number }
    | {
        readonly kind: 'untilPound';
        readonly maxDigits: number;
        readonly timeoutSeconds: number;
      };
};

/** What a provider tells about a call. */
export type CallEvent =
  | { readonly kind: 'answered'; readonly by: 'person' | 'machine' | 'unknown' }
  | { readonly kind: 'keys'; readonly digits: string }
  | { readonly kind: 'silence' }
  | {
      readonly kind: 'ended';
      readonly reason: 'completed' | 'busy' | 'noAnswer' | 'failed' | 'voicemail' | 'cancelled';
    };
