import type { Caller } from '../facade.ts';

export type QuestionAndAnswer = { readonly question: string; readonly answer: string };

export type IssuedPass = {
  readonly passId: string;
  /** 80 bits of base32 in groups; in this answer only. */
  readonly code: string;
  readonly until: string;
};

/** What a person has to fall back on, as an administrator sees it. */
export type SpareCodesView = {
  readonly recoveryCodesLeft: number;
  /** The temporary access pass that is open now. */
  readonly pass?: { readonly until: string; readonly once: boolean };
  readonly questions: readonly string[];
};

export interface SpareCodeQueries {
  /** Undefined for a user who is not in the list. */
  spareCodes(username: string): Promise<SpareCodesView | undefined>;
}

/** What a person falls back on where nothing else is at hand. */
export interface SpareCodeCommands {
  /** Ten codes, each good once, in this answer only; the ones before no longer count. */
  issueRecoveryCodes(caller: Caller, username: string): Promise<{ codes: readonly string[] }>;
  /** A code for enrolment, 60 minutes where nothing else is said; ends the one before. */
  issueAccessPass(
    caller: Caller,
    username: string,
    pass: { minutes?: number; once?: boolean; reason: string },
  ): Promise<IssuedPass>;
  /** @throws {Rejected} notFound */
  revokeAccessPass(caller: Caller, username: string): Promise<void>;
  /** Four questions with answers that are compared without case, accents and outer blanks. */
  setSecurityQuestions(
    caller: Caller,
    username: string,
    pairs: readonly QuestionAndAnswer[],
  ): Promise<void>;
  resetSecurityQuestions(caller: Caller, username: string): Promise<void>;
}
