import { type Projection } from './projection.ts';
import { table } from './table.ts';

const serviceAccounts = table({
  name: 'serviceAccounts',
  key: 'accountId',
  columns: {
    accountId: 'text',
    name: 'text',
    nameKey: 'text',
    secretHash: 'text?',
    groups: 'text',
    removedAt: 'text?',
  },
  indexes: [['nameKey']],
});

/** Accounts that call the SDK. */
export const serviceAccountsProjection: Projection = {
  name: 'serviceAccounts',
  version: 1,
  tables: [serviceAccounts],
  on: {
    ServiceAccountAdded({ data }, rows) {
      rows.put('serviceAccounts', {
        accountId: data.accountId,
        name: data.name,
        nameKey: data.name.toLowerCase(),
        secretHash: data.secretHash,
        groups: JSON.stringify(data.groups),
        removedAt: null,
      });
    },
    ServiceAccountRemoved: ({ data, meta }, rows) =>
      rows.change('serviceAccounts', data.accountId, { secretHash: null, removedAt: meta.at }),
  },
};
