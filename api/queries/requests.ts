import { sql } from 'kysely';
import type { RequestRow, ViewsFeed } from '../../adapters/views/port.ts';
import type { DeviceAnswer } from '../../domain/events.ts';
import { parseStream } from '../../domain/ids.ts';
import { canonicalName } from '../../domain/username.ts';
import type { Queries, RequestView } from '../facade.ts';
import type { QueryContext } from './context.ts';
import { lookUpNames, userIdsNamed } from './names.ts';
import { inRequest, openFor } from './open.ts';
import { newestFirst } from './paging.ts';
import { ofGroups } from './reach.ts';
import type { WakeUps } from './wakeUps.ts';

const key = (requestId: string): string => `request:${requestId}`;

export const requestQueries = (
  context: QueryContext,
  runner: ViewsFeed,
  wakeUps: WakeUps,
): Pick<Queries, 'getRequest' | 'awaitRequest' | 'listRequests'> => {
  const { reader } = context;
  runner.onApplied((events) => {
    if (wakeUps.isIdle()) return;
    for (const { stream } of events) {
      const { category, id } = parseStream(stream);
      if (category === 'authentication') wakeUps.wake(key(id));
    }
  });

  const rowOf = (requestId: string): Promise<RequestRow | undefined> =>
    reader.selectFrom('requests').selectAll().where('requestId', '=', requestId).executeTakeFirst();

  const getRequest: Queries['getRequest'] = async (requestId) => {
    const row = await rowOf(requestId);
    return row && (await showRequests(context, [row]))[0];
  };

  return {
    getRequest,
    async awaitRequest(requestId, since, waiting) {
      const changed = async () => {
        const row = await rowOf(requestId);
        return row && row.state !== since ? row : undefined;
      };
      await wakeUps.until(key(requestId), changed, waiting);
      return getRequest(requestId);
    },
    async listRequests(filter, paging) {
      let query = reader.selectFrom('requests').selectAll();
      if (filter.username !== undefined) {
        const userIds = await userIdsNamed(context, filter.username);
        const nameKey = context.secrets.hash('username', canonicalName(filter.username));
        query = query.where((eb) =>
          eb.or([
            eb('nameKey', '=', nameKey),
            ...(userIds.length > 0 ? [eb('userId', 'in', userIds)] : []),
          ]),
        );
      }
      if (filter.state !== undefined) query = query.where(sql<string>`state`, '=', filter.state);
      if (filter.application !== undefined)
        query = query.where('application', '=', filter.application);
      if (filter.code !== undefined) query = query.where(sql<string>`code`, '=', filter.code);
      if (filter.channel !== undefined) query = query.where('channel', '=', filter.channel);
      if (filter.from !== undefined) query = query.where('at', '>=', filter.from);
      if (filter.to !== undefined) query = query.where('at', '<', filter.to);
      const { groups, applications } = filter.reach ?? {};
      if (applications !== undefined) query = query.where('application', 'in', [...applications]);
      if (groups !== undefined) query = query.where(ofGroups('requests', groups));
      return newestFirst(query, paging, (rows) => showRequests(context, rows));
    },
  };
};

type Asked = readonly { readonly deviceId: string; readonly answer?: DeviceAnswer }[];

const showRequests = async (
  context: QueryContext,
  rows: readonly RequestRow[],
): Promise<readonly RequestView[]> => {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the projection writes this column
  const asked = new Map(rows.map((row) => [row, JSON.parse(row.devices) as Asked]));
  const names = await lookUpNames(context, {
    users: rows.flatMap(({ userId }) => userId ?? []),
    devices: [...asked.values()].flatMap((devices) => devices.map(({ deviceId }) => deviceId)),
  });
  return Promise.all(
    rows.map(async (row): Promise<RequestView> => {
      const { userId } = row;
      return {
        requestId: row.requestId,
        at: row.at,
        ...(row.endedAt === null ? {} : { endedAt: row.endedAt }),
        username:
          userId === null
            ? await openFor(context.secrets, inRequest(row, 'username'), row.usernameSealed)
            : names.user(userId),
        application: row.application,
        channel: row.channel,
        callerId: row.callerId,
        initiatingIp: await openFor(
          context.secrets,
          inRequest(row, 'initiatingIp'),
          row.initiatingIpSealed,
        ),
        ...(row.method === null ? {} : { method: row.method }),
        state: row.state,
        ...(row.code === null ? {} : { code: row.code }),
        ...(row.reference === null ? {} : { reference: row.reference }),
        ...(row.expiresAt === null ? {} : { expiresAt: row.expiresAt }),
        devices: asked
          .get(row)!
          .map((device) => ({ ...device, name: names.device(device.deviceId) })),
      };
    }),
  );
};
