import type { DeviceRow, TokenRow, UserRow } from '../../adapters/views/port.ts';
import { userState } from '../../domain/userState.ts';
import { canonicalName } from '../../domain/username.ts';
import type { DeviceView, Queries, UserView } from '../facade.ts';
import type { TokenView } from '../facade/tokens.ts';
import type { UserDetails } from '../facade/users.ts';
import type { QueryContext } from './context.ts';
import { openFor } from './open.ts';
import { pageLimit, pageOf, placeOf } from './paging.ts';
import { userCondition } from './userFilter.ts';
import { inUserStream } from '../../domain/sealed.ts';

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
      query = query.where(userCondition(filter, new Date(context.nowMs()).toISOString()));
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

const byUser = <Row extends { userId: string }>(rows: readonly Row[]) =>
  Map.groupBy(rows, ({ userId }) => userId);

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

  const activity = await reader
    .selectFrom('userActivity')
    .selectAll()
    .where('userId', 'in', userIds)
    .execute();
  const [devicesOf, tokensOf, blocksOf, activityOf] = [
    byUser(devices),
    byUser(tokens),
    byUser(blocks),
    byUser(activity),
  ];

  return Promise.all(
    users.map(async (user): Promise<UserView> => {
      const { userId } = user;
      const [block] = blocksOf.get(userId) ?? [];
      const [seen] = activityOf.get(userId) ?? [];
      const shownDevices = devicesOf.get(userId) ?? [];
      const shownTokens = tokensOf.get(userId) ?? [];
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
        ...detailsOf(user),
        state: userState({
          enabled: user.enabled === 1,
          block: block?.flag,
          registered:
            user.phone !== '' ||
            user.backupPhone !== '' ||
            shownTokens.length > 0 ||
            shownDevices.some(({ state }) => state === 'active'),
        }),
        ...(seen?.lastAttemptAt ? { lastAttemptAt: seen.lastAttemptAt } : {}),
        ...(seen?.lastSuccessAt ? { lastSuccessAt: seen.lastSuccessAt } : {}),
        devices: await Promise.all(shownDevices.map(showDevice(context))),
        tokens: shownTokens.map(showToken),
        addedAt: user.addedAt,
        changedAt: user.changedAt,
      };
    }),
  );
};

const detailsOf = (user: UserRow): Omit<UserDetails, 'state'> => ({
  callMode: user.callMode,
  smsDirection: user.smsDirection,
  smsMode: user.smsMode,
  oathMode: user.oathMode,
  callLanguage: user.callLanguage,
  smsLanguage: user.smsLanguage,
  appLanguage: user.appLanguage,
  oathLanguage: user.oathLanguage,
  description: user.description,
  uniqueIdentifier: user.uniqueIdentifier,
  source: user.source,
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the projection writes this column
  overrides: JSON.parse(user.overrides) as readonly string[],
  version: user.version,
});

const showDevice =
  ({ secrets }: QueryContext) =>
  async (device: DeviceRow): Promise<DeviceView> => ({
    deviceId: device.deviceId,
    name: await openFor(secrets, inUserStream(device.userId, 'name'), device.nameSealed),
    state: device.state === 'active' ? 'active' : 'pending',
    appVersion: device.appVersion,
    activatedAt: device.activatedAt,
  });

const showToken = ({ userId: _user, assignedAt: _at, ...token }: TokenRow): TokenView => token;
