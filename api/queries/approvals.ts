import { sql } from 'kysely';
import type { ApprovalRow, ApprovalTaskRow, ViewsFeed } from '../../adapters/views/port.ts';
import type { ApprovalPolicy } from '../../domain/approval/policy.ts';
import { parseStream } from '../../domain/ids.ts';
import { toIso } from '../../domain/instants.ts';
import type { ApprovalQueries, ApprovalTask, DelegationView } from '../facade/approvals.ts';
import { showApprovals } from './approvalRows.ts';
import type { QueryContext } from './context.ts';
import { lookUpNames, userIdsNamed } from './names.ts';
import { newestFirst, pageLimit, pageOf, placeOf } from './paging.ts';
import type { WakeUps } from './wakeUps.ts';

const key = (approvalId: string): string => `approval:${approvalId}`;
const maxDelegations = 100;
const maxPolicies = 1_000;

export const approvalQueries = (
  context: QueryContext,
  runner: ViewsFeed,
  wakeUps: WakeUps,
): ApprovalQueries => {
  const { reader } = context;
  runner.onApplied((events) => {
    if (wakeUps.isIdle()) return;
    for (const { stream } of events) {
      const { category, id } = parseStream(stream);
      if (category === 'approval') wakeUps.wake(key(id));
    }
  });

  const rowOf = (approvalId: string): Promise<ApprovalRow | undefined> =>
    reader
      .selectFrom('approvals')
      .selectAll()
      .where('approvalId', '=', approvalId)
      .executeTakeFirst();

  const getApproval: ApprovalQueries['getApproval'] = async (approvalId) => {
    const row = await rowOf(approvalId);
    return row && (await showApprovals(context, [row]))[0];
  };

  /** Whose tasks a person may take now: their own, and what was left to them. */
  const delegators = async (userIds: readonly string[]): Promise<readonly string[]> => {
    const now = toIso(context.nowMs());
    const rows = await reader
      .selectFrom('delegations')
      .select('userId')
      .where('toUserId', 'in', userIds)
      .where('untilAt', '>', now)
      .where('fromAt', '<=', now)
      .limit(maxDelegations)
      .execute();
    return rows.map(({ userId }) => userId);
  };

  const showTasks = async (
    tasks: readonly ApprovalTaskRow[],
    own: readonly string[],
  ): Promise<readonly ApprovalTask[]> => {
    if (tasks.length === 0) return [];
    const rows = await reader
      .selectFrom('approvals')
      .selectAll()
      .where(
        'approvalId',
        'in',
        tasks.map(({ approvalId }) => approvalId),
      )
      .execute();
    const views = new Map(
      (await showApprovals(context, rows)).map((view) => [view.approvalId, view]),
    );
    const names = await lookUpNames(context, { users: tasks.map(({ approverId }) => approverId) });
    return tasks.flatMap(({ approvalId, approverId, askedAt, decision }) => {
      const approval = views.get(approvalId);
      if (!approval) return [];
      return [
        {
          approval,
          askedAt,
          ...(own.includes(approverId) ? {} : { delegatedFrom: names.user(approverId) }),
          ...(decision === null ? {} : { decided: decision }),
        },
      ];
    });
  };

  return {
    getApproval,
    async awaitApproval(approvalId, since, waiting) {
      const changed = async () => {
        const row = await rowOf(approvalId);
        return row && row.revision !== since ? row : undefined;
      };
      await wakeUps.until(key(approvalId), changed, waiting);
      return await getApproval(approvalId);
    },

    async listApprovals(filter, paging) {
      let query = reader.selectFrom('approvals').selectAll();
      if (filter.requestor !== undefined) {
        const userIds = await userIdsNamed(context, filter.requestor);
        if (userIds.length === 0) return { rows: [] };
        query = query.where('requestorId', 'in', userIds);
      }
      if (filter.state !== undefined) query = query.where(sql<string>`state`, '=', filter.state);
      if (filter.policyId !== undefined) query = query.where('policyId', '=', filter.policyId);
      if (filter.subjectId !== undefined) query = query.where('subjectId', '=', filter.subjectId);
      if (filter.reference !== undefined) query = query.where('reference', '=', filter.reference);
      return await newestFirst(query, paging, (rows) => showApprovals(context, rows));
    },

    async approvalInbox(username, paging) {
      const own = await userIdsNamed(context, username);
      if (own.length === 0) return { rows: [] };
      const others = await delegators(own);
      let query = reader
        .selectFrom('approvalTasks')
        .innerJoin('approvals', 'approvals.approvalId', 'approvalTasks.approvalId')
        .selectAll('approvalTasks')
        .where('approvalTasks.state', '=', 'open')
        .orderBy('approvalTasks.position')
        .limit(pageLimit(paging) + 1)
        // A delegate sees nothing of their own requests, nor of policies that know no delegation.
        .where((eb) =>
          eb.or([
            eb('approvalTasks.approverId', 'in', own),
            ...(others.length === 0
              ? []
              : [
                  eb.and([
                    eb('approvalTasks.approverId', 'in', others),
                    eb('approvals.delegation', '=', 1),
                    eb('approvals.requestorId', 'not in', own),
                    eb.or([
                      eb('approvals.beneficiaryId', 'is', null),
                      eb('approvals.beneficiaryId', 'not in', own),
                    ]),
                  ]),
                ]),
          ]),
        );
      const place = placeOf(paging, 'number');
      if (place) query = query.where('approvalTasks.position', '>', Number(place[0]));
      return await pageOf(
        await query.execute(),
        paging,
        (row) => [row.position],
        (rows) => showTasks(rows, own),
      );
    },

    async listDelegations(username) {
      const own = await userIdsNamed(context, username);
      if (own.length === 0) return [];
      const rows = await reader
        .selectFrom('delegations')
        .selectAll()
        .where('untilAt', '>', toIso(context.nowMs()))
        .where((eb) => eb.or([eb('userId', 'in', own), eb('toUserId', 'in', own)]))
        .orderBy('fromAt')
        .limit(maxDelegations)
        .execute();
      const names = await lookUpNames(context, {
        users: rows.flatMap(({ userId, toUserId }) => [userId, toUserId]),
      });
      return rows.map(({ delegationId, userId, toUserId, fromAt, untilAt }): DelegationView => ({
        delegationId,
        from: fromAt,
        until: untilAt,
        by: names.user(userId),
        to: names.user(toUserId),
      }));
    },

    async listApprovalPolicies() {
      const rows = await reader
        .selectFrom('items')
        .select(['itemId', 'item'])
        .where('kind', '=', 'approvalPolicy')
        .orderBy('position')
        .limit(maxPolicies)
        .execute();
      return rows.map(({ itemId, item }) => ({
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- items of this kind hold nothing else
        ...(JSON.parse(item) as ApprovalPolicy),
        policyId: itemId,
      }));
    },
  };
};
