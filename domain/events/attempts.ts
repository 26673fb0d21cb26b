import type { Channel, Method, SmsDirection } from '../methods.ts';
import type { ResultCode } from '../results.ts';
import type { Sealed } from '../sealed.ts';

/** One attempt; stream authentication-<requestId>, written by its workflow alone. */
export type AttemptEvents = {
  AuthenticationRequested: {
    channel: Channel;
    application: string;
    /** The authenticated caller (service account, API client), and who it says it acts for. */
    callerId: string;
    /** Hash of caller, channel, application and origin: equal attempts join, others never do. */
    originKey: string;
    /** Keyed hash of what was asked, where the caller named the call: the name stands for nothing else (SEC-66). */
    inputHash?: string;
    requireUserMatch: boolean;
    /** Absent for a user that is not in the list. */
    userId?: string;
    /** As typed; kept only where it is not the stored spelling of the user. */
    username?: Sealed;
    initiatingIp?: Sealed;
    reference?: string;
    /** Title and details that the person is shown, sealed as one text (spec/65 `context`). */
    context?: Sealed;
    /** What the front end needs for its answer, on whichever node gives it. */
    note?: Sealed;
  };
  /** `bypassId` where a bypass was used up. */
  AuthenticationRuleMatched: { rule: string; bypassId?: string };
  AuthenticationJoined: { leaderId: string };
  AuthenticationChallengeSent: {
    method: Method;
    expiresAt: string;
    fraudAllowed: boolean;
    fraudBlock: boolean;
    /** One row a device; the guid is what that device sends back. Empty for a typed code. */
    devices: readonly ChallengedDevice[];
    /** With a PIN or without; absent in events of before there were PINs: without. */
    mode?: 'standard' | 'pin';
    /** Text messages: typed into the login, or sent back. */
    direction?: SmsDirection;
    which?: PhoneSlot;
    /** Masked number that was called or texted. */
    masked?: string;
    language?: string;
    /** The number shown at the login must be given: typed with two digits or with six, or picked out of three. */
    numberMatch?: NumberMatch;
    pinTries?: number;
    pinChangeRequired?: boolean;
  };
  /** About to contact the person: a second try under this reference asks the provider first (REL-10). */
  AuthenticationContactStarted: {
    reference: string;
    kind: 'text' | 'call';
    which: PhoneSlot;
    at: string;
  };
  AuthenticationContactAccepted: { reference: string; provider: string; providerRef: string };
  AuthenticationContactFailed: { reference: string; code: ResultCode; provider?: string };
  AuthenticationFallbackStarted: { to: 'backupPhone' | 'oath'; expiresAt: string; masked?: string };
  /** Keys pressed during a call; what they were stays unsaid. */
  AuthenticationKeysPressed: { result: KeysResult; triesLeft: number };
  AuthenticationCallAnswered: { which: PhoneSlot; extension: boolean };
  /** A push was answered with a wrong PIN or number, or without the one that it wants. */
  AuthenticationProofRefused: {
    deviceId: string;
    what: 'pin' | 'number' | 'missing';
    triesLeft: number;
  };
  /** The person is verified, and a login policy wants other people to approve (spec/90); `code` is how it ends then. */
  AuthenticationApprovalAwaited: {
    approvalId: string;
    policyId: string;
    expiresAt: string;
    method: Method;
    code: ResultCode;
  };
  AuthenticationCodeSubmitted: {
    accepted: boolean;
    reason?: CodeFault;
    tokenId?: string;
    triesLeft: number;
    /** What the code was: a token's, a text message's, a recovery code, an access pass, answers to questions. */
    source?: CodeSource;
  };
  AuthenticationDeviceAnswered: {
    deviceId: string;
    guid: string;
    answer: DeviceAnswer;
    /** What the person did; a plain tap is the weakest form (SEC-37). */
    form: AnswerForm;
    appVersion?: string;
    osVersion?: string;
    address?: Sealed;
    /** The text that the device's key signed (ECDSA P-256, SHA-256), and its signature, base64url (SEC-49). */
    signed?: SignedText;
  };
  AuthenticationApproved: Ended;
  AuthenticationSkipped: Ended;
  AuthenticationDenied: Ended;
  AuthenticationExpired: Ended;
  AuthenticationFailed: Ended;
  AuthenticationCancelled: Ended;
};

export type ChallengedDevice = {
  readonly deviceId: string;
  readonly guid: string;
  readonly tokenHash: string;
  /** Random challenge for the app's proof of its seed (contracts/mobile-app.md 10.3), decimal. */
  readonly oathCounter: string;
};

export type DeviceAnswer = 'approve' | 'deny' | 'fraud';
/** What the person did; a plain tap is the weakest form (SEC-37). */
export type AnswerForm = 'plain' | 'pin' | 'number' | 'pinAndNumber';
export type SignedText = { readonly text: string; readonly signature: string };
export const numberMatches = ['type', 'pick', 'typeSix'] as const;
export type NumberMatch = (typeof numberMatches)[number];
export type PhoneSlot = 'primary' | 'backup';
export type CodeFault = 'WRONG_CODE' | 'CODE_REUSED' | 'WRONG_PIN';
export type CodeSource = 'oath' | 'sms' | 'recovery' | 'pass' | 'questions';
export type KeysResult =
  | 'connected'
  | 'confirmed'
  | 'fraudStarted'
  | 'fraudCode'
  | 'fraudConfirmed'
  | 'fraudNotConfirmed'
  | 'wrongPin'
  | 'invalid'
  | 'silence';

type Ended = { code: ResultCode; userId?: string };
