import { toIso, toMs } from '../instants.ts';
import type { EventData } from '../events.ts';
import type { BegunApproval } from './approval.ts';
import { ballot, stagePolicy, standing, type Facts } from './ballot.ts';
import { deactivationId } from './callbacks.ts';
import { isOver, type ApprovalState } from './states.ts';

/** Somebody is told of a callback that is not acknowledged by then. */
const alarmAfterMs = 60_000;

export type Moment = { readonly approvalId: string; readonly nowMs: number };

export const hasGrant = ({ request }: BegunApproval): boolean => request.ttlSeconds !== undefined;

/** Decided for good; what is left is to tell others. */
export const hasEnded = (approval: BegunApproval): boolean =>
  isOver(approval.state, hasGrant(approval));

/** Tells the calling system how it ended, where it wants to know. */
export const outcomeCallback = (
  { request }: BegunApproval,
  state: ApprovalState,
  { approvalId }: Moment,
): Facts =>
  request.webhookId === undefined
    ? []
    : [{ type: 'CallbackAsked', data: { deliveryId: `${approvalId}-${state}` } }];

export const rejected = (
  approval: BegunApproval,
  reason: EventData['ApprovalRejected']['reason'],
  moment: Moment,
): Facts => [
  { type: 'ApprovalRejected', data: { reason } },
  ...outcomeCallback(approval, 'rejected', moment),
];

export const expired = (
  approval: BegunApproval,
  reason: EventData['ApprovalExpired']['reason'],
  moment: Moment,
): Facts => [
  { type: 'ApprovalExpired', data: { reason } },
  ...outcomeCallback(approval, 'expired', moment),
];

export const failed = (
  approval: BegunApproval,
  fault: EventData['ApprovalFailed']['fault'],
  moment: Moment,
): Facts => [
  { type: 'ApprovalFailed', data: { fault } },
  ...outcomeCallback(approval, 'failed', moment),
];

/** The grant's length: what was asked for, or the least that an approver let through. */
const grantedSeconds = (approval: BegunApproval): number | undefined => {
  const { ttlSeconds } = approval.request;
  if (ttlSeconds === undefined) return undefined;
  const stages = approval.request.policy.stages.map((_, index) => index + 1);
  const shortened = stages.flatMap((stage) =>
    [...ballot(approval, stage).values()]
      .filter(({ decision }) => decision === 'approve')
      .flatMap((vote) => vote.ttlSeconds ?? []),
  );
  return Math.min(ttlSeconds, ...shortened);
};

export const granted = (
  approval: BegunApproval,
  by: EventData['ApprovalGranted']['by'],
  moment: Moment,
): Facts => {
  const ttlSeconds = grantedSeconds(approval);
  const facts: Facts = [
    { type: 'ApprovalGranted', data: { by, ...(ttlSeconds === undefined ? {} : { ttlSeconds }) } },
    ...outcomeCallback(approval, 'approved', moment),
  ];
  if (ttlSeconds === undefined) return facts;
  const { requestedTime } = approval.request;
  if (requestedTime !== undefined && toMs(requestedTime) > moment.nowMs)
    return [...facts, { type: 'GrantScheduled', data: { activateAt: requestedTime } }];
  return [...facts, ...activation({ ...approval, ttlSeconds }, moment)];
};

/** The calling system is asked to begin the grant; it has begun at once where nobody must say so. */
export const activation = (approval: BegunApproval, moment: Moment): Facts => {
  const { webhookId, policy } = approval.request;
  if (webhookId === undefined) return activated(approval, moment);
  const alarmAt = toIso(moment.nowMs + alarmAfterMs);
  const deliveryId = `${moment.approvalId}-activate`;
  return [
    { type: 'GrantActivationAsked', data: { deliveryId, alarmAt } },
    ...(policy.acknowledge.activation ? [] : activated(approval, moment)),
  ];
};

export const activated = (approval: BegunApproval, { nowMs }: Moment): Facts => [
  {
    type: 'GrantActivated',
    data: { until: toIso(nowMs + (approval.ttlSeconds ?? 0) * 1_000) },
  },
];

/** The grant is over: closed where the calling system has taken it away, closing until it says so. */
export const ending = (
  approval: BegunApproval,
  end: EventData['GrantClosed'],
  moment: Moment,
): Facts => {
  const { webhookId, policy } = approval.request;
  const over: Facts =
    end.reason === 'ttl'
      ? [{ type: 'GrantExpired', data: { until: approval.until ?? toIso(moment.nowMs) } }]
      : [{ type: 'GrantClosed', data: end }];
  if (webhookId === undefined) return over;
  const rounds = approval.callbacks.filter(({ purpose }) => purpose === 'deactivate').length;
  const deliveryId = deactivationId(moment.approvalId, rounds + 1);
  const alarmAt = toIso(moment.nowMs + alarmAfterMs);
  return [
    { type: 'GrantClosing', data: { deliveryId, alarmAt, ...end } },
    ...(policy.acknowledge.deactivation ? [] : over),
  ];
};

/** What follows from the decisions so far and from who is left: the stage goes on, closes, or goes a level up. */
export const conclude = (approval: BegunApproval, moment: Moment): Facts => {
  const { open } = approval;
  if (open === undefined || open.levels.length === 0) return [];
  const { stage, levels } = open;
  const policy = stagePolicy(approval, stage);
  const stands = standing(approval, open, policy);
  if (stands.kind === 'open') return [];
  if (stands.kind === 'approved') return stageApproved(approval, 'decided', moment);
  const newest = levels.at(-1)!.level;
  const isFinal = stands.kind === 'rejected' && stands.reason === 'decided';
  if (!isFinal && newest < policy.escalation.length)
    return open.toAsk === undefined
      ? [{ type: 'ApprovalEscalated', data: { stage, level: newest, reason: 'impossible' } }]
      : [];
  if (stands.kind === 'rejected')
    return [
      { type: 'ApprovalStageClosed', data: { stage, result: 'rejected', reason: stands.reason } },
      ...rejected(approval, isFinal ? 'decisions' : 'impossible', moment),
    ];
  // Nobody is left who could say anything. That is never a yes, whatever the rule for silence is.
  const end = policy.onTimeout === 'reject' ? 'rejected' : 'expired';
  return [
    { type: 'ApprovalStageClosed', data: { stage, result: end, reason: 'impossible' } },
    ...(end === 'rejected'
      ? rejected(approval, 'impossible', moment)
      : expired(approval, 'impossible', moment)),
  ];
};

export const stageApproved = (
  approval: BegunApproval,
  reason: 'decided' | 'timeout',
  moment: Moment,
): Facts => {
  const { stage } = approval.open!;
  const closed: Facts = [
    { type: 'ApprovalStageClosed', data: { stage, result: 'approved', reason } },
  ];
  return stage < approval.request.policy.stages.length
    ? closed
    : [...closed, ...granted(approval, reason === 'timeout' ? 'timeout' : 'decisions', moment)];
};
