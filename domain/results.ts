/** How an attempt ended, in spec/10's stable codes, and the terminal state that each belongs to. */
export const terminalStates = [
  'approved',
  'skipped',
  'denied',
  'expired',
  'failed',
  'cancelled',
] as const;
export type TerminalState = (typeof terminalStates)[number];

export const resultCodes = {
  APPROVED: 'approved',
  CACHED: 'approved',
  BYPASSED: 'approved',
  NOT_ENROLLED: 'skipped',
  TRUSTED_IP: 'skipped',
  USER_DISABLED_OK: 'skipped',
  UNREACHABLE_OK: 'skipped',
  PRIMARY_FAILED: 'denied',
  USER_DENIED: 'denied',
  FRAUD_REPORTED: 'denied',
  WRONG_PIN: 'denied',
  WRONG_CODE: 'denied',
  CODE_RETRY_LIMIT: 'denied',
  CODE_REUSED: 'denied',
  CODE_EXPIRED: 'denied',
  NO_ANSWER: 'denied',
  BUSY: 'denied',
  VOICEMAIL: 'denied',
  HUNG_UP: 'denied',
  UNREACHABLE: 'denied',
  NO_RESPONSE: 'expired',
  APPROVAL_REJECTED: 'denied',
  APPROVAL_EXPIRED: 'expired',
  INVALID_PHONE: 'denied',
  NO_METHOD: 'denied',
  METHOD_DISABLED: 'denied',
  NO_DEVICE: 'denied',
  PUSH_FAILED: 'denied',
  USER_NOT_FOUND: 'denied',
  USER_DISABLED: 'denied',
  USER_BLOCKED: 'denied',
  USER_LOCKED: 'denied',
  THROTTLED: 'denied',
  PROVIDER_ERROR: 'failed',
  DIRECTORY_ERROR: 'failed',
  INTERNAL: 'failed',
  CALLER_DENIED: 'failed',
  BAD_REQUEST: 'failed',
  LOOP: 'failed',
  TICKET_INVALID: 'failed',
  SUPERSEDED: 'cancelled',
  CALLER_GONE: 'cancelled',
} as const satisfies Record<string, TerminalState>;
export type ResultCode = keyof typeof resultCodes;

/** The end of one attempt; once recorded it never changes. */
export type Outcome = { readonly state: TerminalState; readonly code: ResultCode };

export const outcomeOf = (code: ResultCode): Outcome => ({ state: resultCodes[code], code });

/** True where the caller may let the person in: verified, or legitimately not asked. */
export const letsIn = (outcome: Outcome): boolean =>
  outcome.state === 'approved' || outcome.state === 'skipped';
