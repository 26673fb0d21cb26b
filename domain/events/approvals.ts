import type { ResolvedApprovers } from '../approval/approvers.ts';
import type { ApprovalPolicy } from '../approval/policy.ts';
import type { ApprovalFault } from '../approval/states.ts';
import type { Method } from '../methods.ts';
import type { ResultCode } from '../results.ts';
import type { Sealed } from '../sealed.ts';

/**
 * An approval; stream approval-<approvalId>, written by its workflow alone. Texts that people wrote are sealed with
 * the requestor's key; `hash` is the SHA-256 of all that approvers are shown.
 */
export type ApprovalEvents = {
  ApprovalRequested: {
    policyId: string;
    /** Revision of the settings that the policy was read at. */
    policyVersion: number;
    /** As it was then; a later change does not concern this request. */
    policy: ApprovalPolicy;
    requestorId: string;
    beneficiaryId?: string;
    callerId: string;
    subject: { readonly kind: string; readonly id: string; readonly name: string };
    title: Sealed;
    /** JSON of `{ label, value }[]`. */
    details?: Sealed;
    link?: Sealed;
    justification?: Sealed;
    hash: string;
    requestedTime?: string;
    /** Length of the grant, cut to the policy's maximum; without it the request ends at `approved`. */
    ttlSeconds?: number;
    reference?: string;
    webhookId?: string;
    /** It is moot after this instant: a login does not wait for days. */
    endsAt?: string;
    /** It waits for the policy's hours. */
    opensAt?: string;
  };
  ApprovalRequestorAsked: { authenticationId: string };
  ApprovalRequestorAnswered: { authenticationId: string; code: ResultCode; verified: boolean };
  /** A rule of the policy says that nobody is to be asked. */
  ApprovalSkipped: { rule: 'approvalNotNeeded' | 'skipWhen' };
  ApprovalStageStarted: {
    /** 1-based. */
    stage: number;
    /** 0: the stage's own approvers; 1 to 3: the levels above. */
    level: number;
    approvers: ResolvedApprovers;
    /** Different people that must approve. */
    quorum: number;
    dueAt: string;
    remindAt: readonly string[];
  };
  ApproverAsked: { approverId: string; stage: number; level: number };
  ApprovalReminded: {
    stage: number;
    level: number;
    /** Which of the level's reminders, from 0. */
    index: number;
    approverIds: readonly string[];
  };
  /** The next level is to be asked. */
  ApprovalEscalated: {
    stage: number;
    /** The level that is over. */
    level: number;
    reason: 'timeout' | 'impossible' | 'noApprovers';
  };
  /** Somebody else may decide in an approver's place, in their own name. */
  ApprovalDelegated: {
    approverId: string;
    delegateId: string;
    delegationId: string;
    stage: number;
    level: number;
  };
  /** The approver was removed or disabled. */
  ApproverGone: { approverId: string; reason: 'removed' | 'disabled' };
  /** A decision that its verification must confirm before it counts. */
  ApprovalDecisionAsked: {
    authenticationId: string;
    /** The program that relays the decision, and may hand in the person's code for it. */
    callerId: string;
    stage: number;
    level: number;
    approverId: string;
    decision: 'approve' | 'reject';
    comment?: Sealed;
    hash: string;
    delegatedFrom?: string;
    ttlSeconds?: number;
    at: string;
  };
  ApprovalDecisionRefused: {
    authenticationId: string;
    approverId: string;
    reason: DecisionFault;
    code?: ResultCode;
  };
  ApprovalDecided: {
    stage: number;
    level: number;
    approverId: string;
    decision: 'approve' | 'reject';
    comment?: Sealed;
    hash: string;
    delegatedFrom?: string;
    ttlSeconds?: number;
    /** Absent where the policy wants no verification. */
    authenticationId?: string;
    method?: Method;
    /** False where the stage had closed before the verification ended. */
    counted: boolean;
    at: string;
  };
  ApprovalStageClosed: {
    stage: number;
    result: 'approved' | 'rejected' | 'expired';
    reason: 'decided' | 'timeout' | 'impossible';
  };
  ApprovalGranted: { by: 'decisions' | 'timeout' | 'rule' | 'requestor'; ttlSeconds?: number };
  ApprovalRejected: { reason: 'decisions' | 'timeout' | 'impossible' | 'requestorNotVerified' };
  ApprovalExpired: { reason: 'timeout' | 'impossible' | 'moot' };
  ApprovalCancelled: {
    by: 'requestor' | 'administrator' | 'system';
    /** An administrator's own words. */
    reason?: string;
  };
  ApprovalFailed: { fault: ApprovalFault };
  /** Lookups of people fail; tried again until then. */
  ApprovalLookupFailed: { stage: number; level: number; giveUpAt: string };
  GrantScheduled: { activateAt: string };
  /** The calling system is to make it active. */
  GrantActivationAsked: { deliveryId: string; alarmAt: string };
  GrantActivated: { until: string };
  /** The requestor was told that the end is near. */
  GrantEndAnnounced: { until: string };
  /** The calling system is to take it away. */
  GrantClosing: {
    deliveryId: string;
    alarmAt: string;
    reason: GrantEnd;
    note?: string;
  };
  GrantClosed: { reason: GrantEnd; note?: string };
  /** The time is over, and no other system has to say so. */
  GrantExpired: { until: string };
  CallbackAsked: { deliveryId: string };
  CallbackAcknowledged: { deliveryId: string };
  /** Not acknowledged within a minute: somebody should look. */
  CallbackLate: { deliveryId: string };
  CallbackParked: {
    deliveryId: string;
    /** When access that was not taken away is asked back again. */
    retryAt?: string;
  };
};

export type GrantEnd = 'ttl' | 'requestor' | 'approver' | 'administrator' | 'caller';

/** Why a confirmed or unconfirmed decision does not count. */
export type DecisionFault =
  | 'notVerified'
  | 'notAChallenge'
  | 'weakMethod'
  | 'sharedDevice'
  | 'notAllowed'
  | 'replayed';
