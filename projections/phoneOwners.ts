import { streamId, type Projection } from './projection.ts';
import { table } from './table.ts';

const phoneOwners = table({
  name: 'phoneOwners',
  key: 'userId',
  columns: { userId: 'text', phoneKey: 'text' },
  indexes: [['phoneKey']],
});

/** Whose primary phone a number is: by its keyed hash, for text messages that come in. */
export const phoneOwnersProjection: Projection = {
  name: 'phoneOwners',
  version: 1,
  tables: [phoneOwners],
  on: {
    UserPhoneChanged(event, rows) {
      const { which, phoneKey } = event.data;
      const userId = streamId(event);
      if (which !== 'primary') return;
      if (phoneKey === undefined) rows.remove('phoneOwners', userId);
      else rows.put('phoneOwners', { userId, phoneKey });
    },
    UserRegistrationReset: (event, rows) => rows.remove('phoneOwners', streamId(event)),
    UserRemoved: (event, rows) => rows.remove('phoneOwners', streamId(event)),
  },
};
