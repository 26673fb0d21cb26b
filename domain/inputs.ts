import type { Attempt } from './attempt.ts';
import type { ConfigurationCommand } from './configuration.ts';
import type { Effect } from './effects.ts';
import type { Actor, DeviceAnswer, EventMeta } from './events.ts';
import type { Channel, Method } from './methods.ts';
import type { Outcome, ResultCode } from './results.ts';
import type { Sealed } from './sealed.ts';
import type { UserCommand } from './userRules.ts';
import type { CallEvent } from './voice.ts';

/** Who started a step, for the events it makes. */
export type Origin = Pick<
  EventMeta,
  'actor' | 'channel' | 'address' | 'onBehalfOf' | 'correlationId' | 'causationId'
>;

export const systemActor: Actor = { kind: 'system', id: 'countersign' };

/** Start of an attempt. Typed texts arrive sealed under `requests`: who the person is, is not known yet. */
export type OpenAttempt = {
  readonly requestId: string;
  /** Keyed hash of the canonical name, or the user's id where the server itself asks. */
  readonly who: { readonly usernameKey: string } | { readonly userId: string };
  readonly username?: Sealed;
  readonly initiatingIp?: Sealed;
  readonly code?: Sealed;
  readonly application: string;
  readonly callerId: string;
  readonly originKey: string;
  /** Keyed hash of what is asked, where the caller named the call. */
  readonly inputHash?: string;
  readonly channel: Channel;
  readonly requireUserMatch: boolean;
  readonly method?: Method;
  readonly reference?: string;
  readonly expiresInSeconds?: number;
  /** Keyed hash of the initiating address. */
  readonly ipKey?: string;
  /** False where the caller cannot show the number that its channel could. */
  readonly numberMatch?: boolean;
  readonly hasLoginKey?: boolean;
  /** False where the person cannot be asked for a code at this login. */
  readonly typesCodes?: boolean;
  /** A rule of the front end exempts this login, as a trusted address does. */
  readonly trusted?: boolean;
  /** It ended before it began: the front end found so. */
  readonly endAs?: ResultCode;
  readonly endBecause?: string;
  /** What the front end needs for its answer, on whichever node gives it. */
  readonly note?: Sealed;
  /** The person must be asked: no bypass, cache or trusted address stands in for it. */
  readonly mustAsk?: boolean;
  /** Title and details that the person is shown. */
  readonly context?: Sealed;
  /** The caller has been told by then that nothing was decided, so nobody may be asked any more. */
  readonly notAfter?: string;
  readonly origin: Origin;
};

export type SubmitCode = {
  readonly code: Sealed;
  readonly origin: Origin;
  /** Only while as many may be tried, `all` before the first: the answer to one question counts once. */
  readonly triesLeft?: number | 'all';
};

export type AnswerPush = {
  readonly guid: string;
  readonly tokenHash: string;
  readonly answer: DeviceAnswer;
  readonly proof?: string;
  readonly newTokenHash?: string;
  readonly notificationType?: string;
  readonly appVersion?: string;
  readonly osVersion?: string;
  readonly address?: Sealed;
  /** PIN and number as typed; both sealed under `requests`. */
  readonly pin?: Sealed;
  readonly number?: Sealed;
  /** False where the PIN is only to be checked. */
  readonly authenticate?: boolean;
  /** A new PIN in the place of the old one, sealed likewise. */
  readonly newPin?: Sealed;
  /** By the device's key, base64url; needed where the device has one (SEC-49). */
  readonly signature?: string;
};

/** Something that a provider tells of a call; typed digits are sealed under `requests`. */
export type HearCall = {
  readonly which: 'primary' | 'backup';
  readonly event: Exclude<CallEvent, { kind: 'keys' }> | { readonly kind: 'keys' };
  readonly digits?: Sealed;
};

/** How an attempt stands after a step, as far as its workflow needs to know. */
export type Progress = {
  readonly status: Exclude<Attempt['status'], 'none'>;
  readonly outcome?: Outcome;
  readonly method?: Method;
  readonly expiresAt?: string;
  readonly leaderId?: string;
  readonly triesLeft?: number;
  /** The approval of other people that a login policy wants. */
  readonly approval?: {
    readonly userId: string;
    readonly policyId: string;
    readonly application: string;
    /** How the attempt ends where they approve. */
    readonly code: ResultCode;
  };
  /** The call or text that is to be made now, by its reference. */
  readonly contact?: string;
  readonly effects: readonly Effect[];
};

export type BeginActivationStep = {
  /** Id of the ActivateNew call. */
  readonly attempt: string;
  readonly tokenHash: string;
  readonly routeHash?: string;
  /** Milliseconds to wait for the device's answer. */
  readonly waitMs: number;
};

export type ValidateStep = {
  readonly guid: string;
  readonly tokenHash: string;
  readonly valid: boolean;
  readonly permitHash?: string;
  readonly appVersion?: string;
  readonly osVersion?: string;
};

export type CompleteActivationStep = {
  readonly attempt: string;
  readonly name: Sealed;
  readonly tokenHash: string;
  readonly appVersion: string;
  readonly oathSecret?: Sealed;
  readonly confirmationHash: string;
  readonly confirmBy: string;
  readonly drift: number;
  readonly address?: Sealed;
  readonly publicKey?: string;
  readonly typesSixDigits?: boolean;
};

/** A change of a person by an administrator, a script or the person; `userId` is new for `add`. */
export type ChangeUser = {
  readonly kind: 'user';
  readonly who: { readonly usernameKey: string } | { readonly userId: string };
  readonly newUserId?: string;
  readonly command: UserCommand;
  readonly origin: Origin;
};

export type ChangeConfiguration = {
  readonly kind: 'configuration';
  readonly command: ConfigurationCommand;
  readonly origin: Origin;
};

/** `serialKey` is the keyed hash of a canonical serial number; codes are sealed with the person's key. */
export type TokenOrder =
  | { readonly type: 'assign'; readonly serialKey: string; readonly userId: string }
  | { readonly type: 'lose'; readonly serialKey: string; readonly reason: string }
  | {
      readonly type: 'activate';
      readonly userId: string;
      readonly tokenId: string;
      readonly code: Sealed;
    }
  | {
      readonly type: 'resync';
      readonly userId: string;
      readonly tokenId: string;
      readonly codes: readonly [Sealed, Sealed];
    };

/** A change of a hardware token, or of a token by the codes that it shows. */
export type ChangeToken = {
  readonly kind: 'token';
  readonly order: TokenOrder;
  readonly origin: Origin;
};

export type Change = ChangeUser | ChangeConfiguration | ChangeToken;

export type Changed = {
  readonly result: Readonly<Record<string, string>>;
  /** Position of the newest fact, so that a caller can read its own write. */
  readonly position: number;
  readonly effects: readonly Effect[];
};

/** An administrator wants a mail that failed to be tried for another day. */
export type MailRetry = {
  readonly mailId: string;
  /** The same on every try of the order. */
  readonly retryId: string;
  readonly origin: Origin;
};
