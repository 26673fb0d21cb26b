import type { DomainEvent, EventData } from '../events.ts';
import type { ResolvedApprovers } from './approvers.ts';
import type { ApprovalFault, ApprovalState } from './states.ts';

/** One level of the open stage, with the people that it asked. */
export type OpenLevel = {
  readonly level: number;
  readonly approvers: ResolvedApprovers;
  readonly quorum: number;
  readonly dueAt: string;
  readonly remindAt: readonly string[];
  /** Reminders that went out. */
  readonly reminded: number;
};

export type OpenStage = {
  /** 1-based; 0 before the first one. */
  readonly stage: number;
  /** Levels that were asked, the newest last; those before may still decide. */
  readonly levels: readonly OpenLevel[];
  /** The level that is to be asked now; undefined while the newest one is being asked. */
  readonly toAsk: number | undefined;
  /** Until when lookups of people are tried again. */
  readonly lookupUntil: string | undefined;
};

/** The last decision for one approver's place; `by` is the delegate where one took it. */
export type Decision = EventData['ApprovalDecided'];

/** What waits for a verification to end. */
export type PendingVerification =
  | { readonly kind: 'requestor'; readonly authenticationId: string }
  | ({ readonly kind: 'decision' } & EventData['ApprovalDecisionAsked']);

export type Callback = {
  readonly deliveryId: string;
  readonly purpose: 'activate' | 'deactivate' | 'outcome';
  readonly status: 'open' | 'acknowledged' | 'parked';
  /** When somebody is told that it is not acknowledged; undefined where nobody waits for it, or was told. */
  readonly alarmAt: string | undefined;
};

/** A request for approval, folded from its own stream. */
export type Approval = { readonly status: 'none' } | ({ readonly status: 'begun' } & BegunApproval);

export type BegunApproval = {
  readonly request: EventData['ApprovalRequested'];
  readonly state: ApprovalState;
  /** Facts so far: every step's name carries it, so that each has a name of its own. */
  readonly facts: number;
  readonly requestorVerified: boolean;
  readonly open: OpenStage | undefined;
  /** Stages that were approved. */
  readonly stagesDone: number;
  readonly decisions: readonly Decision[];
  /** Everybody who was asked, of all stages. */
  readonly asked: readonly string[];
  readonly gone: readonly string[];
  readonly pending: readonly PendingVerification[];
  readonly usedAuthentications: readonly string[];
  /** Seconds of the grant, after approvers shortened it. */
  readonly ttlSeconds: number | undefined;
  readonly activateAt: string | undefined;
  readonly until: string | undefined;
  readonly endAnnounced: boolean;
  readonly closing: EventData['GrantClosed'] | undefined;
  readonly callbacks: readonly Callback[];
  /** When the calling system is told again to end a grant that it did not acknowledge. */
  readonly retryEndAt: string | undefined;
  readonly fault: ApprovalFault | undefined;
};

export const noApproval: Approval = { status: 'none' };

const begin = (request: EventData['ApprovalRequested']): BegunApproval => ({
  request,
  state: 'created',
  facts: 1,
  requestorVerified: false,
  open: undefined,
  stagesDone: 0,
  decisions: [],
  asked: [],
  gone: [],
  pending: [],
  usedAuthentications: [],
  ttlSeconds: request.ttlSeconds,
  activateAt: undefined,
  until: undefined,
  endAnnounced: false,
  closing: undefined,
  callbacks: [],
  retryEndAt: undefined,
  fault: undefined,
});

const settled = (approval: BegunApproval, authenticationId: string): BegunApproval => ({
  ...approval,
  pending: approval.pending.filter((one) => one.authenticationId !== authenticationId),
});

const inOpenStage = (approval: BegunApproval, change: Partial<OpenStage>): BegunApproval =>
  approval.open ? { ...approval, open: { ...approval.open, ...change } } : approval;

const withCallback = (
  approval: BegunApproval,
  deliveryId: string,
  purpose: Callback['purpose'],
  alarmAt?: string,
): BegunApproval => ({
  ...approval,
  callbacks: [...approval.callbacks, { deliveryId, purpose, status: 'open', alarmAt }],
});

const callbackIs = (
  approval: BegunApproval,
  deliveryId: string,
  change: Partial<Callback>,
): BegunApproval => ({
  ...approval,
  callbacks: approval.callbacks.map((one) =>
    one.deliveryId === deliveryId ? { ...one, ...change } : one,
  ),
});

const decided = (approval: BegunApproval, decision: Decision): BegunApproval => {
  const { authenticationId } = decision;
  const after = authenticationId === undefined ? approval : settled(approval, authenticationId);
  return {
    ...after,
    decisions: [...after.decisions, decision],
    usedAuthentications:
      authenticationId === undefined
        ? after.usedAuthentications
        : [...after.usedAuthentications, authenticationId],
  };
};

const evolveBegun = (approval: BegunApproval, event: DomainEvent): BegunApproval => {
  switch (event.type) {
    case 'ApprovalRequestorAsked': {
      const { authenticationId } = event.data;
      const asked = { kind: 'requestor', authenticationId } as const;
      return { ...approval, state: 'verifying-requestor', pending: [...approval.pending, asked] };
    }
    case 'ApprovalRequestorAnswered':
      return {
        ...settled(approval, event.data.authenticationId),
        requestorVerified: event.data.verified,
      };
    case 'ApprovalStageStarted': {
      const { stage, level, approvers, quorum, dueAt, remindAt } = event.data;
      const before = approval.open?.stage === stage ? approval.open.levels : [];
      const asked = { level, approvers, quorum, dueAt, remindAt, reminded: 0 };
      const open = {
        stage,
        levels: [...before, asked],
        toAsk: undefined,
        lookupUntil: undefined,
      };
      return { ...approval, state: 'pending', open };
    }
    case 'ApproverAsked':
      return approval.asked.includes(event.data.approverId)
        ? approval
        : { ...approval, asked: [...approval.asked, event.data.approverId] };
    case 'ApprovalReminded':
      return inOpenStage(approval, {
        levels: (approval.open?.levels ?? []).map((one) =>
          one.level === event.data.level ? { ...one, reminded: event.data.index + 1 } : one,
        ),
      });
    case 'ApprovalEscalated': {
      const { stage, level } = event.data;
      const levels = approval.open?.stage === stage ? approval.open.levels : [];
      const open = { stage, levels, toAsk: level + 1, lookupUntil: undefined };
      return { ...approval, state: 'pending', open };
    }
    case 'ApprovalLookupFailed': {
      const { stage, level, giveUpAt } = event.data;
      const levels = approval.open?.stage === stage ? approval.open.levels : [];
      const open = { stage, levels, toAsk: level, lookupUntil: giveUpAt };
      return { ...approval, state: 'pending', open };
    }
    case 'ApproverGone':
      return { ...approval, gone: [...approval.gone, event.data.approverId] };
    case 'ApprovalDecisionAsked':
      return { ...approval, pending: [...approval.pending, { kind: 'decision', ...event.data }] };
    case 'ApprovalDecisionRefused':
      return settled(approval, event.data.authenticationId);
    case 'ApprovalDecided':
      return decided(approval, event.data);
    case 'ApprovalStageClosed':
      return {
        ...approval,
        open: undefined,
        stagesDone: event.data.result === 'approved' ? event.data.stage : approval.stagesDone,
      };
    case 'ApprovalGranted':
      return {
        ...approval,
        state: 'approved',
        open: undefined,
        ttlSeconds: event.data.ttlSeconds ?? approval.ttlSeconds,
      };
    case 'ApprovalRejected':
      return { ...approval, state: 'rejected', open: undefined };
    case 'ApprovalExpired':
      return { ...approval, state: 'expired', open: undefined };
    case 'ApprovalCancelled':
      return { ...approval, state: 'cancelled', open: undefined };
    case 'ApprovalFailed':
      return { ...approval, state: 'failed', open: undefined, fault: event.data.fault };
    default:
      return evolveGrant(approval, event);
  }
};

const evolveGrant = (approval: BegunApproval, event: DomainEvent): BegunApproval => {
  switch (event.type) {
    case 'GrantScheduled':
      return { ...approval, state: 'scheduled', activateAt: event.data.activateAt };
    case 'GrantActivationAsked':
      return withCallback(approval, event.data.deliveryId, 'activate', event.data.alarmAt);
    case 'GrantActivated':
      return { ...approval, state: 'active', until: event.data.until };
    case 'GrantEndAnnounced':
      return { ...approval, endAnnounced: true };
    case 'GrantClosing':
      return {
        ...withCallback(approval, event.data.deliveryId, 'deactivate', event.data.alarmAt),
        state: 'closing',
        closing: grantEndOf(event.data),
        retryEndAt: undefined,
      };
    case 'GrantClosed':
      return { ...approval, state: 'closed' };
    case 'GrantExpired':
      return { ...approval, state: 'expired' };
    case 'CallbackAsked':
      return withCallback(approval, event.data.deliveryId, 'outcome');
    case 'CallbackAcknowledged':
      return callbackIs(approval, event.data.deliveryId, { status: 'acknowledged' });
    case 'CallbackLate':
      return callbackIs(approval, event.data.deliveryId, { alarmAt: undefined });
    case 'CallbackParked':
      return {
        ...callbackIs(approval, event.data.deliveryId, { status: 'parked' }),
        // Another callback may be given up on while an end waits to be told again.
        retryEndAt: event.data.retryAt ?? approval.retryEndAt,
      };
    default:
      return approval;
  }
};

const grantEndOf = ({ reason, note }: EventData['GrantClosing']): EventData['GrantClosed'] => ({
  reason,
  ...(note === undefined ? {} : { note }),
});

/** Folds one event of an approval's stream. */
export const evolveApproval = (approval: Approval, event: DomainEvent): Approval => {
  if (event.type === 'ApprovalRequested')
    return approval.status === 'none' ? { status: 'begun', ...begin(event.data) } : approval;
  if (approval.status === 'none') return approval;
  const { status } = approval;
  return { status, ...evolveBegun({ ...approval, facts: approval.facts + 1 }, event) };
};
