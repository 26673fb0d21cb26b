import { createHash, timingSafeEqual } from 'node:crypto';
import type { Queries, ServiceAccountView } from '../facade.ts';
import type { QueryContext } from './context.ts';

/** A longer secret is none of ours; hashing it would be somebody else's use of our time. */
export const maxSecretLength = 1_024;
/** What an unknown name is compared with, so that it costs what a known one does (SEC-64). */
const nobody = Buffer.alloc(32);

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Compares in constant time; an empty or missing secret matches nothing. */
export const matchesHash = (secret: string, storedHex: string | null | undefined): boolean => {
  const usable = secret.length > 0 && secret.length <= maxSecretLength;
  const given = sha256(usable ? secret : '');
  const stored = Buffer.from(storedHex ?? '', 'hex');
  const known = stored.length === nobody.length;
  return timingSafeEqual(given, known ? stored : nobody) && known && usable;
};

export const credentialQueries = ({
  reader,
}: QueryContext): Pick<Queries, 'verifyServiceAccount' | 'listServiceAccounts'> => ({
  async verifyServiceAccount(name, password) {
    const account = await reader
      .selectFrom('serviceAccounts')
      .selectAll()
      .where('nameKey', '=', name.toLowerCase())
      .where('removedAt', 'is', null)
      .executeTakeFirst();
    return matchesHash(password, account?.secretHash) && account ? shown(account) : undefined;
  },
  async listServiceAccounts() {
    const rows = await reader
      .selectFrom('serviceAccounts')
      .selectAll()
      .where('removedAt', 'is', null)
      .orderBy('nameKey')
      .execute();
    return rows.map(shown);
  },
});

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the projection writes these columns
const texts = (json: string): readonly string[] => JSON.parse(json) as string[];

const shown = (row: { accountId: string; name: string; groups: string }): ServiceAccountView => ({
  accountId: row.accountId,
  name: row.name,
  groups: texts(row.groups),
});
