import type { ApprovalPolicy } from '../../domain/approval/policy.ts';
import type { ApprovalFault, ApprovalState } from '../../domain/approval/states.ts';
import { Rejected, type RejectedKind } from '../../domain/errors.ts';
import type { Caller, Page, Paging, Waiting } from '../facade.ts';

/** A request that was not taken; `code` is stable, for programs. Kinds: invalid, notFound, conflict. */
export class ApprovalRefused extends Rejected {
  readonly code: ApprovalFault;
  constructor(kind: RejectedKind, code: ApprovalFault, message: string) {
    super(kind, message);
    this.code = code;
  }
}

/** A detail of what is asked for, shown to approvers as it is. */
export type ApprovalDetail = { readonly label: string; readonly value: string };

export type NewApproval = {
  /** Username of who wants it, proven by a session or asserted by a trusted caller. */
  readonly requestor: string;
  /** For whom, where not for the requestor. */
  readonly beneficiary?: string;
  readonly subject: ApprovalSubject;
  /** At most 80 characters. */
  readonly title: string;
  /** At most 20; labels at most 80 characters, values at most 500. */
  readonly details?: readonly ApprovalDetail[];
  /** http or https, at most 500 characters. */
  readonly link?: string;
  /** At most 1000 characters. */
  readonly justification?: string;
  /** The grant begins not before; ISO 8601 UTC. */
  readonly requestedTime?: string;
  /** Seconds that the grant is to last; cut to the policy's maximum. Without it the request ends at `approved`. */
  readonly requestedTtlSeconds?: number;
  readonly policyId: string;
  /** At most 128 characters. The same reference of the same caller is the same request. */
  readonly reference?: string;
  /** Item of kind `webhook`. */
  readonly callback?: string;
};

export type ApprovalSubject = { readonly kind: string; readonly id: string; readonly name: string };

export type DecideApproval = {
  readonly decision: 'approve' | 'reject';
  /** At most 1000 characters; whether it must be there, the policy says. */
  readonly comment?: string;
  /** Hash of what the approver was shown: `ApprovalView.hash`. */
  readonly hash: string;
  /** A shorter grant, where the policy lets approvers shorten it. */
  readonly ttlSeconds?: number;
};

/** How far a decision is: it is recorded when its verification has ended. */
export type AskedDecision =
  | {
      readonly kind: 'verifying';
      /** The verification that confirms it: `Queries.getRequest`, `Commands.submitCode`. */
      readonly requestId: string;
      /** Two digits that the approver is shown here and types into the app (SEC-37). */
      readonly displayNumber?: string;
    }
  /** Recorded at once: the policy wants no verification and the approver is signed in. */
  | { readonly kind: 'recorded' };

export interface ApprovalCommands {
  /**
   * Asks for an approval.
   * @returns isNew false where this caller's reference names a request that is there already
   * @throws {ApprovalRefused}
   */
  createApproval(
    caller: Caller,
    input: NewApproval,
  ): Promise<{ approvalId: string; state: ApprovalState; isNew: boolean }>;
  /**
   * A decision of one approver. Whoever hands it in: it counts only with that person's own verification (SEC-67).
   * @throws {Rejected} notFound, notAllowed, conflict (another text was shown), invalid, alreadyDecided with the state
   */
  decideApproval(
    caller: Caller,
    approver: string,
    approvalId: string,
    input: DecideApproval,
  ): Promise<AskedDecision>;
  /** What the person of an open verification is shown to type into the app, where that is wanted (SEC-37). */
  verificationNumber(requestId: string): Promise<string | undefined>;
  /** The requestor, or the program that asked, takes it back. @throws {Rejected} notFound, alreadyDecided */
  cancelApproval(caller: Caller, approvalId: string): Promise<void>;
  /** An administrator ends it. @throws {Rejected} notFound, notAllowed, alreadyDecided */
  forceCancelApproval(caller: Caller, approvalId: string, reason: string): Promise<void>;
  /** Ends a grant before its time. @throws {Rejected} notFound, notAllowed, alreadyDecided */
  closeGrant(caller: Caller, approvalId: string, reason: string): Promise<void>;
  /** Lets somebody else decide for an approver for a time, in that other person's own name. */
  setDelegation(
    caller: Caller,
    username: string,
    delegation: { to: string; from: string; until: string },
  ): Promise<{ delegationId: string }>;
  endDelegation(caller: Caller, username: string, delegationId: string): Promise<void>;
}

export type ApprovalFilter = {
  readonly state?: ApprovalState;
  readonly requestor?: string;
  readonly policyId?: string;
  readonly subjectId?: string;
  readonly reference?: string;
};

export interface ApprovalQueries {
  getApproval(approvalId: string): Promise<ApprovalView | undefined>;
  /** Long poll: resolves once `revision` differs from `since`, or after the wait. */
  awaitApproval(
    approvalId: string,
    since: number,
    waiting: Waiting,
  ): Promise<ApprovalView | undefined>;
  /** Newest first. */
  listApprovals(filter: ApprovalFilter, paging: Paging): Promise<Page<ApprovalView>>;
  /** What waits for this person's decision, their own and what others delegated to them; oldest first. */
  approvalInbox(username: string, paging: Paging): Promise<Page<ApprovalTask>>;
  /** Delegations of a person that are not over, by and to them. */
  listDelegations(username: string): Promise<readonly DelegationView[]>;
  /** The policies that requests name, for lists of roles with their times and flags (PAM). */
  listApprovalPolicies(): Promise<readonly (ApprovalPolicy & { readonly policyId: string })[]>;
}

export type ApprovalView = {
  readonly approvalId: string;
  readonly state: ApprovalState;
  /** Grows with every fact of the request. */
  readonly revision: number;
  readonly createdAt: string;
  readonly changedAt: string;
  readonly endedAt?: string;
  readonly requestor: string;
  readonly beneficiary?: string;
  readonly subject: ApprovalSubject;
  readonly title: string;
  readonly details: readonly ApprovalDetail[];
  readonly link?: string;
  readonly justification?: string;
  /** SHA-256, hex, over what is shown; the hash that a decision names. */
  readonly hash: string;
  readonly policyId: string;
  readonly policyName: string;
  readonly callerId: string;
  readonly reference?: string;
  /** 1-based; absent before the first stage. */
  readonly stage?: number;
  /** 0 are the stage's own approvers, 1 to 3 the levels above. */
  readonly level?: number;
  readonly stages: number;
  /** End of the open level, or of the grant. */
  readonly until?: string;
  readonly requestedTime?: string;
  readonly ttlSeconds?: number;
  /** Usernames of who is asked; empty where the policy hides them from the requestor: `approversVisible`. */
  readonly asked: readonly string[];
  readonly approversVisible: boolean;
  readonly decisions: readonly ApprovalDecisionView[];
  /** Why it was rejected, cancelled, closed or failed. */
  readonly reason?: string;
  /** The verification of the requestor that is under way. */
  readonly requestorRequestId?: string;
};

export type ApprovalDecisionView = {
  readonly approver: string;
  readonly delegatedFrom?: string;
  readonly decision: 'approve' | 'reject';
  readonly at: string;
  readonly stage: number;
  readonly level: number;
  readonly comment?: string;
  /** The verification that confirmed it. */
  readonly requestId?: string;
  /** False where the stage had closed before it was confirmed. */
  readonly counted: boolean;
};

export type ApprovalTask = {
  readonly approval: ApprovalView;
  readonly askedAt: string;
  /** Whose place the person takes. */
  readonly delegatedFrom?: string;
  /** The person's decision so far, which may be changed until the stage closes. */
  readonly decided?: 'approve' | 'reject';
};

export type DelegationView = {
  readonly delegationId: string;
  readonly from: string;
  readonly until: string;
  readonly by: string;
  readonly to: string;
};
