import type { PhoneOwnerQueries } from '../facade/phoneOwners.ts';
import type { QueryContext } from './context.ts';
import { readSettings } from './settings.ts';

/** One is somebody, two are nobody in particular. */
const enough = 2;
/** As in `+1 5552580147 x12`, `…;ext=12`: who is behind a switchboard has the number of the switchboard. */
const extension = /(?:x|;?\s*ext[.=]?)\s*\d+\s*$/i;

/** The digits that a number may be on record by. */
const digitsOf = (phone: string, defaultCountryCode: string): readonly string[] => {
  const digits = phone.replace(extension, '').replaceAll(/\D/g, '');
  // Callers that keep the country code apart from the plus sign hand it over without one.
  return phone.trimStart().startsWith('+') ? [digits] : [digits, `${defaultCountryCode}${digits}`];
};

export const phoneOwnerQueries = (context: QueryContext): PhoneOwnerQueries => ({
  async ownersOfPhone(phone) {
    const { defaultCountryCode } = await readSettings(context);
    const keys = digitsOf(phone, defaultCountryCode).map((digits) =>
      context.secrets.hash('phone', digits),
    );
    const rows = await context.reader
      .selectFrom('phoneOwners')
      .innerJoin('users', 'users.userId', 'phoneOwners.userId')
      .select('users.username')
      .where('phoneOwners.phoneKey', 'in', keys)
      .orderBy('users.name')
      .limit(enough)
      .execute();
    return rows.map(({ username }) => username);
  },
});
