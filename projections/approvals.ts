import type { StoredEvent } from '../adapters/eventStore/port.ts';
import type { ApprovalRow } from '../adapters/views/port.ts';
import type { EventData } from '../domain/events.ts';
import { isHeld } from './expiry.ts';
import { streamId, type Projection } from './projection.ts';
import type { Rows } from './rows.ts';
import { table } from './table.ts';

const approvals = table({
  name: 'approvals',
  key: 'approvalId',
  columns: {
    approvalId: 'text',
    position: 'integer',
    revision: 'integer',
    createdAt: 'text',
    changedAt: 'text',
    endedAt: 'text?',
    state: 'text',
    isOpen: 'integer',
    openCallbacks: 'integer',
    openVerifications: 'integer',
    requestorId: 'text',
    beneficiaryId: 'text?',
    subjectKind: 'text',
    subjectId: 'text',
    subjectName: 'text',
    titleSealed: 'text',
    detailsSealed: 'text?',
    linkSealed: 'text?',
    justificationSealed: 'text?',
    hash: 'text',
    policyId: 'text',
    policyName: 'text',
    approversVisible: 'integer',
    delegation: 'integer',
    callerId: 'text',
    reference: 'text?',
    stage: 'integer?',
    level: 'integer?',
    stages: 'integer',
    until: 'text?',
    requestedTime: 'text?',
    ttlSeconds: 'integer?',
    reason: 'text?',
    requestorRequestId: 'text?',
    decisions: 'text',
  },
  findBy: ['position'],
  indexes: [
    ['state', 'position'],
    ['requestorId', 'position'],
    ['policyId', 'position'],
    ['subjectId', 'position'],
    ['reference', 'position'],
    ['isOpen', 'position'],
  ],
});

const approvalTasks = table({
  name: 'approvalTasks',
  key: 'taskId',
  columns: {
    taskId: 'text',
    approvalId: 'text',
    approverId: 'text',
    position: 'integer',
    stage: 'integer',
    level: 'integer',
    askedAt: 'text',
    state: 'text',
    decision: 'text?',
    decidedBy: 'text?',
  },
  indexes: [['approverId', 'state', 'position']],
  findBy: ['approvalId'],
});

const taskId = (approvalId: string, stage: number, approverId: string): string =>
  `${approvalId}/${stage}/${approverId}`;

type Change = (row: ApprovalRow) => Partial<ApprovalRow>;

/** Changes the row of the event's request; what every event changes with it. */
const changed = async (event: StoredEvent, rows: Rows, change: Change): Promise<void> => {
  const before = await rows.get('approvals', streamId(event));
  if (!before) return;
  const row = {
    ...before,
    revision: event.revision,
    changedAt: event.meta.at,
    ...change(before),
  };
  const isOpen = row.endedAt === null || row.openCallbacks > 0 || row.openVerifications > 0;
  rows.put('approvals', { ...row, isOpen: isOpen ? 1 : 0 });
};

const settle = async (event: StoredEvent, rows: Rows): Promise<void> => {
  for (const task of await rows.find('approvalTasks', 'approvalId', streamId(event)))
    if (task.state === 'open') rows.put('approvalTasks', { ...task, state: 'settled' });
};

/** The end of a request that was never decided by its stage: whoever was asked is asked no more. */
const ended =
  <E extends StoredEvent>(state: ApprovalRow['state'], reason: (event: E) => string | null) =>
  async (event: E, rows: Rows): Promise<void> => {
    const row = await rows.get('approvals', streamId(event));
    if (row?.stage !== null) await settle(event, rows);
    await changed(event, rows, () => ({
      state,
      endedAt: event.meta.at,
      until: null,
      reason: reason(event),
    }));
  };

const also = (change: Change) => (event: StoredEvent, rows: Rows) => changed(event, rows, change);
const callbackOpened = also(({ openCallbacks }) => ({ openCallbacks: openCallbacks + 1 }));
const callbackEnded = also(({ openCallbacks }) => ({ openCallbacks: openCallbacks - 1 }));

const decided = async (event: StoredEvent<'ApprovalDecided'>, rows: Rows): Promise<void> => {
  const { stage, approverId, delegatedFrom, decision, counted, authenticationId } = event.data;
  await changed(event, rows, (row) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written below alone
    const before = JSON.parse(row.decisions) as EventData['ApprovalDecided'][];
    return {
      decisions: JSON.stringify([...before, event.data]),
      openVerifications: row.openVerifications - (authenticationId === undefined ? 0 : 1),
    };
  });
  if (!counted) return;
  await rows.change('approvalTasks', taskId(streamId(event), stage, delegatedFrom ?? approverId), {
    decision,
    decidedBy: delegatedFrom === undefined ? null : approverId,
  });
};

/** Requests for approval, and who is asked about which. */
export const approvalsProjection: Projection = {
  name: 'approvals',
  version: 2,
  tables: [approvals, approvalTasks],
  on: {
    async AuditRetentionApplied({ data }, rows) {
      if (data.family !== 'approvals') return;
      for (const row of await rows.below('approvals', 'position', data.upTo + 1)) {
        const { approvalId, isOpen } = row;
        // Who was asked is in other rows; while anybody is on hold nobody can say that it was not them.
        if (isOpen === 1 || isHeld(data.hold, [])) continue;
        for (const task of await rows.find('approvalTasks', 'approvalId', approvalId))
          rows.remove('approvalTasks', task.taskId);
        rows.remove('approvals', approvalId);
      }
    },
    ApprovalRequested(event, rows) {
      const { data, meta, position, revision } = event;
      rows.put('approvals', {
        approvalId: streamId(event),
        position,
        revision,
        createdAt: meta.at,
        changedAt: meta.at,
        endedAt: null,
        state: 'created',
        isOpen: 1,
        openCallbacks: 0,
        openVerifications: 0,
        requestorId: data.requestorId,
        beneficiaryId: data.beneficiaryId ?? null,
        subjectKind: data.subject.kind,
        subjectId: data.subject.id,
        subjectName: data.subject.name,
        titleSealed: data.title,
        detailsSealed: data.details ?? null,
        linkSealed: data.link ?? null,
        justificationSealed: data.justification ?? null,
        hash: data.hash,
        policyId: data.policyId,
        policyName: data.policy.name,
        approversVisible: data.policy.approversVisible ? 1 : 0,
        delegation: data.policy.delegation ? 1 : 0,
        callerId: data.callerId,
        reference: data.reference ?? null,
        stage: null,
        level: null,
        stages: data.policy.stages.length,
        until: data.opensAt ?? null,
        requestedTime: data.requestedTime ?? null,
        ttlSeconds: data.ttlSeconds ?? null,
        reason: null,
        requestorRequestId: null,
        decisions: '[]',
      });
    },
    ApprovalRequestorAsked: (event, rows) =>
      changed(event, rows, (row) => ({
        state: 'verifying-requestor',
        requestorRequestId: event.data.authenticationId,
        openVerifications: row.openVerifications + 1,
      })),
    ApprovalRequestorAnswered: (event, rows) =>
      changed(event, rows, (row) => ({
        requestorRequestId: null,
        openVerifications: row.openVerifications - 1,
      })),
    ApprovalSkipped: also(() => ({})),
    ApprovalStageStarted: (event, rows) => {
      const { stage, level, dueAt } = event.data;
      return changed(event, rows, () => ({ state: 'pending', stage, level, until: dueAt }));
    },
    async ApproverAsked(event, rows) {
      const { approverId, stage, level } = event.data;
      const approvalId = streamId(event);
      const id = taskId(approvalId, stage, approverId);
      const before = await rows.get('approvalTasks', id);
      rows.put('approvalTasks', {
        taskId: id,
        approvalId,
        approverId,
        position: before?.position ?? event.position,
        stage,
        level,
        askedAt: event.meta.at,
        state: 'open',
        decision: before?.decision ?? null,
        decidedBy: before?.decidedBy ?? null,
      });
      await changed(event, rows, () => ({}));
    },
    ApprovalReminded: also(() => ({})),
    ApprovalEscalated: also(() => ({ state: 'pending' })),
    ApprovalDelegated: also(() => ({})),
    ApprovalLookupFailed: also(() => ({ state: 'pending' })),
    async ApproverGone(event, rows) {
      const { approverId } = event.data;
      for (const task of await rows.find('approvalTasks', 'approvalId', streamId(event)))
        if (task.approverId === approverId && task.state === 'open')
          rows.put('approvalTasks', { ...task, state: 'gone' });
      await changed(event, rows, () => ({}));
    },
    ApprovalDecisionAsked: also((row) => ({ openVerifications: row.openVerifications + 1 })),
    ApprovalDecisionRefused: also((row) => ({ openVerifications: row.openVerifications - 1 })),
    ApprovalDecided: decided,
    async ApprovalStageClosed(event, rows) {
      await settle(event, rows);
      await changed(event, rows, () => ({ until: null }));
    },
    ApprovalGranted: (event, rows) =>
      changed(event, rows, ({ ttlSeconds }) => ({
        state: 'approved',
        endedAt: event.data.ttlSeconds === undefined ? event.meta.at : null,
        ttlSeconds: event.data.ttlSeconds ?? ttlSeconds,
        until: null,
        reason: event.data.by === 'decisions' ? null : event.data.by,
      })),
    ApprovalRejected: ended('rejected', ({ data }: StoredEvent<'ApprovalRejected'>) => data.reason),
    ApprovalExpired: ended('expired', ({ data }: StoredEvent<'ApprovalExpired'>) => data.reason),
    ApprovalCancelled: ended(
      'cancelled',
      ({ data }: StoredEvent<'ApprovalCancelled'>) => data.reason ?? data.by,
    ),
    ApprovalFailed: ended('failed', ({ data }: StoredEvent<'ApprovalFailed'>) => data.fault),
    GrantScheduled: (event, rows) =>
      changed(event, rows, () => ({ state: 'scheduled', until: event.data.activateAt })),
    GrantActivationAsked: callbackOpened,
    GrantActivated: (event, rows) =>
      changed(event, rows, () => ({ state: 'active', until: event.data.until })),
    GrantEndAnnounced: also(() => ({})),
    GrantClosing: (event, rows) =>
      changed(event, rows, ({ openCallbacks }) => ({
        state: 'closing',
        openCallbacks: openCallbacks + 1,
        reason: event.data.note ?? event.data.reason,
      })),
    GrantClosed: ended(
      'closed',
      ({ data }: StoredEvent<'GrantClosed'>) => data.note ?? data.reason,
    ),
    GrantExpired: ended('expired', () => 'ttl'),
    CallbackAsked: callbackOpened,
    CallbackAcknowledged: callbackEnded,
    CallbackLate: also(() => ({})),
    CallbackParked: callbackEnded,
  },
};
