import {
  evolveApproval,
  noApproval,
  type Approval,
  type BegunApproval,
} from '../../../domain/approval/approval.ts';
import { resolveApprovers, type Approvers } from '../../../domain/approval/approvers.ts';
import { askLevel, levelToAsk } from '../../../domain/approval/asking.ts';
import {
  askDecision,
  settleDecision,
  type Evidence,
  type Vote,
} from '../../../domain/approval/decisions.ts';
import { policyWith, usualStage, type ApprovalPolicy } from '../../../domain/approval/policy.ts';
import type { DomainEvent } from '../../../domain/events.ts';
import { toIso } from '../../../domain/instants.ts';
import { nowMs, sealed } from '../people.ts';

export const approvalId = 'A1';
export const hash = 'hash';
export const moment = (atMs = nowMs) => ({ approvalId, nowMs: atMs });

export const users = (...userIds: readonly string[]): Approvers => ({
  kind: 'any',
  of: userIds.map((userId) => ({ kind: 'user', userId })),
});

export const policyOf = (
  stages: readonly Parameters<typeof usualStage>[],
  more: Partial<ApprovalPolicy> = {},
): ApprovalPolicy =>
  policyWith({ name: 'P', stages: stages.map(([who, stage]) => usualStage(who, stage)), ...more });

export const requested = (policy: ApprovalPolicy, requestorId = 'R'): DomainEvent => ({
  type: 'ApprovalRequested',
  data: {
    policyId: 'p1',
    policyVersion: 0,
    policy,
    requestorId,
    callerId: 'apiClient:c',
    subject: { kind: 'role', id: 'role1', name: 'Role' },
    title: sealed('title'),
    hash,
  },
});

/** A request as its workflow would take it on, told in commands. */
export type Story = {
  readonly state: BegunApproval;
  readonly facts: readonly DomainEvent[];
  add(facts: readonly DomainEvent[]): Story;
  /** Everybody a leaf names is there, but for the requestor. */
  ask(atMs?: number): Story;
  /** Asks and confirms in one go. */
  decide(userId: string, decision?: 'approve' | 'reject', more?: Decide): Story;
};

export type Decide = {
  readonly vote?: Partial<Vote>;
  readonly inPlaceOf?: readonly string[];
  readonly evidence?: Partial<Evidence>;
  readonly atMs?: number;
};

export const proof = (userId: string, atMs = nowMs): Evidence => ({
  code: 'APPROVED',
  userId,
  startedAt: toIso(atMs),
  challenged: true,
  method: 'app',
  form: 'number',
  source: undefined,
  shared: false,
});

export const voteOf = (decision: 'approve' | 'reject' = 'approve'): Vote => ({
  decision,
  hash,
  comment: sealed('comment'),
  signedIn: false,
  callerId: 'apiClient:c',
});

const story = (approval: Approval, facts: readonly DomainEvent[]): Story => {
  if (approval.status === 'none') throw new Error('it begins with its request');
  const add = (more: readonly DomainEvent[]): Story =>
    story(more.reduce<Approval>(evolveApproval, approval), [...facts, ...more]);
  return {
    state: approval,
    facts,
    add,
    ask(atMs = nowMs) {
      const where = levelToAsk({ ...approval, state: 'pending' })!;
      const stage = approval.request.policy.stages[where.stage - 1]!;
      const tree = (where.level === 0 ? stage : stage.escalation[where.level - 1]!).approvers;
      const approvers = resolveApprovers(tree, (leaf) => {
        const named = leaf.kind === 'user' ? leaf.userId : leaf.kind === 'group' ? leaf.group : '';
        return named.split('+').filter((id) => id !== '' && id !== approval.request.requestorId);
      });
      return add(askLevel(approval, where, { approvers, delegations: [] }, moment(atMs)));
    },
    decide(userId, decision = 'approve', more = {}) {
      const { vote, inPlaceOf = [], evidence, atMs = nowMs } = more;
      const voter = { userId, mayAct: true, inPlaceOf };
      const id = `auth-${facts.length}`;
      const asked = add(
        askDecision(approval, voter, { ...voteOf(decision), ...vote }, id, moment(atMs)),
      );
      const shown = { ...proof(userId, atMs), ...evidence };
      return asked.add(settleDecision(asked.state, id, shown, voter, moment(atMs)));
    },
  };
};

export const begin = (policy: ApprovalPolicy, requestorId = 'R'): Story => {
  const first = requested(policy, requestorId);
  return story(evolveApproval(noApproval, first), [first]);
};
