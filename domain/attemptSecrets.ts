import type { NumberMatch } from './events/attempts.ts';

const codeRange = 1_000_000;
const codeDigits = 6;
const numberFrom = 10;
const numberRange = 90;
const wordDigits = 8;
const wordRange = 2 ** 32;

/**
 * A number below `range` out of a keyed hash, every one as likely as the others: words that would favour some are
 * passed over, and a hash without a fit word is hashed on.
 */
const uniform = (hash: (text: string) => string, seed: string, range: number): number => {
  const limit = wordRange - (wordRange % range);
  for (let round = 0; ; round += 1) {
    const digest = hash(`${seed}/${round}`);
    for (let at = 0; at + wordDigits <= digest.length; at += wordDigits) {
      const word = Number.parseInt(digest.slice(at, at + wordDigits), 16);
      if (word < limit) return word % range;
    }
  }
};

/**
 * What one attempt's text message and push are checked by. They are derived from the attempt's id under the master key
 * and so kept nowhere, in no form (SEC-36): a message that is sent again carries the same code, and any node knows it.
 */
export const attemptSecrets = ({
  hash,
}: {
  readonly hash: (purpose: 'textCode' | 'matchNumber', text: string) => string;
}) => {
  const sixDigits = (purpose: 'textCode' | 'matchNumber', seed: string): string =>
    String(uniform((text) => hash(purpose, text), seed, codeRange)).padStart(codeDigits, '0');
  const twoDigits = (seed: string): string =>
    String(numberFrom + uniform((text) => hash('matchNumber', text), seed, numberRange));
  return {
    textCode: (requestId: string): string => sixDigits('textCode', requestId),
    /** Digits that the login shows and the app is given (SEC-37): two, or six under the strict profile. */
    matchNumber: (requestId: string, match?: NumberMatch): string =>
      match === 'typeSix' ? sixDigits('matchNumber', `${requestId}/six`) : twoDigits(requestId),
  };
};

export const textCodeDigits = codeDigits;
