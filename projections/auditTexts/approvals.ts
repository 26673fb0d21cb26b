import type { ApprovalEvents } from '../../domain/events/approvals.ts';
import { listed, type Part, type Texts } from './parts.ts';

const user = (userId: string): Part => ['user', userId];
const at = ({ stage, level }: { readonly stage: number; readonly level: number }): string =>
  level === 0 ? `stage ${stage}` : `stage ${stage}, escalation level ${level}`;
const inPlaceOf = (from: string | undefined): readonly Part[] =>
  from === undefined ? [] : [' in place of ', user(from)];

const faults = {
  notVerified: 'the verification was not successful',
  notAChallenge: 'the person was not asked',
  weakMethod: 'the method is too weak for this policy',
  sharedDevice: 'the device is also one of the requestor or beneficiary',
  notAllowed: 'the person may not decide here any more',
  replayed: 'the verification was used before',
} as const;

export const approvalTexts: Texts<ApprovalEvents> = {
  ApprovalRequested: ({ data }) => [
    user(data.requestorId),
    ` asked for ${data.subject.kind} "${data.subject.name}"`,
    ...(data.beneficiaryId === undefined ? [] : [' for ', user(data.beneficiaryId)]),
    ` by policy "${data.policy.name}"; hash of what is shown: ${data.hash}`,
  ],
  ApprovalRequestorAsked: ({ data }) => [
    `The requestor verifies first: request ${data.authenticationId}`,
  ],
  ApprovalRequestorAnswered: ({ data }) => [
    `The requestor ${data.verified ? 'verified' : 'did not verify'}: ${data.code}`,
  ],
  ApprovalSkipped: ({ data }) => [
    data.rule === 'skipWhen'
      ? 'Skipped by rule: nobody is asked'
      : 'The policy asks nobody to approve',
  ],
  ApprovalStageStarted: ({ data }) => [
    `Approval begins at ${at(data)}: ${data.quorum} must approve until ${data.dueAt}`,
  ],
  ApproverAsked: ({ data }) => [user(data.approverId), ` is asked to approve at ${at(data)}`],
  ApprovalReminded: ({ data }) => [
    'Reminded at ',
    `${at(data)}: `,
    ...listed(data.approverIds.map(user)),
  ],
  ApprovalEscalated: ({ data }) => [`Escalated after ${at(data)}: ${data.reason}`],
  ApprovalDelegated: ({ data }) => [
    user(data.delegateId),
    ' may decide in place of ',
    user(data.approverId),
    ` at ${at(data)}`,
  ],
  ApproverGone: ({ data }) => [
    user(data.approverId),
    ` cannot approve any more: the account was ${data.reason}`,
  ],
  ApprovalDecisionAsked: ({ data }) => [
    user(data.approverId),
    ...inPlaceOf(data.delegatedFrom),
    ` wants to ${data.decision} at ${at(data)}; to be confirmed by request ${data.authenticationId}`,
  ],
  ApprovalDecisionRefused: ({ data }) => [
    'The decision of ',
    user(data.approverId),
    ` does not count: ${faults[data.reason]}`,
    ` (request ${data.authenticationId}${data.code === undefined ? '' : `, ${data.code}`})`,
  ],
  ApprovalDecided: ({ data }) => [
    user(data.approverId),
    ...inPlaceOf(data.delegatedFrom),
    ` ${data.decision === 'approve' ? 'approved' : 'rejected'} at ${at(data)}`,
    data.authenticationId === undefined
      ? ', signed in'
      : `, confirmed by request ${data.authenticationId}`,
    data.counted ? '' : '; the stage had closed before',
  ],
  ApprovalStageClosed: ({ data }) => [`Stage ${data.stage} ${data.result}: ${data.reason}`],
  ApprovalGranted: ({ data }) => [`Approved by ${data.by}`],
  ApprovalRejected: ({ data }) => [`Rejected: ${data.reason}`],
  ApprovalExpired: ({ data }) => [`Expired: ${data.reason}`],
  ApprovalCancelled: ({ data }) => [
    `Cancelled by the ${data.by}${data.reason === undefined ? '' : `: ${data.reason}`}`,
  ],
  ApprovalFailed: ({ data }) => [`Approval failed: ${data.fault}`],
  ApprovalLookupFailed: ({ data }) => [
    `Approvers of ${at(data)} could not be looked up; tried again until ${data.giveUpAt}`,
  ],
  GrantScheduled: ({ data }) => [`Grant begins at ${data.activateAt}`],
  GrantActivationAsked: () => ['The calling system is told to begin the grant'],
  GrantActivated: ({ data }) => [`Grant active until ${data.until}`],
  GrantEndAnnounced: ({ data }) => [`The requestor was told of the grant's end at ${data.until}`],
  GrantClosing: ({ data }) => [
    `Grant is ending (${data.reason}${data.note === undefined ? '' : `: ${data.note}`})`,
  ],
  GrantClosed: ({ data }) => [
    `Grant closed (${data.reason}${data.note === undefined ? '' : `: ${data.note}`})`,
  ],
  GrantExpired: ({ data }) => [`Grant ended at ${data.until}`],
  CallbackAsked: ({ data }) => [`The calling system is told: ${data.deliveryId}`],
  CallbackAcknowledged: ({ data }) => [`The calling system acknowledged ${data.deliveryId}`],
  CallbackLate: ({ data }) => [
    `The calling system has not acknowledged ${data.deliveryId} within a minute`,
  ],
  CallbackParked: ({ data }) => [
    `The calling system did not acknowledge ${data.deliveryId}; given up`,
  ],
};
