import type { DomainEvent } from '../events.ts';
import { toIso, toMs } from '../instants.ts';
import type { BegunApproval } from './approval.ts';
import { everybodyIn, maxAsked, treeMet, type ResolvedApprovers } from './approvers.ts';
import { stagePolicy, type Facts } from './ballot.ts';
import { holds, type ConditionFacts } from './conditions.ts';
import { failed, granted, hasEnded, type Moment } from './endings.ts';
import type { LevelPolicy, Reminder, StagePolicy } from './policy.ts';
import type { ApprovalFault } from './states.ts';

/** A level's people, looked up a moment ago. */
export type LookedUp = {
  readonly approvers: ResolvedApprovers;
  /** Who lets whom decide in their place now. */
  readonly delegations: readonly {
    readonly approverId: string;
    readonly delegateId: string;
    readonly delegationId: string;
  }[];
};

/** How long lookups that fail are tried again (spec/90 'Errors'). */
export const lookupForMs = 15 * 60_000;

export const levelPolicy = (policy: StagePolicy, level: number): LevelPolicy =>
  level === 0 ? policy : policy.escalation[level - 1]!;

/** What the workflow has to look people up for, if anything. */
export const levelToAsk = (
  approval: BegunApproval,
): { readonly stage: number; readonly level: number } | undefined => {
  if (hasEnded(approval) || approval.state === 'created') return undefined;
  const { open, stagesDone, pending } = approval;
  if (open !== undefined)
    return open.toAsk === undefined ? undefined : { stage: open.stage, level: open.toAsk };
  if (approval.state === 'verifying-requestor')
    return pending.length === 0 && approval.requestorVerified ? { stage: 1, level: 0 } : undefined;
  return approval.state === 'pending' ? { stage: stagesDone + 1, level: 0 } : undefined;
};

/** Why a level cannot be asked; undefined where it can. */
export const levelFault = (
  { quorum }: LevelPolicy,
  approvers: ResolvedApprovers,
): ApprovalFault | undefined => {
  const people = everybodyIn(approvers);
  if (people.length === 0) return 'NO_APPROVERS';
  if (people.length > maxAsked) return 'POLICY_INVALID';
  const enough =
    (quorum === 'all' || quorum <= people.length) && treeMet(approvers, new Set(people));
  return enough ? undefined : 'QUORUM_TOO_LARGE';
};

/** Why a stage cannot be begun, with its own approvers or any level above them. */
export const stageFault = (
  policy: StagePolicy,
  levels: readonly ResolvedApprovers[],
): ApprovalFault | undefined => {
  const faults = levels.map((approvers, level) =>
    levelFault(levelPolicy(policy, level), approvers),
  );
  return faults.includes(undefined) ? undefined : faults[0];
};

const reminderMs = (reminder: Reminder, durationMs: number): number =>
  reminder.kind === 'fraction' ? Math.round(reminder.of * durationMs) : reminder.seconds * 1_000;

/** A level is asked; or the one above it, where nobody is there to ask. */
export const askLevel = (
  approval: BegunApproval,
  { stage, level }: { readonly stage: number; readonly level: number },
  { approvers, delegations }: LookedUp,
  moment: Moment,
): Facts => {
  const policy = stagePolicy(approval, stage);
  const own = levelPolicy(policy, level);
  const fault = levelFault(own, approvers);
  if (fault !== undefined)
    return level < policy.escalation.length
      ? [{ type: 'ApprovalEscalated', data: { stage, level, reason: 'noApprovers' } }]
      : failed(approval, fault, moment);
  const people = everybodyIn(approvers);
  const durationMs = own.durationSeconds * 1_000;
  const dueMs = moment.nowMs + durationMs;
  const { endsAt } = approval.request;
  const dueAt = toIso(endsAt === undefined ? dueMs : Math.min(dueMs, toMs(endsAt)));
  const moments = own.reminders
    .map((reminder) => moment.nowMs + reminderMs(reminder, durationMs))
    .filter((atMs) => atMs < toMs(dueAt));
  const started: DomainEvent = {
    type: 'ApprovalStageStarted',
    data: {
      stage,
      level,
      approvers,
      quorum: own.quorum === 'all' ? people.length : own.quorum,
      dueAt,
      remindAt: moments.toSorted((a, b) => a - b).map(toIso),
    },
  };
  return [
    started,
    ...people.map((approverId): DomainEvent => ({
      type: 'ApproverAsked',
      data: { approverId, stage, level },
    })),
    ...delegations.map((delegation): DomainEvent => ({
      type: 'ApprovalDelegated',
      data: { ...delegation, stage, level },
    })),
  ];
};

/** The people could not be looked up: tried again for a quarter of an hour, then it has failed. */
export const lookupFailed = (
  approval: BegunApproval,
  { stage, level }: { readonly stage: number; readonly level: number },
  moment: Moment,
): Facts => {
  const until = approval.open?.lookupUntil;
  if (until === undefined)
    return [
      {
        type: 'ApprovalLookupFailed',
        data: { stage, level, giveUpAt: toIso(moment.nowMs + lookupForMs) },
      },
    ];
  return toMs(until) <= moment.nowMs ? failed(approval, 'DIRECTORY_DOWN', moment) : [];
};

const whoGrants = (
  { requestorVerified }: BegunApproval,
  rule: 'approvalNotNeeded' | 'skipWhen',
): 'requestor' | 'rule' =>
  requestorVerified && rule === 'approvalNotNeeded' ? 'requestor' : 'rule';

/** How a request goes on once it was taken and its hours have come: a verification, a rule, or people. */
export type Next =
  | { readonly kind: 'facts'; readonly facts: Facts }
  | { readonly kind: 'verify' }
  | { readonly kind: 'ask' };

export const next = (approval: BegunApproval, facts: ConditionFacts, moment: Moment): Next => {
  const { policy } = approval.request;
  if (policy.requestorVerifies && !approval.requestorVerified) return { kind: 'verify' };
  const by = (rule: 'approvalNotNeeded' | 'skipWhen'): Next => ({
    kind: 'facts',
    facts: [
      { type: 'ApprovalSkipped', data: { rule } },
      ...granted(approval, whoGrants(approval, rule), moment),
    ],
  });
  if (!policy.approvalNeeded) return by('approvalNotNeeded');
  if (policy.skipWhen !== undefined && holds(policy.skipWhen, facts)) return by('skipWhen');
  return { kind: 'ask' };
};
