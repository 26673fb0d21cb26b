import { sql } from 'kysely';
import type { DeviceRow, TokenRow, UserRow } from '../../adapters/views/port.ts';
import { canonicalName } from '../../domain/username.ts';
import type { DeviceView, Queries, TokenView, UserView } from '../facade.ts';
import type { QueryContext } from './context.ts';
import { inUserStream, openFor } from './open.ts';
import { pageLimit, pageOf, placeOf } from './paging.ts';

/** Escapes what `like` would take for a pattern. */
const likeText = (text: string): string => `%${text.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`;

export const userQueries = (context: QueryContext): Pick<Queries, 'findUser' | 'listUsers'> => {
  const { reader } = context;
  return {
    async findUser(username) {
      const row = await reader
        .selectFrom('users')
        .selectAll()
        .where('name', '=', canonicalName(username))
        .executeTakeFirst();
      if (!row) return undefined;
      const [view] = await showUsers(context, [row]);
      return view;
    },
    async listUsers(filter, paging) {
      let query = reader
        .selectFrom('users')
        .selectAll()
        .orderBy('name')
        .orderBy('userId')
        .limit(pageLimit(paging) + 1);
      if (filter.text !== undefined && filter.text !== '')
        query = query.where(sql<boolean>`search like ${likeText(filter.text)} escape '\\'`);
      if (filter.enabled !== undefined) query = query.where('enabled', '=', filter.enabled ? 1 : 0);
      if (filter.method !== undefined) query = query.where('method', '=', filter.method);
      if (filter.group !== undefined) query = query.where('userGroup', '=', filter.group);
      const place = placeOf(paging, 'string', 'string');
      if (place) {
        const [name, userId] = place.map(String);
        query = query.where((eb) =>
          eb.or([
            eb('name', '>', name!),
            eb.and([eb('name', '=', name!), eb('userId', '>', userId!)]),
          ]),
        );
      }
      return pageOf(
        await query.execute(),
        paging,
        (row) => [row.name, row.userId],
        (rows) => showUsers(context, rows),
      );
    },
  };
};

const showUsers = async (
  context: QueryContext,
  users: readonly UserRow[],
): Promise<readonly UserView[]> => {
  const userIds = users.map(({ userId }) => userId);
  if (userIds.length === 0) return [];
  const { reader, nowMs, secrets } = context;
  const devices = await reader
    .selectFrom('devices')
    .selectAll()
    .where('userId', 'in', userIds)
    .where('state', '<>', 'removed')
    .orderBy('activatedAt')
    .orderBy('deviceId')
    .execute();
  const tokens = await reader
    .selectFrom('tokens')
    .selectAll()
    .where('userId', 'in', userIds)
    .orderBy('assignedAt')
    .orderBy('tokenId')
    .execute();
  const blocks = await reader
    .selectFrom('blocks')
    .selectAll()
    .where('userId', 'in', userIds)
    .where('endedAt', 'is', null)
    .where('until', '>', new Date(nowMs()).toISOString())
    .orderBy('position')
    .execute();

  return Promise.all(
    users.map(async (user): Promise<UserView> => {
      const block = blocks.find(({ userId }) => userId === user.userId);
      const place = inUserStream(user.userId, 'email');
      return {
        userId: user.userId,
        username: user.username,
        firstName: user.firstName,
        lastName: user.lastName,
        email: await openFor(secrets, place, user.emailSealed),
        group: user.userGroup,
        enabled: user.enabled === 1,
        method: user.method,
        appMode: user.appMode,
        phone: user.phone,
        backupPhone: user.backupPhone,
        ...(block
          ? { blocked: { blockId: block.blockId, reason: block.reason, until: block.until } }
          : {}),
        devices: await Promise.all(
          devices.filter(({ userId }) => userId === user.userId).map(showDevice(context)),
        ),
        tokens: tokens.filter(({ userId }) => userId === user.userId).map(showToken),
        addedAt: user.addedAt,
        changedAt: user.changedAt,
      };
    }),
  );
};

const showDevice =
  ({ secrets }: QueryContext) =>
  async (device: DeviceRow): Promise<DeviceView> => ({
    deviceId: device.deviceId,
    name: await openFor(secrets, inUserStream(device.userId, 'name'), device.nameSealed),
    state: device.state === 'active' ? 'active' : 'pending',
    appVersion: device.appVersion,
    activatedAt: device.activatedAt,
  });

const showToken = ({ tokenId, serial, digits, periodSeconds }: TokenRow): TokenView => ({
  tokenId,
  serial,
  digits,
  periodSeconds,
});
