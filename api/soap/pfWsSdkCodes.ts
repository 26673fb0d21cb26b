import type { RejectedKind } from '../../domain/errors.ts';
import type { CacheRule } from '../../domain/items/rules.ts';
import type { Method } from '../../domain/methods.ts';
import type { ResultCode } from '../../domain/results.ts';

/** `CallResult` and `Error` of the contract: a number and an English sentence that programs may match. */
export type SdkCode = { readonly Code: number; readonly Description: string };

const code = (Code: number, Description: string): SdkCode => ({ Code, Description });

/** `error/Code`, contracts/sdk-soap.md section 7.1. */
export const sdkErrors = {
  none: code(0, ''),
  denied: code(12, 'Multi-Factor Authentication denied.'),
  badInput: code(9001, 'An input is missing or malformed.'),
  tooManyAttempts: code(9005, 'Too many attempts. Try again later.'),
  unavailable: code(9006, 'A temporary problem, or the master is not available. Try again later.'),
  userNotFound: code(9020, 'User not found.'),
  userExists: code(9021, 'The user exists already.'),
  firstFactorRefused: code(9022, 'The first factor was refused.'),
  notFound: code(9023, 'Device, token or open request not found.'),
  againstPolicy: code(9024, 'A value is against the policy.'),
  noScope: code(9025, 'The account lacks the scope for this operation.'),
  /** Ours: the contract publishes the operation, this version does not carry it out. Trying again is no use. */
  notOffered: code(9026, 'This server does not offer this operation.'),
} as const satisfies Record<string, SdkCode>;
export type SdkErrorName = keyof typeof sdkErrors;

/** `callResult/Code` by constant, section 7.2; constants without a known number have 0 and their text. */
export const callResults = {
  nobodyAsked: code(0, ''),
  SUCCESS_WITH_PIN: code(1, 'PIN Entered'),
  SUCCESS_NO_PIN: code(2, 'Only # Entered'),
  SUCCESS_WITH_PIN_BUT_TIMEOUT: code(3, '# Not Pressed After Entry'),
  SUCCESS_NO_PIN_BUT_TIMEOUT: code(4, 'No Phone Input - Timed Out'),
  SUCCESS_PIN_EXPIRED: code(5, 'PIN Expired and Not Changed'),
  SUCCESS_USED_CACHE: code(6, 'Used Cache'),
  SUCCESS_BYPASSED_AUTH: code(7, 'Bypassed Auth'),
  SUCCESS_USED_IP_BASED_CACHE: code(8, 'Used IP-based Cache'),
  SUCCESS_USED_APP_BASED_CACHE: code(9, 'Used App-based Cache'),
  callDisconnected: code(10, 'Call Disconnected'),
  callTimedOut: code(11, 'Call Timed Out'),
  SUCCESS_INVALID_INPUT: code(12, 'Invalid Phone Input'),
  voicemail: code(13, 'Got Voicemail'),
  SUCCESS_USER_BLOCKED: code(14, 'User is Blocked'),
  statusPending: code(15, 'Status Pending'),
  SUCCESS_SMS_AUTHENTICATED: code(19, 'Text Message Authenticated'),
  SUCCESS_SMS_SENT: code(20, 'Text Message Sent'),
  SUCCESS_PHONE_APP_AUTHENTICATED: code(21, 'Mobile App Authenticated'),
  SUCCESS_OATH_CODE_PENDING: code(22, 'OATH Code Pending'),
  SUCCESS_OATH_CODE_VERIFIED: code(23, 'OATH Code Verified'),
  SUCCESS_FALLBACK_OATH_CODE_VERIFIED: code(24, 'Fallback OATH Code Verified'),
  SUCCESS_FALLBACK_SECURITY_QUESTIONS_ANSWERED: code(25, 'Fallback Security Questions Answered'),
  FAILED_PHONE_BUSY: code(101, 'Auth Already In Progress'),
  CONFIG_ISSUE: code(102, 'Phone Unreachable'),
  accountLocked: code(105, 'Account Locked'),
  FAILED_INVALID_PHONENUMBER: code(107, 'Invalid Phone Number Format'),
  FAILED_USER_HUNGUP_ON_US: code(108, 'User Hung Up the Phone'),
  FAILED_INVALID_EXTENSION: code(111, 'Invalid Extension'),
  FAILED_FRAUD_CODE_ENTERED: code(112, 'Fraud Code Entered'),
  FAILED_SERVER_ERROR: code(117, 'Unable to Place Call'),
  directSdkNotAllowed: code(149, 'Direct SDK Not Allowed'),
  FAILED_SMS_NOT_SENT: code(0, 'Text Message Could Not Be Sent'),
  FAILED_SMS_OTP_INCORRECT: code(0, 'Text Message OTP Incorrect'),
  FAILED_SMS_OTP_PIN_INCORRECT: code(0, 'Text Message OTP + PIN Incorrect'),
  FAILED_SMS_MAX_OTP_RETRY_REACHED: code(0, 'Exceeded Maximum Text Message OTP Attempts'),
  FAILED_PHONE_APP_DENIED: code(0, 'Mobile App Denied'),
  FAILED_PHONE_APP_INVALID_PIN: code(0, 'Mobile App Invalid PIN'),
  FAILED_PHONE_APP_PIN_NOT_CHANGED: code(0, 'Mobile App PIN Not Changed'),
  FAILED_FRAUD_REPORTED: code(0, 'Fraud Reported'),
  FAILED_PHONE_APP_NO_RESPONSE: code(0, 'Mobile App No Response'),
  FAILED_PHONE_APP_ALL_DEVICES_BLOCKED: code(0, 'Mobile App All Devices Blocked'),
  FAILED_PHONE_APP_NOTIFICATION_FAILED: code(0, 'Mobile App Notification Failed'),
  FAILED_PHONE_APP_INVALID_RESULT: code(0, 'Mobile App Invalid Result'),
  FAILED_OATH_CODE_INCORRECT: code(0, 'OATH Code Incorrect'),
  FAILED_OATH_CODE_PIN_INCORRECT: code(0, 'OATH Code + PIN Incorrect'),
  FAILED_OATH_CODE_DUPLICATE: code(0, 'Duplicate OATH Code'),
  FAILED_OATH_CODE_OLD: code(0, 'OATH Code Out of Date'),
  FAILED_OATH_TOKEN_TIMEOUT: code(0, 'OATH Code Result Timeout'),
  FAILED_SECURITY_QUESTIONS_TIMEOUT: code(0, 'Security Questions Result Timeout'),
  FAILED_AUTH_RESULT_TIMEOUT: code(0, 'Auth Result Timeout'),
  FAILED_AUTHENTICATION_THROTTLED: code(0, 'Authentication Throttled'),
} as const satisfies Record<string, SdkCode>;
type CallResultName = keyof typeof callResults;

type ByMethod = Readonly<Record<Method, CallResultName>>;

/** Which constant an end is told by; where the method decides, one constant a method. */
const byResult: Readonly<Record<ResultCode, CallResultName | ByMethod>> = {
  APPROVED: {
    app: 'SUCCESS_PHONE_APP_AUTHENTICATED',
    oath: 'SUCCESS_OATH_CODE_VERIFIED',
    sms: 'SUCCESS_SMS_AUTHENTICATED',
    call: 'SUCCESS_NO_PIN',
  },
  CACHED: 'SUCCESS_USED_CACHE',
  BYPASSED: 'SUCCESS_BYPASSED_AUTH',
  NOT_ENROLLED: 'nobodyAsked',
  TRUSTED_IP: 'nobodyAsked',
  USER_DISABLED_OK: 'nobodyAsked',
  UNREACHABLE_OK: 'nobodyAsked',
  PRIMARY_FAILED: 'nobodyAsked',
  USER_DENIED: {
    app: 'FAILED_PHONE_APP_DENIED',
    oath: 'FAILED_OATH_CODE_INCORRECT',
    sms: 'FAILED_SMS_OTP_INCORRECT',
    call: 'SUCCESS_INVALID_INPUT',
  },
  FRAUD_REPORTED: {
    app: 'FAILED_FRAUD_REPORTED',
    oath: 'FAILED_FRAUD_REPORTED',
    sms: 'FAILED_FRAUD_REPORTED',
    call: 'FAILED_FRAUD_CODE_ENTERED',
  },
  WRONG_PIN: {
    app: 'FAILED_PHONE_APP_INVALID_PIN',
    oath: 'FAILED_OATH_CODE_PIN_INCORRECT',
    sms: 'FAILED_SMS_OTP_PIN_INCORRECT',
    call: 'SUCCESS_WITH_PIN',
  },
  WRONG_CODE: {
    app: 'FAILED_PHONE_APP_INVALID_RESULT',
    oath: 'FAILED_OATH_CODE_INCORRECT',
    sms: 'FAILED_SMS_OTP_INCORRECT',
    call: 'SUCCESS_INVALID_INPUT',
  },
  CODE_RETRY_LIMIT: {
    app: 'FAILED_PHONE_APP_INVALID_RESULT',
    oath: 'FAILED_OATH_CODE_INCORRECT',
    sms: 'FAILED_SMS_MAX_OTP_RETRY_REACHED',
    call: 'SUCCESS_INVALID_INPUT',
  },
  CODE_REUSED: 'FAILED_OATH_CODE_DUPLICATE',
  CODE_EXPIRED: {
    app: 'FAILED_AUTH_RESULT_TIMEOUT',
    oath: 'FAILED_OATH_CODE_OLD',
    sms: 'FAILED_AUTH_RESULT_TIMEOUT',
    call: 'FAILED_AUTH_RESULT_TIMEOUT',
  },
  NO_ANSWER: 'callTimedOut',
  BUSY: 'CONFIG_ISSUE',
  VOICEMAIL: 'voicemail',
  HUNG_UP: 'FAILED_USER_HUNGUP_ON_US',
  UNREACHABLE: 'CONFIG_ISSUE',
  NO_RESPONSE: {
    app: 'FAILED_PHONE_APP_NO_RESPONSE',
    oath: 'FAILED_OATH_TOKEN_TIMEOUT',
    sms: 'FAILED_AUTH_RESULT_TIMEOUT',
    call: 'SUCCESS_NO_PIN_BUT_TIMEOUT',
  },
  INVALID_PHONE: 'FAILED_INVALID_PHONENUMBER',
  NO_METHOD: 'nobodyAsked',
  METHOD_DISABLED: 'directSdkNotAllowed',
  NO_DEVICE: 'FAILED_PHONE_APP_NOTIFICATION_FAILED',
  PUSH_FAILED: 'FAILED_PHONE_APP_NOTIFICATION_FAILED',
  USER_NOT_FOUND: 'nobodyAsked',
  USER_DISABLED: 'nobodyAsked',
  APPROVAL_REJECTED: 'directSdkNotAllowed',
  APPROVAL_EXPIRED: 'FAILED_AUTH_RESULT_TIMEOUT',
  USER_BLOCKED: 'SUCCESS_USER_BLOCKED',
  USER_LOCKED: 'accountLocked',
  THROTTLED: 'FAILED_AUTHENTICATION_THROTTLED',
  PROVIDER_ERROR: {
    app: 'FAILED_PHONE_APP_NOTIFICATION_FAILED',
    oath: 'nobodyAsked',
    sms: 'FAILED_SMS_NOT_SENT',
    call: 'FAILED_SERVER_ERROR',
  },
  DIRECTORY_ERROR: 'nobodyAsked',
  INTERNAL: 'nobodyAsked',
  CALLER_DENIED: 'nobodyAsked',
  BAD_REQUEST: 'nobodyAsked',
  LOOP: 'nobodyAsked',
  TICKET_INVALID: 'nobodyAsked',
  SUPERSEDED: 'FAILED_PHONE_BUSY',
  CALLER_GONE: 'FAILED_AUTH_RESULT_TIMEOUT',
};

const byCacheRule = {
  user: 'SUCCESS_USED_CACHE',
  applicationAndIp: 'SUCCESS_USED_IP_BASED_CACHE',
  application: 'SUCCESS_USED_APP_BASED_CACHE',
} as const satisfies Record<CacheRule['type'], CallResultName>;

/** What else tells two ends of one code apart. */
type Detail = { readonly withPin?: true; readonly cachedBy?: CacheRule['type'] };

/** How an attempt ended, as `callResult`. Without a method, where only that would tell: nobody was asked. */
export const callResultOf = (
  result: ResultCode,
  method: Method | undefined,
  { withPin, cachedBy }: Detail = {},
): SdkCode => {
  if (result === 'CACHED' && cachedBy !== undefined) return callResults[byCacheRule[cachedBy]];
  if (result === 'APPROVED' && method === 'call' && withPin) return callResults.SUCCESS_WITH_PIN;
  const name = byResult[result];
  if (typeof name === 'string') return callResults[name];
  return method === undefined ? callResults.nobodyAsked : callResults[name[method]];
};

/** `error` of an attempt that did not let the person in; what is not listed is a plain refusal, 12. */
const errorByResult: Readonly<Partial<Record<ResultCode, SdkErrorName>>> = {
  PRIMARY_FAILED: 'firstFactorRefused',
  USER_NOT_FOUND: 'userNotFound',
  CALLER_DENIED: 'noScope',
  BAD_REQUEST: 'badInput',
  DIRECTORY_ERROR: 'unavailable',
  INTERNAL: 'unavailable',
  LOOP: 'unavailable',
};

export const errorOfRefusal = (result: ResultCode): SdkCode =>
  sdkErrors[errorByResult[result] ?? 'denied'];

/** What a refused command is told by; `missing` is what the operation looks for first. */
export const errorOfRejection = (
  kind: RejectedKind,
  missing: 'userNotFound' | 'notFound',
): SdkCode => sdkErrors[kind === 'notFound' ? missing : errorByRejection[kind]];

const errorByRejection: Readonly<Record<Exclude<RejectedKind, 'notFound'>, SdkErrorName>> = {
  alreadyExists: 'userExists',
  alreadyDecided: 'notFound',
  expired: 'notFound',
  invalid: 'againstPolicy',
  notAllowed: 'againstPolicy',
  conflict: 'unavailable',
  throttled: 'tooManyAttempts',
  limitReached: 'againstPolicy',
};
