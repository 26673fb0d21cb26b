import type { VoiceLine, VoiceScript } from '../../domain/voice.ts';
import type { TelephonyQueries } from '../facade/telephony.ts';
import { builtInText, languagesFor, spokenLanguage } from './voiceTexts.ts';

/** One line of a call as a provider can play it. */
export type Spoken =
  | { readonly kind: 'say'; readonly text: string; readonly language: string }
  | { readonly kind: 'play'; readonly url: string };

/** Recordings by their hash; the ending tells the player what they are. */
const endings: ReadonlyMap<string, string> = new Map([
  ['audio/wav', 'wav'],
  ['audio/mpeg', 'mp3'],
]);
export const contentTypeOf = (ending: string): string | undefined =>
  [...endings].find(([, candidate]) => candidate === ending)?.[0];

/**
 * Turns a script's lines into what is played: a recording where there is one in the person's language, else the
 * built-in text (spec/10 'Voice messages').
 * @param recordingsUrl where recordings are, without trailing slash
 */
export const spokenLines = (
  { lines, language, application }: VoiceScript,
  queries: TelephonyQueries,
  recordingsUrl: string,
): Promise<readonly Spoken[]> => {
  const voice = spokenLanguage(language);
  const speak = async (line: VoiceLine): Promise<Spoken> => {
    // Said apart, so that a voice does not make one big number of them.
    if (line.kind === 'digits')
      return { kind: 'say', text: line.digits.split('').join(', '), language: voice };
    for (const tag of languagesFor(language)) {
      const recording = await queries.recording(line.message, tag, application);
      const ending = endings.get(recording?.contentType ?? '');
      if (recording !== undefined && ending !== undefined)
        return { kind: 'play', url: `${recordingsUrl}/${recording.audio}.${ending}` };
    }
    return { kind: 'say', text: builtInText(line.message, language, application), language: voice };
  };
  return Promise.all(lines.map(speak));
};
