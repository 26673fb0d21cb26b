import type { BegunApproval } from '../domain/approval/approval.ts';
import {
  everybodyIn,
  resolveApprovers,
  type Approvers,
  type ResolvedApprovers,
} from '../domain/approval/approvers.ts';
import { levelPolicy, type LookedUp } from '../domain/approval/asking.ts';
import { stagePolicy } from '../domain/approval/ballot.ts';
import type { ConditionFacts } from '../domain/approval/conditions.ts';
import { mayNotApprove, type Evidence, type Voter } from '../domain/approval/decisions.ts';
import type { Who } from '../domain/approval/inputs.ts';
import type { EventData } from '../domain/events.ts';
import { authenticationStream, userStream } from '../domain/ids.ts';
import { isBlocked, isLocked, type PresentUser, type User } from '../domain/user.ts';
import { delegationsAt } from '../domain/user/delegations.ts';
import type { Aggregates } from './aggregates.ts';
import type { StreamFacts } from './facts.ts';
import { readWhole } from './foldCache.ts';
import type { Ports } from './ports.ts';

type Leaf = Exclude<Approvers, { readonly of: unknown }>;
type Request = EventData['ApprovalRequested'];

/** Present, on, and not kept out: what everybody must be who is asked, or whose word is to count. */
const inGoodStanding = (user: User, nowMs: number): user is PresentUser =>
  user.status === 'present' && user.enabled && !isBlocked(user, nowMs) && !isLocked(user, nowMs);

/** A field that the sync with a directory brings. */
const managerOf = (user: User): string | undefined =>
  user.status === 'present' && 'managerId' in user && typeof user.managerId === 'string'
    ? user.managerId
    : undefined;

const leavesOf = (approvers: Approvers): readonly Leaf[] =>
  'of' in approvers ? approvers.of.flatMap(leavesOf) : [approvers];
const keyOf = (leaf: Leaf): string => JSON.stringify(leaf);

/** Who is who in an approval. Lists of groups may lag; each person's own stream has the last word. */
export const approvalPeople = (ports: Ports, aggregates: Aggregates) => {
  const load = async (userId: string) => await aggregates.user(userId);

  /** Guards a decision: it counts only if nothing happened to these people meanwhile. */
  const guards = async (userIds: readonly string[]): Promise<readonly StreamFacts[]> =>
    await Promise.all(
      [...new Set(userIds)].map(async (userId) => ({
        stream: userStream(userId),
        expectedRevision: (await load(userId)).revision,
        facts: [],
        guards: true as const,
      })),
    );

  const candidates = async (leaf: Leaf, request: Request): Promise<readonly string[]> => {
    switch (leaf.kind) {
      case 'user':
        return [leaf.userId];
      case 'group': {
        const members = await ports.people.membersOfGroup(leaf.group);
        const users = await Promise.all(members.map(async (id) => [id, await load(id)] as const));
        return users
          .filter(([, { state }]) => state.status === 'present' && state.group === leaf.group)
          .map(([userId]) => userId);
      }
      case 'roleOwner': {
        const { roleOwners } = request.policy;
        return roleOwners.find((owned) => owned.subjectId === request.subject.id)?.userIds ?? [];
      }
      case 'requestorsManager': {
        const manager = managerOf((await load(request.requestorId)).state);
        return manager === undefined ? [] : [manager];
      }
    }
  };

  const resolve = async (
    approval: BegunApproval,
    approvers: Approvers,
    nowMs: number,
  ): Promise<ResolvedApprovers> => {
    const people = new Map<string, readonly string[]>();
    for (const leaf of leavesOf(approvers)) {
      const found = await candidates(leaf, approval.request);
      const standing = await Promise.all(
        found.map(async (userId) => inGoodStanding((await load(userId)).state, nowMs)),
      );
      people.set(
        keyOf(leaf),
        found.filter((userId, index) => standing[index]! && !mayNotApprove(approval, userId)),
      );
    }
    return resolveApprovers(approvers, (leaf) => people.get(keyOf(leaf)) ?? []);
  };

  return {
    guards,

    async find(who: Who): Promise<string | undefined> {
      return 'userId' in who ? who.userId : (await aggregates.name(who.usernameKey)).state;
    },

    async standing(userId: string, nowMs: number): Promise<'good' | 'bad' | 'absent'> {
      const { state } = await load(userId);
      if (state.status !== 'present') return 'absent';
      return inGoodStanding(state, nowMs) ? 'good' : 'bad';
    },

    /** The people of one level as they are now. Rejects where they cannot be looked up. */
    async lookUp(
      approval: BegunApproval,
      { stage, level }: { readonly stage: number; readonly level: number },
      nowMs: number,
    ): Promise<LookedUp> {
      const tree = levelPolicy(stagePolicy(approval, stage), level).approvers;
      const approvers = await resolve(approval, tree, nowMs);
      if (!approval.request.policy.delegation) return { approvers, delegations: [] };
      const delegations = [];
      for (const approverId of everybodyIn(approvers)) {
        const { state: user } = await load(approverId);
        const inForce = user.status === 'present' ? delegationsAt(user, nowMs) : [];
        for (const { toUserId: delegateId, delegationId } of inForce) {
          const { state: delegate } = await load(delegateId);
          if (inGoodStanding(delegate, nowMs) && !mayNotApprove(approval, delegateId))
            delegations.push({ approverId, delegateId, delegationId });
        }
      }
      return { approvers, delegations };
    },

    /** Somebody who wants to decide, and in whose place they may. */
    async voter(
      approval: BegunApproval,
      userId: string,
      nowMs: number,
    ): Promise<Voter & { readonly guards: readonly StreamFacts[] }> {
      const { state } = await load(userId);
      const asked = new Set(
        (approval.open?.levels ?? []).flatMap(({ approvers }) => everybodyIn(approvers)),
      );
      const inPlaceOf: string[] = [];
      if (!asked.has(userId) && approval.request.policy.delegation)
        for (const approverId of asked) {
          const { state: approver } = await load(approverId);
          const mine =
            inGoodStanding(approver, nowMs) &&
            delegationsAt(approver, nowMs).some(({ toUserId }) => toUserId === userId);
          if (mine) inPlaceOf.push(approverId);
        }
      const { requestorId, beneficiaryId } = approval.request;
      return {
        userId,
        mayAct: inGoodStanding(state, nowMs),
        inPlaceOf,
        guards: await guards([userId, ...inPlaceOf, requestorId, beneficiaryId ?? requestorId]),
      };
    },

    /** What a verification proves, read from its own stream; undefined while it is open. */
    async evidence(
      approval: BegunApproval,
      authenticationId: string,
      approverId: string,
    ): Promise<Evidence | undefined> {
      const facts = await readWhole(ports.events, authenticationStream(authenticationId));
      const requested = facts.find((fact) => fact.type === 'AuthenticationRequested');
      const ended = facts.find(
        (fact) =>
          fact.type === 'AuthenticationApproved' ||
          fact.type === 'AuthenticationSkipped' ||
          fact.type === 'AuthenticationDenied' ||
          fact.type === 'AuthenticationExpired' ||
          fact.type === 'AuthenticationFailed' ||
          fact.type === 'AuthenticationCancelled',
      );
      if (requested === undefined || ended === undefined) return undefined;
      const challenge = facts.findLast((fact) => fact.type === 'AuthenticationChallengeSent');
      const answered = facts.findLast((fact) => fact.type === 'AuthenticationDeviceAnswered');
      const code = facts.findLast(
        (fact) => fact.type === 'AuthenticationCodeSubmitted' && fact.data.accepted,
      );
      const submitted = code?.type === 'AuthenticationCodeSubmitted' ? code.data : undefined;
      const { requestorId, beneficiaryId } = approval.request;
      const others = await Promise.all(
        [requestorId, beneficiaryId ?? requestorId].map(async (id) => (await load(id)).state),
      );
      const { state: approver } = await load(approverId);
      const sharesWith = (other: User): boolean =>
        other.status === 'present' &&
        approver.status === 'present' &&
        isShared(approver, other, {
          deviceId: answered?.data.deviceId ?? submitted?.tokenId,
          tokenHash: challenge?.data.devices.find(
            ({ deviceId }) => deviceId === answered?.data.deviceId,
          )?.tokenHash,
          phone:
            challenge?.data.method === 'call' || challenge?.data.method === 'sms'
              ? (challenge.data.which ?? 'primary')
              : undefined,
        });
      return {
        code: ended.data.code,
        userId: requested.data.userId,
        startedAt: requested.meta.at,
        challenged:
          challenge !== undefined && facts.every(({ type }) => type !== 'AuthenticationJoined'),
        method: challenge?.data.method,
        form: answered?.data.form,
        source: submitted?.source,
        shared: others.some(sharesWith),
      };
    },

    /** What a skip rule may look at. */
    async conditionFacts({ request }: BegunApproval): Promise<ConditionFacts> {
      const { requestorId, beneficiaryId, subject } = request;
      const { state: requestor } = await load(requestorId);
      const { state: beneficiary } = await load(beneficiaryId ?? requestorId);
      const manager = managerOf(requestor);
      return {
        'requestor.id': requestorId,
        'requestor.group': groupOf(requestor),
        'beneficiary.id': beneficiaryId ?? requestorId,
        'beneficiary.group': groupOf(beneficiary),
        'subject.kind': subject.kind,
        'subject.id': subject.id,
        'subject.name': subject.name,
        ...(manager === undefined ? {} : { 'requestor.manager': manager }),
      };
    },
  };
};

export type ApprovalPeople = ReturnType<typeof approvalPeople>;

const groupOf = (user: User): string => (user.status === 'present' ? user.group : '');

type Answered = {
  readonly deviceId: string | undefined;
  readonly tokenHash: string | undefined;
  readonly phone: 'primary' | 'backup' | undefined;
};

/** One phone that two people registered proves neither of them to the other. */
const isShared = (
  approver: PresentUser,
  other: PresentUser,
  { deviceId, tokenHash, phone }: Answered,
): boolean => {
  const token =
    tokenHash ?? approver.devices.find((device) => device.deviceId === deviceId)?.tokenHash;
  if (token !== undefined && other.devices.some((device) => device.tokenHash === token))
    return true;
  const number = phone === undefined ? undefined : approver.phones[phone]?.phoneKey;
  return (
    number !== undefined &&
    number !== '' &&
    Object.values(other.phones).some((stored) => stored?.phoneKey === number)
  );
};
