import { table } from './table.ts';

export const users = table({
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
    callMode: 'text',
    smsDirection: 'text',
    smsMode: 'text',
    oathMode: 'text',
    callLanguage: 'text',
    smsLanguage: 'text',
    appLanguage: 'text',
    oathLanguage: 'text',
    objectId: 'text',
    description: 'text',
    uniqueIdentifier: 'text',
    source: 'text',
    overrides: 'text',
    phone: 'text',
    backupPhone: 'text',
    version: 'integer',
    addedAt: 'text',
    changedAt: 'text',
  },
  indexes: [['name', 'userId'], ['usernameKey']],
});

export const removedUsers = table({
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

export const userChanges = table({
  name: 'userChanges',
  key: 'position',
  columns: { position: 'integer', userId: 'text', changes: 'text' },
  indexes: [['userId', 'position']],
  findBy: ['userId'],
});
