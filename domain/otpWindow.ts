/**
 * Which time step of a one-time code may pass, and what its hit teaches about the token's clock. Steps count
 * from 1970 in units of the token's period (RFC 6238 §4.2); drift is how many steps the token is ahead.
 */
export type OtpDecision =
  | { readonly kind: 'accept'; readonly step: number; readonly drift: number }
  | { readonly kind: 'reused' }
  | { readonly kind: 'wrong' };

export type OtpAttempt = {
  /** The step whose code was typed, undefined where no code of the window was. */
  readonly matched: number | undefined;
  readonly serverStep: number;
  readonly drift: number;
  /** The newest step that ever passed; it and older ones never pass again. */
  readonly lastStep: number | undefined;
};

/** A clock learned from codes strays at most this far from the server's (SEC-32). */
export const maxLearnedDriftSteps = 4;

/** An app may say how far off its own clock is, once, at activation (contracts/mobile-app.md 5.3). */
export const maxHintedDriftSteps = 20;

/** The step that an instant lies in. */
export const stepAt = (epochMs: number, periodSeconds: number): number =>
  Math.floor(epochMs / 1_000 / periodSeconds);

/** Decides a code after the arithmetic. A server clock that was set back makes old codes `reused`, never an error. */
export const decideOtp = ({ matched, serverStep, drift, lastStep }: OtpAttempt): OtpDecision => {
  if (matched === undefined) return { kind: 'wrong' };
  if (lastStep !== undefined && matched <= lastStep) return { kind: 'reused' };
  return { kind: 'accept', step: matched, drift: learn(drift, matched - serverStep) };
};

/**
 * Drift to start from, out of the counter that an app reported. Missing, malformed or far-off counters
 * (known apps send constants) say nothing: 0.
 */
export const hintedDrift = (appCounter: string | undefined, serverStep: number): number => {
  if (appCounter === undefined || !/^\d{1,15}$/.test(appCounter)) return 0;
  const drift = Number(appCounter) - serverStep;
  return Math.abs(drift) <= maxHintedDriftSteps ? drift : 0;
};

/**
 * One step towards what the code showed. Beyond the learned bound a drift can only come back: an app's own
 * hint may start it there, but codes must not walk it further away.
 */
const learn = (drift: number, seen: number): number => {
  const next = drift + Math.sign(seen - drift);
  const strays = Math.abs(next) > Math.abs(drift) && Math.abs(next) > maxLearnedDriftSteps;
  return strays ? drift : next;
};
