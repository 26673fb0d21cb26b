import type { AuditLineRow, RequestRow } from '../../adapters/views/port.ts';
import type { EventStore, StoredEvent } from '../../adapters/eventStore/port.ts';
import { authenticationStream, parseStream } from '../../domain/ids.ts';
import { userKey, type SealedPlace } from '../../domain/sealed.ts';
import type { Explanation, Queries } from '../facade.ts';
import type { QueryContext } from './context.ts';
import { showAuditLines } from './auditLines.ts';
import { tellsOfErased, withoutTyped } from './erasedTexts.ts';
import { userIdsNamed } from './names.ts';
import { newestFirst } from './paging.ts';
import { shownData } from './redact.ts';
import { rulesThen } from './rulesThen.ts';

/** Events of one request that are explained; a request has a few dozen at most. */
const maxExplained = 500;

export const auditQueries = (
  context: QueryContext,
  workflowRuns: (workflowId: string) => Promise<Explanation['runs']>,
  events: Pick<EventStore, 'readStream'>,
): Pick<Queries, 'auditLog' | 'explain'> => {
  const { reader } = context;
  return {
    async auditLog(filter, paging) {
      let query = reader.selectFrom('audit').selectAll();
      if (filter.username !== undefined) {
        const userIds = await userIdsNamed(context, filter.username);
        if (userIds.length === 0) return { rows: [] };
        query = query.where('userId', 'in', userIds);
      }
      if (filter.requestId !== undefined) query = query.where('requestId', '=', filter.requestId);
      if (filter.type !== undefined) query = query.where('type', '=', filter.type);
      if (filter.from !== undefined) query = query.where('at', '>=', filter.from);
      if (filter.to !== undefined) query = query.where('at', '<', filter.to);
      return newestFirst(query, paging, (rows) => showAuditLines(context, rows));
    },
    async explain(requestId) {
      const request = await reader
        .selectFrom('requests')
        .select(['requestId', 'userId'])
        .where('requestId', '=', requestId)
        .executeTakeFirst();
      if (!request) return undefined;
      const rows = await reader
        .selectFrom('audit')
        .selectAll()
        .where('requestId', '=', requestId)
        .orderBy('position')
        .limit(maxExplained)
        .execute();
      const workflowId = authenticationStream(requestId);
      return {
        requestId,
        workflowId,
        runs: await workflowRuns(workflowId),
        events: await withData(context, request, rows),
        ...(rows[0] ? { rules: await rulesThen(events, rows[0].position) } : {}),
      };
    },
  };
};

const withData = async (
  context: QueryContext,
  request: Pick<RequestRow, 'requestId' | 'userId'>,
  rows: readonly AuditLineRow[],
): Promise<Explanation['events']> => {
  const lines = await showAuditLines(context, rows);
  return Promise.all(
    lines.map(async (line, index) => {
      const [event] = await context.events.readAll(line.position - 1, 1);
      const data =
        event?.position === line.position
          ? await shownData(event, placeIn(event, request), context.secrets)
          : {};
      const isHidden = tellsOfErased(rows[index]!, line.subject);
      return { ...line, data: isHidden ? withoutTyped(data) : data };
    }),
  );
};

/** Where the sealed fields of an event about this request or person were sealed; only their own streams are read. */
export const placeIn =
  ({ stream }: StoredEvent, { userId }: Pick<RequestRow, 'userId'>) =>
  (field: string): SealedPlace | undefined => {
    const { category, id } = parseStream(stream);
    if (category !== 'user' && category !== 'authentication') return undefined;
    const ownerId = category === 'user' ? id : userId;
    return { owner: ownerId === null ? 'requests' : userKey(ownerId), stream, field };
  };
