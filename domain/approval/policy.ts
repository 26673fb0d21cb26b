import type { Approvers } from './approvers.ts';
import { approversFault } from './approvers.ts';
import { conditionFault, type Condition } from './conditions.ts';
import { windowFault, type AvailabilityWindow } from './window.ts';

/** Who approves what, and how (spec/90 'Policy'). A running request keeps the policy it was made with. */
export type ApprovalPolicy = {
  readonly name: string;
  /** The requestor verifies first (PAM "MFAEnabled"). */
  readonly requestorVerifies: boolean;
  /** Off: nobody else is asked; without a verification the request is approved at once. */
  readonly approvalNeeded: boolean;
  /** 1 to 5, one after the other. */
  readonly stages: readonly StagePolicy[];
  /** Requestor and beneficiary may count as approvers. */
  readonly selfApproval: boolean;
  readonly confirmation: Confirmation;
  readonly comment: 'never' | 'onRejection' | 'always';
  readonly justificationNeeded: boolean;
  /** Where this holds nobody is asked; recorded as skipped by rule. */
  readonly skipWhen?: Condition;
  readonly window?: AvailabilityWindow;
  /** Seconds; a longer grant that was asked for is cut to it. */
  readonly maxTtlSeconds: number;
  readonly approverMay: 'nothing' | 'shortenTtl';
  /** The requestor sees who is asked. */
  readonly approversVisible: boolean;
  readonly delegation: boolean;
  /** The calling system must acknowledge before a grant counts as active, or as closed. */
  readonly acknowledge: { readonly activation: boolean; readonly deactivation: boolean };
  /** User ids who are told of stuck callbacks and approvals by timeout; the notification list where empty. */
  readonly owners: readonly string[];
  /** Who answers for which subject: what `roleOwner` among approvers stands for. */
  readonly roleOwners: readonly {
    readonly subjectId: string;
    readonly userIds: readonly string[];
  }[];
};

/** How an approver confirms a decision. */
export type Confirmation = {
  /** Off: a decision counts that its own approver makes, signed in. */
  readonly required: boolean;
  /** `app`: signed with a registered device; `number`: there, with the number shown at the decision. */
  readonly methodClass: MethodClass;
};
export const methodClasses = ['any', 'app', 'number'] as const;
export type MethodClass = (typeof methodClasses)[number];

/** One round of asking: its own approvers, then up to three levels above them. */
export type StagePolicy = LevelPolicy & {
  /** `first`: one rejection ends it; `impossible`: it ends once enough approvals cannot come any more. */
  readonly rejection: 'first' | 'impossible';
  readonly escalation: readonly LevelPolicy[];
  /** After the last level's time. `approve` is flagged in reports. */
  readonly onTimeout: 'reject' | 'expire' | 'approve';
};

export type LevelPolicy = {
  readonly approvers: Approvers;
  /** Different people that must approve; `all`: everybody who was asked. */
  readonly quorum: number | 'all';
  readonly durationSeconds: number;
  readonly reminders: readonly Reminder[];
};

/** A moment within a level's time: a part of it, or so long after its start. */
export type Reminder =
  | { readonly kind: 'fraction'; readonly of: number }
  | { readonly kind: 'after'; readonly seconds: number };

export const minuteSeconds = 60;
export const daySeconds = 86_400;
export const maxStages = 5;
export const maxEscalations = 3;
export const maxReminders = 10;
export const maxDurationSeconds = 90 * daySeconds;
/** A grant of a year is no grant for a time. */
export const maxGrantSeconds = 365 * daySeconds;

/** Reminders where a policy names none. */
export const usualReminders: readonly Reminder[] = [
  { kind: 'fraction', of: 0.5 },
  { kind: 'fraction', of: 0.9 },
];

export const usualStage = (approvers: Approvers, more: Partial<StagePolicy> = {}): StagePolicy => ({
  approvers,
  quorum: 1,
  rejection: 'first',
  durationSeconds: 7 * daySeconds,
  reminders: usualReminders,
  escalation: [],
  onTimeout: 'expire',
  ...more,
});

/** A policy with the defaults of spec/90 for everything that is not given. */
export const policyWith = (
  given: Pick<ApprovalPolicy, 'name' | 'stages'> & Partial<ApprovalPolicy>,
): ApprovalPolicy => ({
  requestorVerifies: false,
  approvalNeeded: true,
  selfApproval: false,
  confirmation: { required: true, methodClass: 'any' },
  comment: 'onRejection',
  justificationNeeded: false,
  maxTtlSeconds: 3_600,
  approverMay: 'nothing',
  approversVisible: true,
  delegation: true,
  acknowledge: { activation: true, deactivation: true },
  owners: [],
  roleOwners: [],
  ...given,
});

const levelFault = (level: LevelPolicy): string | undefined => {
  if (level.quorum !== 'all' && (!Number.isInteger(level.quorum) || level.quorum < 1))
    return 'a quorum is a whole number from 1, or "all"';
  if (level.durationSeconds < minuteSeconds || level.durationSeconds > maxDurationSeconds)
    return 'a stage lasts from one minute to 90 days';
  if (level.reminders.length > maxReminders) return `a stage reminds at most ${maxReminders} times`;
  const outside = level.reminders.some((reminder) =>
    reminder.kind === 'fraction'
      ? reminder.of <= 0 || reminder.of >= 1
      : reminder.seconds <= 0 || reminder.seconds >= level.durationSeconds,
  );
  if (outside) return 'a reminder lies between the start and the end of its stage';
  return approversFault(level.approvers);
};

const stageFault = (stage: StagePolicy): string | undefined =>
  stage.escalation.length > maxEscalations
    ? `a stage has at most ${maxEscalations} escalation levels`
    : [stage, ...stage.escalation].map(levelFault).find(Boolean);

/** Why a policy cannot be used, in words that name the fix; undefined where it can. */
export const policyFault = (policy: ApprovalPolicy): string | undefined => {
  const { stages, approvalNeeded, maxTtlSeconds } = policy;
  if (approvalNeeded && (stages.length < 1 || stages.length > maxStages))
    return `a policy has 1 to ${maxStages} stages`;
  if (!Number.isInteger(maxTtlSeconds) || maxTtlSeconds < 1 || maxTtlSeconds > maxGrantSeconds)
    return `maxTtlSeconds is a whole number from 1 to ${maxGrantSeconds}`;
  return (
    stages.map(stageFault).find(Boolean) ??
    (policy.skipWhen && conditionFault(policy.skipWhen)) ??
    (policy.window && windowFault(policy.window))
  );
};
