export type CodeCheck = {
  /** Base32 in any spelling that people type, or the bytes themselves; at least 80 bits. */
  readonly secret: string | Uint8Array;
  /** Whatever arrived as the code; anything but a text of exactly `digits` ASCII digits matches nothing. */
  readonly code: unknown;
  /** The server's current step (RFC 6238 §4.2). */
  readonly serverStep: number;
  /** Known difference of the token's clock, in steps. */
  readonly drift: number;
  /** Steps accepted on either side of the expected one, 0 to `maxWindowSteps`. */
  readonly window: number;
  readonly digits: number;
};

export type CounterCheck = Pick<CodeCheck, 'secret' | 'code' | 'digits'> & {
  /** The first counter that may pass. */
  readonly from: number;
  /** Counters accepted beyond it (RFC 4226 §7.4), 0 to `maxLookAhead`. */
  readonly lookAhead: number;
};

export type PairCheck = Pick<CodeCheck, 'secret' | 'digits'> & {
  /** Two codes that a token showed one after the other. */
  readonly codes: readonly [unknown, unknown];
  /** The first step or counter that the first code may be of. */
  readonly from: number;
  /** Steps or counters looked at from there on, 2 to `maxPairRange`. */
  readonly range: number;
};

/** Code arithmetic of OATH tokens; it decides nothing (domain/otpWindow.ts does). */
export interface Otp {
  /** The step whose code this is, undefined where it is none of the window's. Takes as long for a wrong code as for a right one. */
  matchingSteps(check: CodeCheck): number | undefined;
  /** The counter whose code this is, undefined where it is none of those looked at. Takes as long for a wrong code. */
  matchingCounter(check: CounterCheck): number | undefined;
  /** The step or counter of the second code, where both fit one after the other. */
  matchingPair(check: PairCheck): number | undefined;
  /** The code of one step (RFC 4226 §5.3). */
  codeAt(secret: string | Uint8Array, step: number, digits: number): string;
  /** Full HMAC over a challenge, 40 upper-case hex digits (contracts/mobile-app.md 10.3); counter 0 … 2^63−1, decimal. */
  proofOf(secret: string | Uint8Array, counter: string): string;
  /** Compares a proof that arrived, case ignored, in constant time. */
  provesSecret(secret: string | Uint8Array, counter: string, proof: string): boolean;
  /**
   * A new 160-bit secret: 32 characters of lower-case unpadded base32.
   * @param random where its bytes come from; this machine's own chance where absent
   */
  generateSecret(random?: (length: number) => Buffer): string;
}
