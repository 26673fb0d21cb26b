import { z } from 'zod';
import type { ResolvedApprovers } from '../../../domain/approval/approvers.ts';
import type { ApprovalPolicy } from '../../../domain/approval/policy.ts';
import { approvalFaults } from '../../../domain/approval/states.ts';
import type { ApprovalEvents } from '../../../domain/events/approvals.ts';
import {
  count,
  flag,
  id,
  ids,
  instant,
  method,
  optional,
  resultCode,
  sealed,
  text,
  type Shapes,
} from '../fields.ts';

/** Policies and trees were judged by the domain; here they must only be objects of a bounded size. */
const maxTreeLength = 100_000;
const tree = <T>() =>
  z.custom<T>(
    (value) =>
      typeof value === 'object' && value !== null && JSON.stringify(value).length <= maxTreeLength,
    { error: 'not a tree of data' },
  );

const decision = z.enum(['approve', 'reject']);
const grantEnd = z.enum(['ttl', 'requestor', 'approver', 'administrator', 'caller']);
const level = { stage: count, level: count };

export const approvalFields = {
  ApprovalRequested: {
    policyId: id,
    policyVersion: count,
    policy: tree<ApprovalPolicy>(),
    requestorId: id,
    beneficiaryId: optional(id),
    callerId: id,
    subject: z.strictObject({ kind: text, id: text, name: text }).readonly(),
    title: sealed,
    details: optional(sealed),
    link: optional(sealed),
    justification: optional(sealed),
    hash: id,
    requestedTime: optional(instant),
    ttlSeconds: optional(count),
    reference: optional(text),
    webhookId: optional(id),
    endsAt: optional(instant),
    opensAt: optional(instant),
  },
  ApprovalRequestorAsked: { authenticationId: id },
  ApprovalRequestorAnswered: { authenticationId: id, code: resultCode, verified: flag },
  ApprovalSkipped: { rule: z.enum(['approvalNotNeeded', 'skipWhen']) },
  ApprovalStageStarted: {
    ...level,
    approvers: tree<ResolvedApprovers>(),
    quorum: count,
    dueAt: instant,
    remindAt: z.array(instant).max(10).readonly(),
  },
  ApproverAsked: { approverId: id, ...level },
  ApprovalReminded: { ...level, index: count, approverIds: ids },
  ApprovalEscalated: { ...level, reason: z.enum(['timeout', 'impossible', 'noApprovers']) },
  ApprovalDelegated: { approverId: id, delegateId: id, delegationId: id, ...level },
  ApproverGone: { approverId: id, reason: z.enum(['removed', 'disabled']) },
  ApprovalDecisionAsked: {
    authenticationId: id,
    callerId: id,
    ...level,
    approverId: id,
    decision,
    comment: optional(sealed),
    hash: id,
    delegatedFrom: optional(id),
    ttlSeconds: optional(count),
    at: instant,
  },
  ApprovalDecisionRefused: {
    authenticationId: id,
    approverId: id,
    reason: z.enum([
      'notVerified',
      'notAChallenge',
      'weakMethod',
      'sharedDevice',
      'notAllowed',
      'replayed',
    ]),
    code: optional(resultCode),
  },
  ApprovalDecided: {
    ...level,
    approverId: id,
    decision,
    comment: optional(sealed),
    hash: id,
    delegatedFrom: optional(id),
    ttlSeconds: optional(count),
    authenticationId: optional(id),
    method: optional(method),
    counted: flag,
    at: instant,
  },
  ApprovalStageClosed: {
    stage: count,
    result: z.enum(['approved', 'rejected', 'expired']),
    reason: z.enum(['decided', 'timeout', 'impossible']),
  },
  ApprovalGranted: {
    by: z.enum(['decisions', 'timeout', 'rule', 'requestor']),
    ttlSeconds: optional(count),
  },
  ApprovalRejected: {
    reason: z.enum(['decisions', 'timeout', 'impossible', 'requestorNotVerified']),
  },
  ApprovalExpired: { reason: z.enum(['timeout', 'impossible', 'moot']) },
  ApprovalCancelled: {
    by: z.enum(['requestor', 'administrator', 'system']),
    reason: optional(text),
  },
  ApprovalFailed: { fault: z.enum(approvalFaults) },
  ApprovalLookupFailed: { ...level, giveUpAt: instant },
  GrantScheduled: { activateAt: instant },
  GrantActivationAsked: { deliveryId: id, alarmAt: instant },
  GrantActivated: { until: instant },
  GrantEndAnnounced: { until: instant },
  GrantClosing: { deliveryId: id, alarmAt: instant, reason: grantEnd, note: optional(text) },
  GrantClosed: { reason: grantEnd, note: optional(text) },
  GrantExpired: { until: instant },
  CallbackAsked: { deliveryId: id },
  CallbackAcknowledged: { deliveryId: id },
  CallbackLate: { deliveryId: id },
  CallbackParked: { deliveryId: id, retryAt: optional(instant) },
} satisfies Shapes<ApprovalEvents>;
