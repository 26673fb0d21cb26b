import type { Answered } from './answers.ts';
import type { Needs } from './needs.ts';
import type { Proof } from './proofs.ts';
import type { Code, Prompt } from './phone.ts';
import type { WatchEvent } from './watch.ts';

/** Text of a server, without what would move the cursor of a terminal. */
const tame = (text: string): string => text.replaceAll(/\p{Cc}/gu, '?');

/** Digits of a guid that tell requests apart well enough to be typed. */
const shortLength = 8;

const needsLine = ({ pin, number }: Needs): string => {
  const options = [...(pin ? ['--pin'] : []), ...(number ? ['--number'] : [])];
  if (options.length === 0) return '';
  const wanted = [...(pin ? ['the PIN'] : []), ...(number ? ['the number of the login'] : [])];
  return `wants ${wanted.join(' and ')}: "authenticator approve ${options.join(' ')}"`;
};

/** `Amount: 100, To: Bob`; the server sends JSON of pairs. */
const detailsLine = (details: string): string => {
  try {
    const pairs: unknown = JSON.parse(details);
    return typeof pairs === 'object' && pairs !== null
      ? Object.entries(pairs)
          .map(([name, value]) => `${name}: ${String(value)}`)
          .join(', ')
      : details;
  } catch {
    return details;
  }
};

export const promptLine = (prompt: Prompt, nowMs: number): string => {
  const { guid, application, account, username, address, expiresAt, needs } = prompt;
  const { title = '', details = '' } = prompt;
  const secondsLeft = Math.max(0, Math.round(expiresAt - nowMs / 1_000));
  const parts = [
    `[${guid.slice(0, shortLength)}] ${application}`,
    title,
    detailsLine(details),
    [account, username].filter((part) => part !== '').join(', '),
    address === '' ? '' : `from ${address}`,
    `${secondsLeft} s left`,
    needsLine(needs),
  ];
  return tame(parts.filter((part) => part !== '').join(' · '));
};

const done = {
  approve: 'Approved',
  deny: 'Denied',
  fraud: 'Denied and reported as fraud',
} as const;

export const answerLine = ({ guid, answer, result }: Answered): string => {
  const short = guid.slice(0, shortLength);
  switch (result) {
    case 'recorded':
      return `${done[answer]}: ${short}`;
    case 'answered':
      return `${short} was already answered.`;
    case 'notOpen':
      return `${short} is no longer open.`;
    case 'refused':
      return `The server did not take the answer to ${short}; it may want a PIN or a number.`;
  }
};

const proofTexts = {
  recorded: 'Approved',
  changed: 'PIN changed',
  pinExhausted: 'Wrong PIN, and no tries are left: denied',
  mustChange: 'The PIN must be changed first: "authenticator change-pin"',
  numberWrong: 'Not the number that the login shows: denied',
  form: 'The new PIN has too few digits, too many, or something else in it',
  repeated: 'The new PIN has three equal digits in a row',
  sequence: 'The new PIN has three digits in ascending or descending order',
  recent: 'The new PIN was used before',
  phone: 'The new PIN contains four digits of the phone number',
  throttled: 'Too many wrong PINs or numbers lately, try again in some minutes',
  notAllowed: 'This PIN is not changed in an app',
} as const;

export const proofLine = ({ guid, result, triesLeft }: Proof): string => {
  if (result === 'answered' || result === 'notOpen' || result === 'refused')
    return answerLine({ guid, answer: 'approve', result });
  const said = result === 'pinWrong' ? `Wrong PIN, tries left: ${triesLeft}` : proofTexts[result];
  return `${said}: ${guid.slice(0, shortLength)}`;
};

export const watchLine = (event: WatchEvent, nowMs: number): string => {
  switch (event.event) {
    case 'prompt':
      return promptLine(event, nowMs);
    case 'answered':
      return answerLine(event);
    case 'withdrawn':
      return `${event.guid.slice(0, shortLength)} was settled elsewhere.`;
    case 'away':
      return tame(`The server does not answer (${event.reason}); trying again …`);
    case 'back':
      return 'The server is back.';
  }
};

export const codeLine = ({ username, account, code, secondsLeft }: Code): string => {
  const name = account === '' ? '' : ` (${account})`;
  return tame(`${code.slice(0, 3)} ${code.slice(3)}  ${username}${name}, ${secondsLeft} s left`);
};
