import type { ResultCode } from '../../domain/results.ts';

/** Why a call failed, in words for the log of MIM; people do not see them. */
const texts: Readonly<Partial<Record<ResultCode, string>>> = {
  USER_DENIED: 'The person denied it.',
  FRAUD_REPORTED: 'The person denied it and reported fraud.',
  NO_ANSWER: 'Nobody answered the phone.',
  BUSY: 'The phone was busy.',
  VOICEMAIL: 'A mailbox answered the phone.',
  HUNG_UP: 'The person hung up.',
  UNREACHABLE: 'The phone could not be reached.',
  NO_RESPONSE: 'The person did not answer in time.',
  WRONG_PIN: 'The PIN was wrong.',
  INVALID_PHONE: 'The phone number cannot be called.',
  NO_METHOD: 'The person cannot be asked by phone call, reply text or app.',
  METHOD_DISABLED: 'The way in which the person is asked is switched off.',
  NO_DEVICE: 'The person has no activated app.',
  PUSH_FAILED: 'No notification could be sent to the app.',
  USER_NOT_FOUND: 'Nobody has this phone number.',
  BAD_REQUEST: 'More than one person has this phone number.',
  USER_DISABLED: 'The person is disabled.',
  USER_BLOCKED: 'The person is blocked.',
  USER_LOCKED: 'The person is locked after wrong PINs.',
  THROTTLED: 'The person was asked too often.',
  APPROVAL_REJECTED: 'The people who were asked to approve said no.',
  APPROVAL_EXPIRED: 'The people who were asked to approve did not answer in time.',
  PROVIDER_ERROR: 'The telephone provider failed.',
  SUPERSEDED: 'A newer request took its place.',
  CALLER_GONE: 'The request was cancelled.',
};

/** The text of a code; the code itself where it needs none of its own. */
export const failureText = (code: ResultCode): string => texts[code] ?? `It ended ${code}.`;
