import { parsePeriod, periodOwner } from '../../domain/retention.ts';
import type { KeyOwner } from '../../domain/sealed.ts';
import { joinKeys, type Keyring } from './keyring.ts';
import type { PeriodKeys } from './port.ts';

/** Keys of months: each is one row, whoever was sealed with it, so that a month ends in one commit. */
export const periodKeys = (keyring: Keyring): PeriodKeys => ({
  periods: async () =>
    keyring.table.owners('period:').flatMap((owner) => {
      const period = parsePeriod(owner);
      return period ? [periodOwner(period)] : [];
    }),

  async expire(period, held) {
    const dated = keyring.table.versions(period);
    const kept = held.flatMap((owner) =>
      keyring.table
        .versions(owner)
        .flatMap((own) =>
          dated.map((key) => ({ id: own.id + key.id, owner, key: joinKeys(own, key) })),
        ),
    );
    const ids = dated.map(({ id }) => id);
    keyring.table.expire(ids, kept, new Date().toISOString());
    keyring.forget();
  },

  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- nothing else is put there
  heldOwners: async () => keyring.table.heldOwners() as readonly KeyOwner[],

  async release(owner) {
    keyring.table.release(owner);
    keyring.forget();
  },
});
