import type { CallEvent, VoiceScript } from '../../domain/voice.ts';
import type { TelephonyCommands, TelephonyQueries } from '../facade/telephony.ts';

/** The part of the facade that telephony providers reach. */
export type TelephonyFacade = {
  readonly commands: TelephonyCommands;
  readonly queries: TelephonyQueries;
};

/** A callback about one call whose sender has proved who it is. */
export type ProvenCall = {
  readonly requestId: string;
  readonly which: 'primary' | 'backup';
  /** Which question of the call this answers; 0 is the beginning. */
  readonly step: number;
  /** The answer came by waiting in vain. */
  readonly silent: boolean;
  /** This call's address at this front end, as the provider knows it; `/voice?step=…` comes behind it. */
  readonly url: string;
};

/** Instructions with where the answers to them go. */
export type Turn = {
  readonly script: VoiceScript;
  readonly nextUrl: string;
  readonly silenceUrl: string;
};

export const turnOf = (call: ProvenCall, script: VoiceScript): Turn => {
  const nextUrl = `${call.url}/voice?step=${call.step + 1}`;
  return { script, nextUrl, silenceUrl: `${nextUrl}&silence=1` };
};

/**
 * Tells an event apart from every other one of the call, and makes it the same when the provider repeats itself:
 * the call, the question, and what kind of answer it is.
 */
export const eventIdOf = (callId: string, step: number, event: CallEvent): string =>
  `${callId}/${step}/${event.kind}`;
