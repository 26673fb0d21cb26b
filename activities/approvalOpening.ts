import { evolveApproval, noApproval, type BegunApproval } from '../domain/approval/approval.ts';
import { askLevel, lookupFailed, next, stageFault } from '../domain/approval/asking.ts';
import type { Facts } from '../domain/approval/ballot.ts';
import type { Moment } from '../domain/approval/endings.ts';
import type { NewApprovalRequest, Refusal } from '../domain/approval/inputs.ts';
import { policyFault, type ApprovalPolicy } from '../domain/approval/policy.ts';
import { nextOpening } from '../domain/approval/window.ts';
import type { RejectedKind } from '../domain/errors.ts';
import type { DomainEvent, EventData } from '../domain/events.ts';
import { toIso } from '../domain/instants.ts';
import type { ResolvedApprovers } from '../domain/approval/approvers.ts';
import type { Aggregates } from './aggregates.ts';
import type { ApprovalPeople } from './approvalPeople.ts';
import type { ApprovalTextTools, PlainTexts } from './approvalTexts.ts';
import type { Ports } from './ports.ts';

/** Thrown inside of this file alone: a request that is not taken. */
class NotTaken extends Error {
  override readonly name = 'NotTaken';
  readonly refusal: Refusal;
  constructor(kind: RejectedKind, code: Refusal['code'], message: string) {
    super(message);
    this.refusal = { kind, code, message };
  }
}

const refuse = (kind: RejectedKind, code: Refusal['code'], message: string): never => {
  throw new NotTaken(kind, code, message);
};

const loginTitle = (application: string): string => `Sign-in to ${application}`.slice(0, 80);

const opensAt = (policy: ApprovalPolicy, nowMs: number): string | undefined => {
  const { window } = policy;
  const opensMs = window === undefined ? nowMs : nextOpening(window, nowMs);
  if (window === undefined || opensMs <= nowMs) return undefined;
  return window.outside === 'wait'
    ? toIso(opensMs)
    : refuse('notAllowed', 'OUTSIDE_WINDOW', 'the policy takes no requests at this time');
};

const ttlOf = (
  { requestedTtlSeconds, requestedTime }: NewApprovalRequest,
  { maxTtlSeconds }: ApprovalPolicy,
): number | undefined =>
  requestedTtlSeconds === undefined && requestedTime === undefined
    ? undefined
    : Math.min(requestedTtlSeconds ?? maxTtlSeconds, maxTtlSeconds);

/** The first step of a request: whether it is taken, and how it begins. */
export const approvalOpening = (
  ports: Ports,
  aggregates: Aggregates,
  people: ApprovalPeople,
  texts: ApprovalTextTools,
) => {
  const usablePolicy = async (
    policyId: string,
  ): Promise<{ policy: ApprovalPolicy; revision: number }> => {
    const { state, revision } = await aggregates.configuration();
    const policy = state.items.approvalPolicy.get(policyId);
    if (policy === undefined)
      return refuse('invalid', 'POLICY_UNKNOWN', 'there is no such approval policy');
    const fault = policyFault(policy);
    return fault === undefined
      ? { policy, revision }
      : refuse('invalid', 'POLICY_INVALID', `the approval policy cannot be used: ${fault}`);
  };

  const requestorOf = async (request: NewApprovalRequest, nowMs: number): Promise<string> => {
    const userId = await people.find(request.requestor);
    const standing = userId === undefined ? 'absent' : await people.standing(userId, nowMs);
    if (userId === undefined || standing === 'absent')
      return refuse('notFound', 'REQUESTOR_UNKNOWN', 'there is no such requestor');
    return standing === 'good'
      ? userId
      : refuse('conflict', 'REQUESTOR_BLOCKED', 'the requestor is disabled or blocked');
  };

  const beneficiaryOf = async (request: NewApprovalRequest, nowMs: number) => {
    if (request.beneficiary === undefined) return undefined;
    const userId = await people.find(request.beneficiary);
    const known = userId !== undefined && (await people.standing(userId, nowMs)) !== 'absent';
    return known
      ? userId
      : refuse('notFound', 'BENEFICIARY_UNKNOWN', 'there is no such beneficiary');
  };

  const requested = async (
    approvalId: string,
    open: NewApprovalRequest,
    nowMs: number,
  ): Promise<EventData['ApprovalRequested']> => {
    const { policy, revision } = await usablePolicy(open.policyId);
    const requestorId = await requestorOf(open, nowMs);
    const beneficiaryId = await beneficiaryOf(open, nowMs);
    const { items } = (await aggregates.configuration()).state;
    if (open.webhookId !== undefined && !items.webhook.has(open.webhookId))
      refuse('invalid', 'CALLBACK_UNKNOWN', 'there is no such webhook');
    const plain: PlainTexts =
      'application' in open.texts
        ? {
            title: loginTitle(open.texts.application),
            details: [],
            link: undefined,
            justification: undefined,
          }
        : await texts.incoming(approvalId, open.texts);
    if (policy.justificationNeeded && plain.justification === undefined)
      refuse('invalid', 'JUSTIFICATION_NEEDED', 'justification: the policy wants one');
    const ttlSeconds = ttlOf(open, policy);
    const waitsUntil = opensAt(policy, nowMs);
    const { subject, policyId, callerId, requestedTime, reference, webhookId, endsAt } = open;
    return {
      policyId,
      policyVersion: revision,
      policy,
      requestorId,
      callerId,
      subject,
      ...(await texts.resealed(approvalId, requestorId, plain)),
      hash: texts.hash({ ...plain, requestorId, beneficiaryId, subject }),
      ...(beneficiaryId === undefined ? {} : { beneficiaryId }),
      ...(requestedTime === undefined ? {} : { requestedTime }),
      ...(ttlSeconds === undefined ? {} : { ttlSeconds }),
      ...(reference === undefined ? {} : { reference }),
      ...(webhookId === undefined ? {} : { webhookId }),
      ...(endsAt === undefined ? {} : { endsAt }),
      ...(waitsUntil === undefined ? {} : { opensAt: waitsUntil }),
    };
  };

  /** Who could be asked at the first stage and its levels; undefined where that cannot be looked up now. */
  const firstStage = async (
    approval: BegunApproval,
    nowMs: number,
  ): Promise<readonly ResolvedApprovers[] | undefined> => {
    const [first] = approval.request.policy.stages;
    const levels: ResolvedApprovers[] = [];
    for (let level = 0; level <= (first?.escalation.length ?? 0); level += 1) {
      try {
        levels.push((await people.lookUp(approval, { stage: 1, level }, nowMs)).approvers);
      } catch {
        return undefined; // Tried again once the request is on record.
      }
    }
    return levels;
  };

  /** People are asked at once; the level above them where there are none. */
  const askFirst = async (approval: BegunApproval, moment: Moment): Promise<Facts> => {
    const where = { stage: 1, level: 0 };
    try {
      const found = await people.lookUp(approval, where, moment.nowMs);
      return askLevel(approval, where, found, moment);
    } catch {
      return lookupFailed(approval, where, moment);
    }
  };

  const proceed = async (approval: BegunApproval, moment: Moment): Promise<Facts> => {
    const how = next(approval, await people.conditionFacts(approval), moment);
    if (how.kind === 'facts') return how.facts;
    return how.kind === 'verify'
      ? [{ type: 'ApprovalRequestorAsked', data: { authenticationId: ports.newId() } }]
      : await askFirst(approval, moment);
  };

  return {
    /** What follows once a request may begin: its hours have come, or its requestor has verified. */
    proceed,

    /** @returns the facts that a request begins with, or why it is not taken */
    async open(
      open: NewApprovalRequest,
      moment: Moment,
    ): Promise<{ readonly facts: Facts } | { readonly refusal: Refusal }> {
      const { approvalId, nowMs } = moment;
      try {
        const data = await requested(approvalId, open, nowMs);
        const first: DomainEvent = { type: 'ApprovalRequested', data };
        const begun = evolveApproval(noApproval, first);
        if (begun.status === 'none') throw new TypeError('a request begins with its first fact');
        const how = next(begun, await people.conditionFacts(begun), moment);
        const asksPeople = how.kind !== 'facts' && data.policy.approvalNeeded;
        const levels = asksPeople ? await firstStage(begun, nowMs) : undefined;
        const fault = levels && stageFault(data.policy.stages[0]!, levels);
        if (fault !== undefined)
          refuse('invalid', fault, 'the approvers of the policy cannot decide this request');
        if (data.opensAt !== undefined) return { facts: [first] };
        const then = await proceed(begun, moment);
        return { facts: [first, ...then] };
      } catch (error) {
        if (error instanceof NotTaken) return { refusal: error.refusal };
        throw error;
      }
    },
  };
};
