import type { DomainEvent, EventData } from '../events.ts';
import { toMs } from '../instants.ts';
import type { Sealed } from '../sealed.ts';

/** What a person falls back on: recovery codes, a temporary access pass, security questions. */
export type SpareCodes = {
  /** SHA-256, hex, of the codes that were not used yet. */
  readonly recoveryHashes: readonly string[];
  readonly usedRecoveryHashes: readonly string[];
  readonly pass: EventData['AccessPassIssued'] | undefined;
  readonly questions: readonly string[];
  readonly answers: Sealed | undefined;
};

export const noSpareCodes: SpareCodes = {
  recoveryHashes: [],
  usedRecoveryHashes: [],
  pass: undefined,
  questions: [],
  answers: undefined,
};

export const openPass = ({ pass }: SpareCodes, nowMs: number) =>
  pass !== undefined && toMs(pass.until) > nowMs ? pass : undefined;

export const evolveSpareCodes = <U extends SpareCodes>(user: U, event: DomainEvent): U => {
  switch (event.type) {
    case 'RecoveryCodesIssued':
      return { ...user, recoveryHashes: event.data.codeHashes, usedRecoveryHashes: [] };
    case 'RecoveryCodeUsed': {
      const { codeHash } = event.data;
      return {
        ...user,
        recoveryHashes: user.recoveryHashes.filter((hash) => hash !== codeHash),
        usedRecoveryHashes: [...user.usedRecoveryHashes, codeHash],
      };
    }
    case 'AccessPassIssued':
      return { ...user, pass: event.data };
    case 'AccessPassUsed':
      return user.pass?.passId === event.data.passId && user.pass.once
        ? { ...user, pass: undefined }
        : user;
    case 'AccessPassEnded':
      return user.pass?.passId === event.data.passId ? { ...user, pass: undefined } : user;
    case 'QuestionsSet':
      return { ...user, questions: event.data.questions, answers: event.data.answers };
    case 'QuestionsReset':
      return { ...user, questions: [], answers: undefined };
    case 'UserRegistrationReset':
      return { ...user, recoveryHashes: [], questions: [], answers: undefined };
    default:
      return user;
  }
};
