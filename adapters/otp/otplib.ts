import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { createGuardrails, generateSync, type CryptoPlugin } from 'otplib';
import { decodeBase32, encodeBase32 } from './base32.ts';
import type { CodeCheck, CounterCheck, Otp, PairCheck } from './port.ts';

/** Widest tolerance that settings may ask for (contracts/mobile-app.md section 14, oathWindow). */
export const maxWindowSteps = 2;
/** Most counters beyond the expected one that a code is looked for at. */
export const maxLookAhead = 20;
/** Most steps or counters that two codes in a row are looked for at: 20 to either side. */
export const maxPairRange = 41;

const secretSizeBytes = 20;
const maxCodeLength = 64;
/** The classic test and hardware secrets have 80 bits (SEC-35); the library's own floor is 128. */
const guardrails = createGuardrails({ MIN_SECRET_BYTES: 10 });

/** OATH arithmetic over otplib, with its HMAC from Node: the library's own is several times slower. */
export const otplibOtp = (): Otp => ({
  matchingSteps,
  matchingCounter,
  matchingPair,
  codeAt,
  proofOf,
  provesSecret: (secret, counter, proof) =>
    sameDigest(proofOf(secret, counter), proof.toUpperCase()),
  generateSecret: (random = randomBytes) => encodeBase32(random(secretSizeBytes)),
});

/**
 * otplib's own `verify` leaves at the first hit and throws on malformed codes, so only its generation is used:
 * every candidate is computed and compared. The newest of equal candidates counts, so that none stays usable.
 */
const matchingSteps = (check: CodeCheck): number | undefined => {
  const typed = digitsOf(check.code, check.digits);
  if (typed === undefined) return undefined;
  const window = Math.min(Math.max(check.window, 0), maxWindowSteps);
  const from = check.serverStep + check.drift - window;
  return newestMatch(bytesOf(check.secret), typed, { from, range: 2 * window + 1 });
};

const matchingCounter = (check: CounterCheck): number | undefined => {
  const typed = digitsOf(check.code, check.digits);
  if (typed === undefined) return undefined;
  const range = Math.min(Math.max(check.lookAhead, 0), maxLookAhead) + 1;
  return newestMatch(bytesOf(check.secret), typed, { from: check.from, range });
};

const newestMatch = (
  secret: Uint8Array,
  typed: string,
  { from, range }: { readonly from: number; readonly range: number },
): number | undefined => {
  let matched: number | undefined;
  for (let step = from; step < from + range; step += 1) {
    if (step < 0) continue; // A clock before 1970 has no codes.
    if (sameDigest(codeAt(secret, step, typed.length), typed)) matched = step;
  }
  return matched;
};

const matchingPair = ({ secret, codes, digits, from, range }: PairCheck): number | undefined => {
  const first = digitsOf(codes[0], digits);
  const second = digitsOf(codes[1], digits);
  if (first === undefined || second === undefined) return undefined;
  const bytes = bytesOf(secret);
  const end = from + Math.min(range, maxPairRange);
  let matched: number | undefined;
  let fitted = false;
  for (let step = Math.max(from, 0); step < end; step += 1) {
    const shown = codeAt(bytes, step, digits);
    const follows = sameDigest(shown, second);
    if (fitted && follows) matched = step;
    fitted = sameDigest(shown, first);
  }
  return matched;
};

const digitsOf = (code: unknown, digits: number): string | undefined => {
  if (typeof code !== 'string' || code.length > maxCodeLength) return undefined;
  const typed = code.replaceAll(' ', '');
  return typed.length === digits && /^[0-9]+$/.test(typed) ? typed : undefined;
};

const codeAt = (secret: string | Uint8Array, step: number, digits: number): string =>
  generateSync({
    strategy: 'hotp',
    secret: bytesOf(secret),
    counter: step,
    digits,
    crypto: nodeHmac,
    guardrails,
  });

const proofOf = (secret: string | Uint8Array, counter: string): string => {
  const challenge = Buffer.alloc(8);
  challenge.writeBigUInt64BE(BigInt(counter));
  return createHmac('sha1', bytesOf(secret)).update(challenge).digest('hex').toUpperCase();
};

const bytesOf = (secret: string | Uint8Array): Uint8Array =>
  typeof secret === 'string' ? decodeBase32(secret) : secret;

const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Compares over digests, which have one length whatever arrived (SEC-34). */
const sameDigest = (left: string, right: string): boolean =>
  timingSafeEqual(digestOf(left), digestOf(right));

const nodeHmac: CryptoPlugin = {
  name: 'node',
  algorithms: ['sha1'],
  hmac: (_algorithm, key, data) => createHmac('sha1', key).update(data).digest(),
  randomBytes: (length) => randomBytes(length),
  constantTimeEqual: (left, right) => sameDigest(String(left), String(right)),
};
