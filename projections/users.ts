import type { UserRow } from '../adapters/views/port.ts';
import { canonicalName } from '../domain/username.ts';
import type { Sealed } from '../domain/sealed.ts';
import type { StoredEvent } from '../adapters/eventStore/port.ts';
import { streamId, userPlace, type Projection, type Tools } from './projection.ts';
import { table } from './table.ts';

const users = table({
  name: 'users',
  key: 'userId',
  columns: {
    userId: 'text',
    name: 'text',
    username: 'text',
    usernameKey: 'text',
    usernameSealed: 'text',
    firstName: 'text',
    lastName: 'text',
    search: 'text',
    emailSealed: 'text?',
    userGroup: 'text',
    enabled: 'integer',
    method: 'text',
    appMode: 'text',
    objectId: 'text',
    phone: 'text',
    backupPhone: 'text',
    addedAt: 'text',
    changedAt: 'text',
  },
  indexes: [['name', 'userId'], ['usernameKey']],
});

const removedUsers = table({
  name: 'removedUsers',
  key: 'userId',
  columns: {
    userId: 'text',
    usernameKey: 'text',
    usernameSealed: 'text',
    removedAt: 'text',
  },
  indexes: [['usernameKey']],
});

type Named = Pick<UserRow, 'username' | 'firstName' | 'lastName'>;
const search = ({ username, firstName, lastName }: Named): string =>
  `${username} ${firstName} ${lastName}`.toLowerCase();

const opened = async (
  event: StoredEvent,
  field: string,
  sealed: Sealed | undefined,
  tools: Tools,
): Promise<string | undefined> =>
  sealed === undefined ? undefined : tools.open(userPlace(event, field), sealed);

/** The people in the list, with the names that lists show in the clear. */
export const usersProjection: Projection = {
  name: 'users',
  version: 1,
  tables: [users, removedUsers],
  on: {
    async UserAdded(event, rows, tools) {
      const { data, meta } = event;
      const username = await tools.open(userPlace(event, 'username'), data.username);
      const firstName = (await opened(event, 'firstName', data.firstName, tools)) ?? '';
      const lastName = (await opened(event, 'lastName', data.lastName, tools)) ?? '';
      rows.put('users', {
        userId: streamId(event),
        name: canonicalName(username),
        username,
        usernameKey: data.usernameKey,
        usernameSealed: data.username,
        firstName,
        lastName,
        search: search({ username, firstName, lastName }),
        emailSealed: data.email ?? null,
        userGroup: data.group ?? '',
        enabled: data.enabled ? 1 : 0,
        method: data.method,
        appMode: data.appMode,
        objectId: data.objectId,
        phone: '',
        backupPhone: '',
        addedAt: meta.at,
        changedAt: meta.at,
      });
    },
    async UserUpdated(event, rows, tools) {
      const { data, meta } = event;
      const user = await rows.get('users', streamId(event));
      if (!user) return;
      const names = {
        firstName: (await opened(event, 'firstName', data.firstName, tools)) ?? user.firstName,
        lastName: (await opened(event, 'lastName', data.lastName, tools)) ?? user.lastName,
      };
      rows.put('users', {
        ...user,
        ...names,
        search: search({ ...user, ...names }),
        emailSealed: data.email ?? user.emailSealed,
        userGroup: data.group ?? user.userGroup,
        changedAt: meta.at,
      });
    },
    UserMethodChanged: (event, rows) =>
      rows.change('users', streamId(event), {
        method: event.data.method,
        appMode: event.data.appMode,
        changedAt: event.meta.at,
      }),
    UserPhoneChanged: (event, rows) =>
      rows.change('users', streamId(event), {
        [event.data.which === 'primary' ? 'phone' : 'backupPhone']: event.data.masked,
        changedAt: event.meta.at,
      }),
    UserEnabled: (event, rows) =>
      rows.change('users', streamId(event), { enabled: 1, changedAt: event.meta.at }),
    UserDisabled: (event, rows) =>
      rows.change('users', streamId(event), { enabled: 0, changedAt: event.meta.at }),
    async UserRemoved(event, rows) {
      const userId = streamId(event);
      const user = await rows.get('users', userId);
      if (!user) return;
      rows.remove('users', userId);
      rows.put('removedUsers', {
        userId,
        usernameKey: user.usernameKey,
        usernameSealed: user.usernameSealed,
        removedAt: event.meta.at,
      });
    },
  },
};
