import type { ApprovalRow } from '../../adapters/views/port.ts';
import type { EventData } from '../../domain/events.ts';
import { approvalStream } from '../../domain/ids.ts';
import { userKey, type Sealed, type SealedPlace } from '../../domain/sealed.ts';
import type { ApprovalDecisionView, ApprovalDetail, ApprovalView } from '../facade/approvals.ts';
import type { QueryContext } from './context.ts';
import { lookUpNames, type Names } from './names.ts';
import { openFor } from './open.ts';

type Decision = EventData['ApprovalDecided'];

const placeIn = (row: ApprovalRow, field: string): SealedPlace => ({
  owner: userKey(row.requestorId),
  stream: approvalStream(row.approvalId),
  field,
});

/** Erased or altered details cannot be read as pairs: then there are none to show. */
const detailsIn = (text: string): readonly ApprovalDetail[] =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by the one command that makes requests
  text.startsWith('[{') ? (JSON.parse(text) as readonly ApprovalDetail[]) : [];

/** Requests as people are shown them. */
export const showApprovals = async (
  context: QueryContext,
  rows: readonly ApprovalRow[],
): Promise<readonly ApprovalView[]> => {
  if (rows.length === 0) return [];
  const { reader } = context;
  const tasks = await reader
    .selectFrom('approvalTasks')
    .select(['approvalId', 'approverId', 'stage'])
    .where(
      'approvalId',
      'in',
      rows.map(({ approvalId }) => approvalId),
    )
    .orderBy('position')
    .execute();
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the projection writes this column
  const decisions = new Map(rows.map((row) => [row, JSON.parse(row.decisions) as Decision[]]));
  const names = await lookUpNames(context, {
    users: [
      ...rows.flatMap(({ requestorId, beneficiaryId }) =>
        [requestorId, beneficiaryId ?? []].flat(),
      ),
      ...tasks.map(({ approverId }) => approverId),
      ...[...decisions.values()]
        .flat()
        .flatMap(({ approverId, delegatedFrom }) => [approverId, delegatedFrom ?? []].flat()),
    ],
  });
  return await Promise.all(
    rows.map((row) =>
      showOne(context, row, names, {
        decisions: decisions.get(row)!,
        asked: tasks
          .filter(({ approvalId, stage }) => approvalId === row.approvalId && stage === row.stage)
          .map(({ approverId }) => approverId),
      }),
    ),
  );
};

const showOne = async (
  { secrets }: QueryContext,
  row: ApprovalRow,
  names: Names,
  {
    decisions,
    asked,
  }: { readonly decisions: readonly Decision[]; readonly asked: readonly string[] },
): Promise<ApprovalView> => {
  const opened = (field: string, sealed: Sealed | null | undefined) =>
    openFor(secrets, placeIn(row, field), sealed);
  const link = await opened('link', row.linkSealed);
  const justification = await opened('justification', row.justificationSealed);
  const showDecision = async (decision: Decision): Promise<ApprovalDecisionView> => {
    const { approverId, delegatedFrom, authenticationId, comment, at, stage, level } = decision;
    return {
      approver: names.user(approverId),
      decision: decision.decision,
      at,
      stage,
      level,
      counted: decision.counted,
      ...(delegatedFrom === undefined ? {} : { delegatedFrom: names.user(delegatedFrom) }),
      ...(authenticationId === undefined ? {} : { requestId: authenticationId }),
      ...(comment === undefined ? {} : { comment: await opened('comment', comment) }),
    };
  };
  return {
    approvalId: row.approvalId,
    state: row.state,
    revision: row.revision,
    createdAt: row.createdAt,
    changedAt: row.changedAt,
    requestor: names.user(row.requestorId),
    subject: { kind: row.subjectKind, id: row.subjectId, name: row.subjectName },
    title: await opened('title', row.titleSealed),
    details: detailsIn(await opened('details', row.detailsSealed)),
    hash: row.hash,
    policyId: row.policyId,
    policyName: row.policyName,
    callerId: row.callerId,
    stages: row.stages,
    asked: asked.map((userId) => names.user(userId)),
    approversVisible: row.approversVisible === 1,
    decisions: await Promise.all(decisions.map(showDecision)),
    ...(row.endedAt === null ? {} : { endedAt: row.endedAt }),
    ...(row.beneficiaryId === null ? {} : { beneficiary: names.user(row.beneficiaryId) }),
    ...(link === '' ? {} : { link }),
    ...(justification === '' ? {} : { justification }),
    ...(row.reference === null ? {} : { reference: row.reference }),
    ...(row.stage === null ? {} : { stage: row.stage }),
    ...(row.level === null ? {} : { level: row.level }),
    ...(row.until === null ? {} : { until: row.until }),
    ...(row.requestedTime === null ? {} : { requestedTime: row.requestedTime }),
    ...(row.ttlSeconds === null ? {} : { ttlSeconds: row.ttlSeconds }),
    ...(row.reason === null ? {} : { reason: row.reason }),
    ...(row.requestorRequestId === null ? {} : { requestorRequestId: row.requestorRequestId }),
  };
};
