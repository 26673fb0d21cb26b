import { randomBytes, randomInt } from 'node:crypto';
import { encodeBase32 } from '../../../adapters/otp/base32.ts';

const digits = (count: number): string =>
  [randomInt(1, 10), ...Array.from({ length: count - 1 }, () => randomInt(10))].join('');
const letters = (count: number): string =>
  Array.from({ length: count }, () => String.fromCodePoint(97 + randomInt(26))).join('');
const word = (kind: string): string => `${kind}${letters(10)}`;

/** As the rules of PINs want them: no two neighbours alike or next to each other. */
const digitsApart = (count: number): string =>
  Array.from({ length: count - 1 })
    .reduce<number[]>(
      (before) => [...before, (before.at(-1)! + randomInt(2, 9)) % 10],
      [randomInt(1, 10)],
    )
    .join('');

/** Values that nobody else has, one a kind, so that each trace of them names where it came from. */
export const makeCanaries = () => ({
  username: `${word('user')}@example.org`,
  otherUsername: `${word('other')}@example.org`,
  firstName: word('First'),
  lastName: word('Last'),
  email: `${word('mail')}@example.net`,
  otherEmail: `${word('mail')}@example.net`,
  phoneNumber: digits(10),
  otherPhoneNumber: digits(10),
  changedBy: word('Operator'),
  deviceName: word('Handset'),
  pin: digits(10),
  typedCode: digits(12),
  typedText: word('Code'),
  wrongPassword: word('Password'),
  wrongToken: `cs_${letters(43)}`,
  wrongDeviceToken: `csa-${letters(43)}`,
  wrongActivationCode: digits(9),
  wrongConfirmationCode: digits(16),
  clientIp: `2001:db8:${randomBytes(2).toString('hex')}:${randomBytes(2).toString('hex')}::${randomBytes(2).toString('hex')}`,
  freeTextIp: word('Station'),
  importedSeed: encodeBase32(randomBytes(20)),
  soapSeed: encodeBase32(randomBytes(20)),
  keptPin: digitsApart(10),
  questionAnswer: word('Answer'),
  listedEmail: `${word('mail')}@example.net`,
  listedPhone: digits(10),
  fileSeed: encodeBase32(randomBytes(20)),
  providerSecret: word('Provider'),
  mailPassword: word('Postmaster'),
  webhookSecret: word('WebhookSecret'),
  approvalText: word('Because'),
  unknownUsername: `${word('nobody')}@example.org`,
});

export type Canaries = ReturnType<typeof makeCanaries>;

/** Only these may be told back to whoever sent them: they are names, not secrets. */
export const names: ReadonlySet<string> = new Set([
  'username',
  'otherUsername',
  'unknownUsername',
  'firstName',
  'lastName',
]);
