import { element, type Xml } from '../xml/writer.ts';
import type { Turn } from './call.ts';
import type { Spoken } from './spoken.ts';

const lineOf = (line: Spoken): Xml =>
  line.kind === 'play'
    ? element('Play', {}, line.url)
    : element('Say', { language: line.language }, line.text);

/** One digit more than wanted, so that `#` behind the longest answer still belongs to it. */
const spareKey = 1;

/**
 * Instructions for a call (https://www.twilio.com/docs/voice/twiml). For one key `finishOnKey` is empty, or `#`
 * would not be handed in. The provider asks at `action` for whatever was typed; silence, and a bare `#` among keys
 * up to `#`, falls through to the redirection.
 */
export const twiml = ({ script, nextUrl, silenceUrl }: Turn, lines: readonly Spoken[]): string => {
  const spoken = lines.map(lineOf);
  const { next } = script;
  if (next.kind === 'hangUp') return documentOf(...spoken, element('Hangup'));
  const untilPound = next.kind === 'untilPound';
  const gather = element(
    'Gather',
    {
      input: 'dtmf',
      numDigits: String(untilPound ? next.maxDigits + spareKey : 1),
      finishOnKey: untilPound ? '#' : '',
      timeout: String(next.timeoutSeconds),
      action: nextUrl,
      method: 'POST',
    },
    ...spoken,
  );
  return documentOf(gather, element('Redirect', { method: 'POST' }, silenceUrl));
};

const documentOf = (...verbs: readonly Xml[]): string =>
  `<?xml version="1.0" encoding="UTF-8"?>${element('Response', {}, ...verbs).xml}`;

/** Nothing to say: the answer to a text. */
export const emptyTwiml = documentOf();
