import { ApprovalRefused } from '../../../api/facade/approvals.ts';
import type {
  ApprovalCommands,
  ApprovalQueries,
  ApprovalView,
  NewApproval,
} from '../../../api/facade/approvals.ts';
import { callerIdOf } from '../../../api/commands/context.ts';
import type { Caller } from '../../../api/facade.ts';
import { policyWith, usualStage } from '../../../domain/approval/policy.ts';
import { Rejected } from '../../../domain/errors.ts';
import { at, newId, type FakeWorld } from './fakeWorld.ts';

const worlds = new WeakMap<FakeWorld, Map<string, ApprovalView>>();
const requestsOf = (world: FakeWorld): Map<string, ApprovalView> => {
  const known = worlds.get(world) ?? new Map<string, ApprovalView>();
  worlds.set(world, known);
  return known;
};

const viewOf = (caller: Caller, input: NewApproval): ApprovalView => {
  const { policyId, callback: _, requestedTtlSeconds, details = [], ...shown } = input;
  return {
    ...shown,
    details,
    approvalId: newId(),
    state: 'pending',
    revision: 1,
    createdAt: at,
    changedAt: at,
    hash: 'a'.repeat(64),
    policyId,
    policyName: 'Owners',
    callerId: callerIdOf(caller),
    stage: 1,
    level: 0,
    stages: 1,
    asked: ['ann@example.org'],
    approversVisible: false,
    decisions: [],
    ...(requestedTtlSeconds === undefined ? {} : { ttlSeconds: requestedTtlSeconds }),
  };
};

/** Requests for approval in memory; the policy `nobody` has no approvers. */
export const fakeApprovalCommands = (world: FakeWorld): ApprovalCommands => {
  const all = requestsOf(world);
  const find = (approvalId: string): ApprovalView => {
    const found = all.get(approvalId);
    if (!found) throw new Rejected('notFound', 'there is no such request');
    return found;
  };
  const end = (approvalId: string, state: ApprovalView['state'], reason: string): void => {
    const view = find(approvalId);
    if (view.endedAt !== undefined)
      throw new Rejected('alreadyDecided', `the request is ${view.state}`);
    all.set(approvalId, { ...view, state, reason, revision: view.revision + 1, endedAt: at });
  };
  return {
    async createApproval(caller, input) {
      world.called('createApproval', caller, input);
      if (input.policyId === 'nobody')
        throw new ApprovalRefused('invalid', 'NO_APPROVERS', 'nobody can be asked');
      const known = [...all.values()].find(
        ({ reference }) => reference !== undefined && reference === input.reference,
      );
      const view = known ?? viewOf(caller, input);
      all.set(view.approvalId, view);
      return { approvalId: view.approvalId, state: view.state, isNew: known === undefined };
    },
    async decideApproval(caller, approver, approvalId, input) {
      world.called('decideApproval', caller, approver, approvalId, input);
      if (find(approvalId).hash !== input.hash)
        throw new Rejected('conflict', 'the approver was shown another text');
      return { kind: 'verifying', requestId: newId(), displayNumber: '42' };
    },
    verificationNumber: async () => '42',
    async cancelApproval(caller, approvalId) {
      world.called('cancelApproval', caller, approvalId);
      end(approvalId, 'cancelled', 'taken back');
    },
    async forceCancelApproval(caller, approvalId, reason) {
      world.called('forceCancelApproval', caller, approvalId, reason);
      end(approvalId, 'cancelled', reason);
    },
    async closeGrant(caller, approvalId, reason) {
      world.called('closeGrant', caller, approvalId, reason);
      end(approvalId, 'closed', reason);
    },
    async setDelegation(caller, username, delegation) {
      world.called('setDelegation', caller, username, delegation);
      return { delegationId: newId() };
    },
    async endDelegation(caller, username, delegationId) {
      world.called('endDelegation', caller, username, delegationId);
      world.user(username);
    },
  };
};

export const fakeApprovalQueries = (world: FakeWorld): ApprovalQueries => {
  const all = requestsOf(world);
  return {
    getApproval: async (approvalId) => all.get(approvalId),
    awaitApproval: async (approvalId) => all.get(approvalId),
    listApprovals: async (filter) => ({
      rows: [...all.values()].filter(({ state }) => (filter.state ?? state) === state),
    }),
    approvalInbox: async () => ({
      rows: [...all.values()].map((approval) => ({ approval, askedAt: at })),
    }),
    listDelegations: async () => [],
    listApprovalPolicies: async () => [
      {
        policyId: 'owners',
        ...policyWith({ name: 'Owners', stages: [usualStage({ kind: 'roleOwner' })] }),
      },
    ],
  };
};
