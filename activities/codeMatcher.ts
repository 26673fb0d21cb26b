import type { OpenAttemptState } from '../domain/attempt.ts';
import type { CodeMatch, PinFound } from '../domain/attemptCodes.ts';
import type { Context } from '../domain/attemptEnding.ts';
import { attemptSecrets, textCodeDigits } from '../domain/attemptSecrets.ts';
import type { ChallengedDevice } from '../domain/events.ts';
import type { NumberMatch } from '../domain/events/attempts.ts';
import { inUserStream, type Sealed } from '../domain/sealed.ts';
import { normaliseSpareCode } from '../domain/spareCodes.ts';
import { usableOathSources, type OathSource, type PresentUser } from '../domain/user.ts';
import { openPass } from '../domain/user/spareCodes.ts';
import type { Ports } from './ports.ts';
import { sameText, sha256 } from './sameText.ts';
import { oathMatch } from './tokenMatch.ts';

const oathDigits = 6;

type Known = { readonly userId: string; readonly user: PresentUser; readonly context: Context };

const matchSpare = (typed: string, { user, context }: Known): CodeMatch => {
  const spare = normaliseSpareCode(typed);
  if (spare === undefined) return undefined;
  const codeHash = sha256(spare);
  const pass = openPass(user, context.nowMs);
  if (pass && sameText(pass.codeHash, codeHash)) return { kind: 'pass', passId: pass.passId };
  const fresh = user.recoveryHashes.find((hash) => sameText(hash, codeHash));
  if (fresh !== undefined) return { kind: 'recovery', codeHash: fresh, used: false };
  const used = user.usedRecoveryHashes.find((hash) => sameText(hash, codeHash));
  return used === undefined ? undefined : { kind: 'recovery', codeHash: used, used: true };
};

/** The arithmetic on secrets: what it finds, the domain decides. */
export const codeMatcher = ({ secrets, otp, pins, clock, wallClock = clock }: Ports) => {
  const derived = attemptSecrets(secrets);

  const seedOf = async (userId: string, source: OathSource): Promise<string | undefined> =>
    await secrets.open(inUserStream(userId, source.field), source.secret);

  /** Whether a text is the person's PIN. Without one there is nothing that it could be. */
  const isPin = async (userId: string, user: PresentUser, text: string): Promise<boolean> => {
    if (user.pinHash === undefined) return false;
    const place = inUserStream(userId, 'pinHash');
    const hash = await secrets.open(place, user.pinHash);
    return hash !== undefined && (await pins.verify(hash, text));
  };

  /** What a text is as a PIN; nothing where none is asked for. */
  const pinFound = async (
    isAsked: boolean,
    text: string,
    { userId, user }: Pick<Context, 'userId' | 'user'>,
  ): Promise<PinFound> => {
    if (!isAsked || userId === undefined || user.status !== 'present') return 'none';
    return (await isPin(userId, user, text)) ? 'right' : 'wrong';
  };

  const oathHit = async (source: OathSource, code: string, { userId, context }: Known) => {
    const secret = await seedOf(userId, source);
    if (secret === undefined) return undefined;
    const window = context.settings.oathWindow;
    const hit = oathMatch(otp, source, { secret, code, nowMs: wallClock(), window });
    return hit && { source, ...hit };
  };

  /** A code of a token or an app; a source that it is fresh for comes first. In PIN mode the PIN stands behind it. */
  const matchOath = async (typed: string, known: Known): Promise<CodeMatch> => {
    const withPin = known.user.preferences.oathMode === 'pin';
    const hits = [];
    for (const source of usableOathSources(known.user)) {
      const code = withPin ? typed.slice(0, source.digits) : typed;
      const hit = await oathHit(source, code, known);
      if (hit) hits.push(hit);
    }
    const best =
      hits.find(({ source, step }) => source.lastStep === undefined || step > source.lastStep) ??
      hits[0];
    const pinAt = best?.source.digits ?? oathDigits;
    const pin = await pinFound(withPin, typed.slice(pinAt), known);
    return best && { kind: 'oath', ...best, pin };
  };

  const matchText = async (
    typed: string,
    requestId: string,
    attempt: OpenAttemptState,
    known: Known,
  ): Promise<CodeMatch> => {
    const withPin = attempt.mode === 'pin';
    const code = withPin ? typed.slice(0, textCodeDigits) : typed;
    const isRight = sameText(code, derived.textCode(requestId));
    const pin = await pinFound(withPin, typed.slice(textCodeDigits), known);
    return isRight ? { kind: 'sms', pin } : undefined;
  };

  return {
    /** Compares a sealed code with all that it may be: what the attempt waits for, or what the person falls back on. */
    async match(
      code: Sealed,
      { requestId, stream }: { readonly requestId: string; readonly stream: string },
      context: Context,
      attempt?: OpenAttemptState,
    ): Promise<CodeMatch> {
      const { userId, user } = context;
      if (userId === undefined || user.status !== 'present') return undefined;
      const plain = (await secrets.open({ owner: 'requests', stream, field: 'code' }, code)) ?? '';
      const known = { userId, user, context };
      const spare = matchSpare(plain, known);
      if (spare) return spare;
      return attempt?.method === 'sms'
        ? await matchText(plain.trim(), requestId, attempt, known)
        : await matchOath(plain, known);
    },

    isPin,
    pinFound,

    /** Whether the number that came with an answer is the one that the login shows. */
    isNumber: (requestId: string, number: string, match: NumberMatch | undefined): boolean =>
      sameText(number, derived.matchNumber(requestId, match)),

    textCode: derived.textCode,

    /** Whether a device's proof of its seed is right; one that is not given proves nothing wrong. */
    async proves(
      proof: string | undefined,
      challenged: ChallengedDevice,
      { userId, user }: Context,
    ): Promise<boolean> {
      if (proof === undefined || proof === '') return true;
      if (userId === undefined || user.status !== 'present') return false;
      const source = user.oathSources.find(({ tokenId }) => tokenId === challenged.deviceId);
      const secret = source && (await seedOf(userId, source));
      return secret !== undefined && otp.provesSecret(secret, challenged.oathCounter, proof);
    },
  };
};
