import type { Effect } from '../effects.ts';
import type { Origin } from '../inputs.ts';
import type { RejectedKind } from '../errors.ts';
import type { Sealed } from '../sealed.ts';
import type { ApprovalFault, ApprovalState } from './states.ts';

export type Who = { readonly usernameKey: string } | { readonly userId: string };

/** A new request for approval. Texts arrive sealed under `requests` in the request's stream. */
export type NewApprovalRequest = {
  readonly requestor: Who;
  readonly beneficiary?: Who;
  readonly subject: { readonly kind: string; readonly id: string; readonly name: string };
  readonly texts: ApprovalTexts | { readonly application: string };
  readonly requestedTime?: string;
  readonly requestedTtlSeconds?: number;
  readonly policyId: string;
  readonly reference?: string;
  readonly webhookId?: string;
  readonly endsAt?: string;
  readonly callerId: string;
  readonly origin: Origin;
};

export type ApprovalTexts = {
  readonly title: Sealed;
  /** JSON of `{ label, value }[]`. */
  readonly details?: Sealed;
  readonly link?: Sealed;
  readonly justification?: Sealed;
};

/** Start of an approval's workflow; without `open` it goes on from the log. */
export type ApprovalInput = { readonly approvalId: string; readonly open?: NewApprovalRequest };

export type AskDecision = {
  readonly approver: Who;
  readonly decision: 'approve' | 'reject';
  /** Sealed under `requests` in the request's stream, field `comment`. */
  readonly comment?: Sealed;
  readonly hash: string;
  readonly ttlSeconds?: number;
  /** User id of the caller where that is a person who is signed in. */
  readonly signedInAs?: string;
  readonly origin: Origin;
};

/** `authenticationId` is absent where the decision counts at once. */
export type DecisionAsked = { readonly authenticationId?: string };

export type CancelApproval = {
  readonly force: boolean;
  readonly reason?: string;
  readonly callerId: string;
  readonly origin: Origin;
};

export type CloseGrant = {
  readonly reason: string;
  readonly callerId: string;
  readonly origin: Origin;
};

/** Why a request was not taken. */
export type Refusal = {
  readonly kind: RejectedKind;
  readonly code: ApprovalFault;
  readonly message: string;
};

export type Opened =
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'open'; readonly state: ApprovalState; readonly position: number };

/** How a request stands after a step, as far as its workflow needs to know. */
export type ApprovalProgress = {
  readonly state: ApprovalState;
  /** Facts on record: the next step is named by it. */
  readonly facts: number;
  /** Nothing is left to wait for. */
  readonly isOver: boolean;
  /** The next instant at which something happens by itself. */
  readonly dueAt?: string;
  /** People who are to be looked up and asked now. */
  readonly ask?: { readonly stage: number; readonly level: number; readonly again: boolean };
  /** Verifications that are to be run to their end. */
  readonly verifications: readonly string[];
  /** Callbacks that are to be delivered. */
  readonly deliveries: readonly string[];
  readonly effects: readonly Effect[];
  readonly position: number;
};

export type ApprovalEnd = { readonly outcome: ApprovalState | 'refused' };
