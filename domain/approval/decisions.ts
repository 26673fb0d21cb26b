import { Rejected } from '../errors.ts';
import type { DomainEvent, EventData } from '../events.ts';
import type { AnswerForm, CodeSource } from '../events/attempts.ts';
import type { DecisionFault } from '../events/approvals.ts';
import { toIso, toMs } from '../instants.ts';
import type { Method } from '../methods.ts';
import type { ResultCode } from '../results.ts';
import type { Sealed } from '../sealed.ts';
import { evolveApproval, type Approval, type BegunApproval } from './approval.ts';
import { everybodyIn } from './approvers.ts';
import { ballot, type Facts } from './ballot.ts';
import { conclude, hasEnded, type Moment } from './endings.ts';
import type { MethodClass } from './policy.ts';

/** Verifications of one request that may be open at one time. */
const maxPending = 50;

/** A person who wants to decide, as their own stream says they are now. */
export type Voter = {
  readonly userId: string;
  readonly mayAct: boolean;
  /** Approvers of the open stage who let this person decide in their place now. */
  readonly inPlaceOf: readonly string[];
};

export type Vote = {
  readonly decision: 'approve' | 'reject';
  readonly comment?: Sealed;
  readonly hash: string;
  readonly ttlSeconds?: number;
  /** The caller is this very person, signed in. */
  readonly signedIn: boolean;
  /** The program that relays it. */
  readonly callerId: string;
};

/** Who never counts: whoever the request is by or for (spec/90 'self-approval'). */
export const mayNotApprove = ({ request }: BegunApproval, userId: string): boolean =>
  !request.policy.selfApproval &&
  (userId === request.requestorId || userId === request.beneficiaryId);

type Seat = { readonly level: number; readonly delegatedFrom?: string };

/** The place that a person takes in the open stage: their own, or one that was left to them. */
const seatOf = (approval: BegunApproval, voter: Voter): Seat | undefined => {
  const { open, request } = approval;
  if (open === undefined || !voter.mayAct || mayNotApprove(approval, voter.userId))
    return undefined;
  const levelOf = (place: string) =>
    open.levels.findLast(({ approvers }) => everybodyIn(approvers).includes(place))?.level;
  const votes = ballot(approval, open.stage);
  const taken = [...votes].find(([, { approverId }]) => approverId === voter.userId)?.[0];
  const own = levelOf(voter.userId);
  if (own !== undefined && (taken === undefined || taken === voter.userId)) return { level: own };
  if (!request.policy.delegation) return undefined;
  const free = voter.inPlaceOf.filter((place) => {
    const vote = votes.get(place);
    // Who decided in person has decided; another delegate's place is taken too.
    return vote === undefined || (vote.delegatedFrom === place && vote.approverId === voter.userId);
  });
  // A person stays in the place they took: whoever is lent another one meanwhile does not count twice.
  const mine = taken === undefined ? free[0] : free.find((place) => place === taken);
  const level = mine === undefined ? undefined : levelOf(mine);
  return mine === undefined || level === undefined ? undefined : { level, delegatedFrom: mine };
};

const wantsComment = (rule: BegunApproval['request']['policy']['comment'], vote: Vote): boolean =>
  rule === 'always' || (rule === 'onRejection' && vote.decision === 'reject');

/** @throws {Rejected} alreadyDecided, notAllowed, conflict, invalid */
const check = (approval: BegunApproval, voter: Voter, vote: Vote): Seat => {
  const { policy, hash } = approval.request;
  if (hasEnded(approval) || !['created', 'verifying-requestor', 'pending'].includes(approval.state))
    throw new Rejected('alreadyDecided', `the request is ${approval.state}`);
  const seat = seatOf(approval, voter);
  if (seat === undefined) throw new Rejected('notAllowed', 'this person is not asked to decide');
  if (vote.hash !== hash)
    throw new Rejected('conflict', 'what was shown to the approver is not this request');
  if (wantsComment(policy.comment, vote) && vote.comment === undefined)
    throw new Rejected('invalid', 'comment: this decision needs one');
  if (vote.ttlSeconds === undefined) return seat;
  if (policy.approverMay !== 'shortenTtl')
    throw new Rejected('notAllowed', 'this policy lets nobody change the time');
  if (approval.ttlSeconds === undefined || vote.ttlSeconds > approval.ttlSeconds)
    throw new Rejected('invalid', 'ttlSeconds: an approver may only shorten the time');
  return seat;
};

const voteData = ({ decision, comment, hash, ttlSeconds }: Vote) => ({
  decision,
  hash,
  ...(comment === undefined ? {} : { comment }),
  ...(ttlSeconds === undefined ? {} : { ttlSeconds }),
});

/** The facts and what follows from them, each decided on the state that the ones before leave. */
export const followedBy = (
  approval: BegunApproval,
  facts: Facts,
  then: (after: BegunApproval) => Facts,
): Facts => {
  const after = facts.reduce<Approval>(evolveApproval, { status: 'begun', ...approval });
  return after.status === 'begun' ? [...facts, ...then(after)] : facts;
};

/**
 * Somebody wants to decide. Where the policy wants it confirmed, that is only put down, to count once the person
 * has verified.
 * @param authenticationId of the verification that is to confirm it
 * @throws {Rejected} alreadyDecided, notAllowed, conflict, invalid, throttled
 */
export const askDecision = (
  approval: BegunApproval,
  voter: Voter,
  vote: Vote,
  authenticationId: string,
  moment: Moment,
): Facts => {
  const { level, ...from } = check(approval, voter, vote);
  const { stage } = approval.open!;
  const at = toIso(moment.nowMs);
  const common = { stage, level, approverId: voter.userId, ...voteData(vote), ...from, at };
  if (vote.signedIn && !approval.request.policy.confirmation.required)
    return followedBy(
      approval,
      [{ type: 'ApprovalDecided', data: { ...common, counted: true } }],
      (after) => conclude(after, moment),
    );
  if (approval.pending.length >= maxPending)
    throw new Rejected('throttled', 'too many decisions are being verified');
  const isOpen = approval.pending.some(
    (one) => one.kind === 'decision' && one.approverId === voter.userId,
  );
  if (isOpen) throw new Rejected('conflict', 'a decision of this person is being verified');
  const { callerId } = vote;
  return [{ type: 'ApprovalDecisionAsked', data: { authenticationId, callerId, ...common } }];
};

/** What is on record of a verification that was to confirm a decision. */
export type Evidence = {
  readonly code: ResultCode;
  readonly userId: string | undefined;
  readonly startedAt: string;
  /** The person was asked in this very attempt, which followed nobody else's. */
  readonly challenged: boolean;
  readonly method: Method | undefined;
  readonly form: AnswerForm | undefined;
  readonly source: CodeSource | undefined;
  /** The device or phone that answered is the requestor's or the beneficiary's too. */
  readonly shared: boolean;
};

/** Codes that an administrator can hand out, or anybody can learn, prove nobody here. */
const countsAsProof = ({ source }: Evidence): boolean =>
  source === undefined || source === 'oath' || source === 'sms';

const strongEnough = (methodClass: MethodClass, { method, form }: Evidence): boolean => {
  if (methodClass === 'any') return true;
  if (method !== 'app') return false;
  return methodClass === 'app' || form === 'number' || form === 'pinAndNumber';
};

const faultOf = (
  approval: BegunApproval,
  asked: Omit<EventData['ApprovalDecisionAsked'], 'callerId'>,
  evidence: Evidence,
): DecisionFault | undefined => {
  const { policy } = approval.request;
  if (approval.usedAuthentications.includes(asked.authenticationId)) return 'replayed';
  if (evidence.code !== 'APPROVED') return 'notVerified';
  const isOwn =
    evidence.userId === asked.approverId &&
    evidence.challenged &&
    toMs(evidence.startedAt) >= toMs(asked.at);
  if (!isOwn) return 'notAChallenge';
  if (!countsAsProof(evidence) || !strongEnough(policy.confirmation.methodClass, evidence))
    return 'weakMethod';
  return evidence.shared && !policy.selfApproval ? 'sharedDevice' : undefined;
};

/** The verification has ended: the decision counts, or it does not. A repeated end changes nothing. */
export const settleDecision = (
  approval: BegunApproval,
  authenticationId: string,
  evidence: Evidence,
  voter: Voter,
  moment: Moment,
): Facts => {
  const asked = approval.pending.find((one) => one.authenticationId === authenticationId);
  if (asked?.kind !== 'decision') return [];
  const { kind: _kind, callerId: _callerId, ...data } = asked;
  const { approverId } = data;
  const isOpen = approval.open?.stage === data.stage && !hasEnded(approval);
  const mayStill = isOpen
    ? seatOf(approval, voter)?.delegatedFrom === data.delegatedFrom && seatOf(approval, voter)
    : voter.mayAct;
  const fault = faultOf(approval, data, evidence) ?? (mayStill ? undefined : 'notAllowed');
  if (fault !== undefined) {
    const code = evidence.code === 'APPROVED' ? {} : { code: evidence.code };
    return [
      {
        type: 'ApprovalDecisionRefused',
        data: { authenticationId, approverId, reason: fault, ...code },
      },
    ];
  }
  const method = evidence.method === undefined ? {} : { method: evidence.method };
  const decided: DomainEvent = {
    type: 'ApprovalDecided',
    data: { ...data, ...method, counted: isOpen, at: toIso(moment.nowMs) },
  };
  return followedBy(approval, [decided], (after) => (isOpen ? conclude(after, moment) : []));
};

/** An approver's account is gone or off: the task ends, and with it perhaps the stage. */
export const approverGone = (
  approval: BegunApproval,
  approverId: string,
  reason: 'removed' | 'disabled',
  moment: Moment,
): Facts => {
  const { open } = approval;
  const isAsked =
    open !== undefined &&
    open.levels.some(({ approvers }) => everybodyIn(approvers).includes(approverId));
  if (!isAsked || approval.gone.includes(approverId) || hasEnded(approval)) return [];
  return followedBy(approval, [{ type: 'ApproverGone', data: { approverId, reason } }], (after) =>
    conclude(after, moment),
  );
};
