import type { OpenProvider, VoiceMessageType } from '../../domain/items/telephony.ts';
import type { CallEvent, VoiceScript } from '../../domain/voice.ts';

/** What telephony providers tell us, once the front end has checked who says so. */
export interface TelephonyCommands {
  /**
   * Something happened in a call.
   * @returns what the call does next; hanging up where the request is unknown or over
   */
  callEvent(call: {
    readonly requestId: string;
    readonly which: 'primary' | 'backup';
    /** The same when the provider repeats itself. */
    readonly eventId: string;
    readonly event: CallEvent;
  }): Promise<VoiceScript>;
  /** A text message came in; whose it is and which attempt it answers is found by its sender's number. */
  textReceived(text: {
    /** E.164 with `+`. */
    readonly from: string;
    readonly body: string;
    readonly messageId: string;
  }): Promise<void>;
}

export interface TelephonyQueries {
  /** In the order in which they are tried. */
  telephonyProviders(): Promise<readonly OpenProvider[]>;
  /** A recording for a message: of this application before one for all, of this language only. */
  recording(
    message: VoiceMessageType,
    language: string,
    application: string,
  ): Promise<{ readonly audio: string; readonly contentType: string } | undefined>;
}
