import { canonicalName } from '../../domain/username.ts';
import type { QueryContext } from './context.ts';
import { openFor } from './open.ts';
import { inUserStream } from '../../domain/sealed.ts';

/** Names of the things that a page of rows mentions, looked up together. */
export type Names = {
  user(userId: string): string;
  device(deviceId: string): string;
  account(accountId: string): string;
  client(clientId: string): string;
};

export type NamedIds = {
  readonly users?: Iterable<string>;
  readonly devices?: Iterable<string>;
  readonly accounts?: Iterable<string>;
  readonly clients?: Iterable<string>;
};

const ids = (some: Iterable<string> | undefined): string[] => [...new Set(some)];

/** A thing that the views do not know is shown by its id. */
export const lookUpNames = async (
  { reader, secrets }: Pick<QueryContext, 'reader' | 'secrets'>,
  wanted: NamedIds,
): Promise<Names> => {
  const users = await userNames({ reader, secrets }, ids(wanted.users));
  const devices = await deviceNames({ reader, secrets }, ids(wanted.devices));
  const accounts = await accountNames({ reader }, ids(wanted.accounts));
  const clients = await clientNames({ reader }, ids(wanted.clients));
  return {
    user: (id) => users.get(id) ?? id,
    device: (id) => devices.get(id) ?? id,
    account: (id) => accounts.get(id) ?? id,
    client: (id) => clients.get(id) ?? id,
  };
};

const userNames = async (
  { reader, secrets }: Pick<QueryContext, 'reader' | 'secrets'>,
  userIds: readonly string[],
): Promise<ReadonlyMap<string, string>> => {
  if (userIds.length === 0) return new Map();
  const present = await reader
    .selectFrom('users')
    .select(['userId', 'username'])
    .where('userId', 'in', userIds)
    .execute();
  const names = new Map(present.map(({ userId, username }) => [userId, username]));
  if (names.size === userIds.length) return names;
  const removed = await reader
    .selectFrom('removedUsers')
    .select(['userId', 'usernameSealed'])
    .where('userId', 'in', userIds)
    .execute();
  for (const { userId, usernameSealed } of removed)
    names.set(userId, await openFor(secrets, inUserStream(userId, 'username'), usernameSealed));
  return names;
};

const deviceNames = async (
  { reader, secrets }: Pick<QueryContext, 'reader' | 'secrets'>,
  deviceIds: readonly string[],
): Promise<ReadonlyMap<string, string>> => {
  if (deviceIds.length === 0) return new Map();
  const rows = await reader
    .selectFrom('devices')
    .select(['deviceId', 'userId', 'nameSealed'])
    .where('deviceId', 'in', deviceIds)
    .execute();
  const names = rows.map(
    async ({ deviceId, userId, nameSealed }) =>
      [deviceId, await openFor(secrets, inUserStream(userId, 'name'), nameSealed)] as const,
  );
  return new Map(await Promise.all(names));
};

const accountNames = async (
  { reader }: Pick<QueryContext, 'reader'>,
  accountIds: readonly string[],
): Promise<ReadonlyMap<string, string>> => {
  if (accountIds.length === 0) return new Map();
  const rows = await reader
    .selectFrom('serviceAccounts')
    .select(['accountId', 'name'])
    .where('accountId', 'in', accountIds)
    .execute();
  return new Map(rows.map(({ accountId, name }) => [accountId, name]));
};

const clientNames = async (
  { reader }: Pick<QueryContext, 'reader'>,
  clientIds: readonly string[],
): Promise<ReadonlyMap<string, string>> => {
  if (clientIds.length === 0) return new Map();
  const rows = await reader
    .selectFrom('apiClients')
    .select(['clientId', 'name'])
    .where('clientId', 'in', clientIds)
    .execute();
  return new Map(rows.map(({ clientId, name }) => [clientId, name]));
};

/** Ids that a name stands for: the person in the list, and removed ones who had it before. */
export const userIdsNamed = async (
  { reader, secrets }: Pick<QueryContext, 'reader' | 'secrets'>,
  username: string,
): Promise<readonly string[]> => {
  const name = canonicalName(username);
  const present = await reader
    .selectFrom('users')
    .select('userId')
    .where('name', '=', name)
    .execute();
  const removed = await reader
    .selectFrom('removedUsers')
    .select('userId')
    .where('usernameKey', '=', secrets.hash('username', name))
    .execute();
  return [...present, ...removed].map(({ userId }) => userId);
};
