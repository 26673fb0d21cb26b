import type { StoredEvent } from '../adapters/eventStore/port.ts';
import type { UserRow } from '../adapters/views/port.ts';
import { phoneField } from '../domain/phone.ts';
import type { Sealed } from '../domain/sealed.ts';
import { builtInPreferences } from '../domain/userDefaults.ts';
import { canonicalName } from '../domain/username.ts';
import { expiring } from './expiry.ts';
import { streamId, userPlace, type Projection, type Tools } from './projection.ts';
import type { Rows } from './rows.ts';
import { removedUsers, userChanges, users } from './userTables.ts';

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

/** Columns that a history tells of with their values, and those that it only names. */
const told = [
  'userGroup',
  'description',
  'uniqueIdentifier',
  'enabled',
  'method',
  'appMode',
  'callMode',
  'smsDirection',
  'smsMode',
  'oathMode',
  'callLanguage',
  'smsLanguage',
  'appLanguage',
  'oathLanguage',
  'overrides',
  'phone',
  'backupPhone',
] as const satisfies readonly (keyof UserRow)[];
const named = [
  'firstName',
  'lastName',
  'emailSealed',
] as const satisfies readonly (keyof UserRow)[];
const fieldNames: Readonly<Record<string, string>> = { userGroup: 'group', emailSealed: 'email' };

const changesBetween = (before: UserRow, after: UserRow) => [
  ...told
    .filter((column) => before[column] !== after[column])
    .map((column) => ({
      field: fieldNames[column] ?? column,
      before: String(before[column]),
      after: String(after[column]),
    })),
  ...named
    .filter((column) => before[column] !== after[column])
    .map((column) => ({ field: fieldNames[column] ?? column })),
];

/** Writes a changed record with its next version, and what the event changed. */
const changed = async (
  event: StoredEvent,
  rows: Rows,
  change: Partial<UserRow> | ((user: UserRow) => Promise<Partial<UserRow>>),
): Promise<void> => {
  const userId = streamId(event);
  const user = await rows.get('users', userId);
  if (!user) return;
  const after: UserRow = {
    ...user,
    ...(typeof change === 'function' ? await change(user) : change),
    version: user.version + 1,
    changedAt: event.meta.at,
  };
  rows.put('users', after);
  const changes = changesBetween(user, after);
  // What stands on record together with the adding of a person is no change.
  if (changes.length === 0 || event.meta.at === user.addedAt) return;
  rows.put('userChanges', {
    position: event.position,
    userId,
    changes: JSON.stringify(changes),
  });
};

/** The people in the list, with the names that lists show in the clear, and what was changed on them. */
export const usersProjection: Projection = {
  name: 'users',
  version: 3,
  tables: [users, removedUsers, userChanges],
  on: {
    AuditRetentionApplied: expiring({
      family: 'administration',
      table: 'userChanges',
      key: 'position',
      age: 'position',
      people: ({ userId }) => [userId],
    }),
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
        ...builtInPreferences,
        objectId: data.objectId,
        description: '',
        uniqueIdentifier: '',
        source: data.source,
        overrides: '[]',
        phone: '',
        backupPhone: '',
        version: 1,
        addedAt: meta.at,
        changedAt: meta.at,
      });
    },
    UserUpdated: (event, rows, tools) =>
      changed(event, rows, async (user) => {
        const { data } = event;
        const names = {
          firstName: (await opened(event, 'firstName', data.firstName, tools)) ?? user.firstName,
          lastName: (await opened(event, 'lastName', data.lastName, tools)) ?? user.lastName,
        };
        return {
          ...names,
          search: search({ ...user, ...names }),
          emailSealed: data.email ?? user.emailSealed,
          userGroup: data.group ?? user.userGroup,
          description: data.description ?? user.description,
          uniqueIdentifier: data.uniqueIdentifier ?? user.uniqueIdentifier,
        };
      }),
    UserMethodChanged: (event, rows) =>
      changed(event, rows, { method: event.data.method, appMode: event.data.appMode }),
    UserPreferencesChanged: (event, rows) => changed(event, rows, event.data),
    UserOverridesChanged: (event, rows) =>
      changed(event, rows, { overrides: JSON.stringify(event.data.fields) }),
    UserPhoneChanged: (event, rows) =>
      changed(event, rows, { [phoneField[event.data.which]]: event.data.masked }),
    UserRegistrationReset: (event, rows) =>
      changed(event, rows, {
        phone: '',
        backupPhone: '',
      }),
    UserEnabled: (event, rows) => changed(event, rows, { enabled: 1 }),
    UserDisabled: (event, rows) => changed(event, rows, { enabled: 0 }),
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
    /** What stays says that somebody was there. The name's hash would tell who to whoever has a list of names. */
    async UserErased(event, rows) {
      const userId = streamId(event);
      await rows.change('removedUsers', userId, { usernameKey: '' });
      for (const { position } of await rows.find('userChanges', 'userId', userId))
        rows.remove('userChanges', position);
    },
  },
};
