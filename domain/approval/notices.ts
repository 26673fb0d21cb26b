import type { DomainEvent } from '../events.ts';
import type { Occasion } from '../notice.ts';
import { evolveApproval, type Approval, type BegunApproval } from './approval.ts';
import { everybodyIn } from './approvers.ts';
import { undecided } from './ballot.ts';
import { activationAsked, mayBeginGrant } from './callbacks.ts';

/** Who is told what, without the texts: those are sealed and are filled in where the mail is made. */
export type Told = {
  readonly key: string;
  readonly occasion: Occasion;
  /** Absent: the company's notification list. */
  readonly userId?: string;
  readonly until?: string;
  readonly reason?: string;
};

const ends: Partial<Record<DomainEvent['type'], true>> = {
  ApprovalGranted: true,
  ApprovalRejected: true,
  ApprovalExpired: true,
  ApprovalCancelled: true,
  ApprovalFailed: true,
  GrantActivated: true,
  GrantClosed: true,
  GrantExpired: true,
};

type Telling = Omit<Told, 'key'>;

const owners = ({ request }: BegunApproval, reason: string): readonly Telling[] => {
  const told = { occasion: 'approvalStuck', reason } as const;
  const { owners: users } = request.policy;
  return users.length === 0 ? [told] : users.map((userId) => ({ ...told, userId }));
};

const stuck = (deliveryId: string, approval: BegunApproval): readonly Telling[] =>
  owners(approval, `The calling system does not acknowledge ${deliveryId}`);

/** @param before the request without this fact, `after` with it */
const toldOf = (
  event: DomainEvent,
  before: BegunApproval,
  after: BegunApproval,
): readonly Telling[] => {
  const requestor = before.request.requestorId;
  const dueAt = after.open?.levels.at(-1)?.dueAt;
  const until = dueAt === undefined ? {} : { until: dueAt };
  switch (event.type) {
    case 'ApproverAsked':
      return [{ occasion: 'approvalAsked', userId: event.data.approverId, ...until }];
    case 'ApprovalDelegated':
      return [{ occasion: 'approvalAsked', userId: event.data.delegateId, ...until }];
    case 'ApprovalStageStarted': {
      if (event.data.level > 0) return [];
      const occasion = event.data.stage === 1 ? 'approvalCreated' : 'approvalDecided';
      return [{ occasion, userId: requestor, ...until }];
    }
    case 'ApprovalReminded':
      return event.data.approverIds.map((userId) => ({
        occasion: 'approvalReminder',
        userId,
        ...until,
      }));
    case 'ApprovalEscalated': {
      const former = before.open?.levels.at(-1);
      const people = former === undefined ? [] : everybodyIn(former.approvers);
      return people.map((userId) => ({ occasion: 'approvalEscalated', userId, ...until }));
    }
    case 'ApprovalStageClosed':
      return before.open === undefined
        ? []
        : undecided(before, before.open).map((userId) => ({
            occasion: 'approvalSettled',
            userId,
            reason: event.data.result,
          }));
    case 'GrantEndAnnounced':
      return [{ occasion: 'approvalEnding', userId: requestor, until: event.data.until }];
    case 'CallbackParked':
      // A grant that is not to begin any more was withdrawn: nobody has to see to it.
      if (event.data.deliveryId === activationAsked(before) && !mayBeginGrant(before)) return [];
      return stuck(event.data.deliveryId, before);
    case 'CallbackLate':
      return stuck(event.data.deliveryId, before);
    default:
      return endTold(event, before);
  }
};

const endTold = (event: DomainEvent, before: BegunApproval): readonly Telling[] => {
  if (ends[event.type] !== true) return [];
  const requestor = { occasion: 'approvalDecided', userId: before.request.requestorId } as const;
  if (event.type === 'ApprovalCancelled' && event.data.by === 'requestor') return [];
  if (event.type === 'ApprovalFailed') return [requestor, ...owners(before, event.data.fault)];
  return event.type === 'ApprovalGranted' && event.data.by === 'timeout'
    ? [requestor, ...owners(before, 'Approved because nobody answered in time')]
    : [requestor];
};

/**
 * Everything that people are to be told because of some facts of one request. A login asks its approvers and tells
 * nobody else: its own end is seen at the login.
 */
export const tellings = (
  before: Approval,
  facts: readonly DomainEvent[],
): readonly (Told & { readonly state: BegunApproval['state'] })[] => {
  const all: (Told & { readonly state: BegunApproval['state'] })[] = [];
  let approval = before;
  for (const fact of facts) {
    const after = evolveApproval(approval, fact);
    if (approval.status === 'begun' && after.status === 'begun') {
      for (const [index, telling] of toldOf(fact, approval, after).entries())
        all.push({ ...telling, key: `${after.facts}-${index}`, state: after.state });
    }
    approval = after;
  }
  return all;
};
