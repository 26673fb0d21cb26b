import type { StoredEvent } from '../adapters/eventStore/port.ts';
import {
  evolveApproval,
  noApproval,
  type Approval,
  type BegunApproval,
} from '../domain/approval/approval.ts';
import { levelToAsk } from '../domain/approval/asking.ts';
import type { Facts } from '../domain/approval/ballot.ts';
import { activationAsked } from '../domain/approval/callbacks.ts';
import { hasEnded, type Moment } from '../domain/approval/endings.ts';
import type { ApprovalProgress } from '../domain/approval/inputs.ts';
import { tellings } from '../domain/approval/notices.ts';
import { nextDueMs } from '../domain/approval/timers.ts';
import { notify, type Effect } from '../domain/effects.ts';
import { approvalStream } from '../domain/ids.ts';
import { systemActor, type Origin } from '../domain/inputs.ts';
import { toIso } from '../domain/instants.ts';
import type { Aggregates } from './aggregates.ts';
import type { approvalTexts } from './approvalTexts.ts';
import { factIds, record, untilNoConflict, type StreamFacts } from './facts.ts';
import { readWhole } from './foldCache.ts';
import type { Ports } from './ports.ts';

export type ApprovalStep = {
  readonly approvalId: string;
  readonly step: string;
  readonly origin?: Origin;
};

/** What a step records, and the streams that it looked at on the way. */
export type Decided = { readonly facts: Facts; readonly guards?: readonly StreamFacts[] };

export type ApprovalOnRecord = {
  readonly approval: Approval;
  readonly facts: readonly StoredEvent[];
};

const bySystem = (approvalId: string): Origin => ({
  actor: systemActor,
  correlationId: approvalId,
});

/** Approvals as they are on record, and the one way to add to them. */
export const approvalLog = (
  ports: Ports,
  aggregates: Aggregates,
  texts: ReturnType<typeof approvalTexts>,
) => {
  const onRecord = async (approvalId: string): Promise<ApprovalOnRecord> => {
    const facts = await readWhole(ports.events, approvalStream(approvalId));
    return { approval: facts.reduce<Approval>(evolveApproval, noApproval), facts };
  };

  const begun = async (approvalId: string): Promise<BegunApproval> => {
    const { approval } = await onRecord(approvalId);
    if (approval.status === 'none') throw new Error(`approval ${approvalId} is not on record`);
    return approval;
  };

  /** What must happen elsewhere because of this step's facts; the same where it is repeated. */
  const effectsOfStep = async (
    approvalId: string,
    step: string,
    facts: readonly StoredEvent[],
  ): Promise<readonly Effect[]> => {
    const mine = new Set(factIds(ports, step, approvalStream(approvalId), facts.length));
    const from = facts.findIndex(({ id }) => mine.has(id));
    if (from < 0) return [];
    const before = facts.slice(0, from).reduce<Approval>(evolveApproval, noApproval);
    const own = facts.slice(from).filter(({ id }) => mine.has(id));
    const withdrawn = activationsWithdrawn(before, own);
    const told = tellings(before, own);
    if (told.length === 0) return withdrawn;
    const notices = await texts.notices(approvalId, await begun(approvalId), told, own);
    return [...withdrawn, ...notices.map(notify)];
  };

  /** How it stands, and what its workflow has to do. */
  const progress = async (approvalId: string, step: string): Promise<ApprovalProgress> => {
    const { approval, facts } = await onRecord(approvalId);
    if (approval.status === 'none') throw new Error(`approval ${approvalId} is not on record`);
    const deliveries = approval.callbacks
      .filter(({ status }) => status === 'open')
      .map(({ deliveryId }) => deliveryId);
    const verifications = approval.pending.map(({ authenticationId }) => authenticationId);
    const dueMs = nextDueMs(approval);
    const ask = levelToAsk(approval);
    return {
      state: approval.state,
      facts: approval.facts,
      isOver: hasEnded(approval) && deliveries.length + verifications.length === 0,
      verifications,
      deliveries,
      effects: await effectsOfStep(approvalId, step, facts),
      position: facts.at(-1)?.position ?? 0,
      ...(dueMs === undefined ? {} : { dueAt: toIso(dueMs) }),
      ...(ask === undefined
        ? {}
        : { ask: { ...ask, again: approval.open?.lookupUntil !== undefined } }),
    };
  };

  /** Begins a request's stream with its first step. */
  const begin = async (
    { approvalId, step, origin }: ApprovalStep,
    { facts, guards = [] }: Decided,
  ): Promise<void> => {
    const stream = approvalStream(approvalId);
    await record(ports, step, origin ?? bySystem(approvalId), [
      ...guards,
      { stream, expectedRevision: -1, facts },
    ]);
  };

  /** Takes one step on a request that is on record. A repeated step finds its facts and adds none. */
  const take = async (
    { approvalId, step, origin }: ApprovalStep,
    decide: (approval: BegunApproval, moment: Moment) => Promise<Decided> | Decided,
  ): Promise<ApprovalProgress> => {
    const stream = approvalStream(approvalId);
    const attemptOnce = async (): Promise<void> => {
      const { approval, facts: known } = await onRecord(approvalId);
      if (approval.status === 'none') throw new Error(`approval ${approvalId} is not on record`);
      const first = factIds(ports, step, stream, 1)[0]!;
      if (known.some(({ id }) => id === first)) return;
      const { facts, guards = [] } = await decide(approval, {
        approvalId,
        nowMs: ports.clock(),
      });
      if (facts.length === 0) return;
      await record(ports, step, origin ?? bySystem(approvalId), [
        ...guards,
        { stream, expectedRevision: known.length - 1, facts },
      ]);
    };
    await aggregates.oneAtATime(approvalId, () => untilNoConflict(attemptOnce, () => undefined));
    return await progress(approvalId, step);
  };

  return { onRecord, begun, begin, take, progress };
};

export type ApprovalLog = ReturnType<typeof approvalLog>;

/** The telling to end a grant goes out behind the one to begin it, which may wait an hour for its next try. */
const activationsWithdrawn = (before: Approval, own: Facts): readonly Effect[] => {
  const asked = before.status === 'begun' ? activationAsked(before) : undefined;
  const ends = own.some(({ type }) => type === 'GrantClosing');
  return asked === undefined || !ends ? [] : [{ kind: 'hurryDelivery', deliveryId: asked }];
};
