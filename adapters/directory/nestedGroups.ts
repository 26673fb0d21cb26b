import { AndFilter, EqualityFilter, ExtensibleFilter, type Client } from 'ldapts';

/** Active Directory follows a chain of groups by itself (MS-ADTS 3.1.1.3.4.4.3). */
const inChain = '1.2.840.113556.1.4.1941';
/** Below the thousand entries that a domain controller gives at once. */
const pageSize = 500;
/** No attributes: the name of an entry is all that is wanted (RFC 4511 §4.5.1.8). */
const noAttributes = ['1.1'];

const domainPart = /(?:^|,)\s*((?:dc=[^,\\]+)(?:,\s*dc=[^,\\]+)*)\s*$/i;

/** The domain that an entry is in: groups are found in all of it, wherever people are looked for. */
export const domainOf = (dn: string): string | undefined => domainPart.exec(dn)?.[1];

type Search = {
  /** Of the person, as the server spells it. */
  readonly dn: string;
  /** Where the name shows no domain. */
  readonly baseDn: string;
  readonly timeLimitSeconds: number;
};

/** DNs of all groups of the person's domain that they are in, directly or through other groups. */
export const nestedGroups = async (
  client: Client,
  { dn, baseDn, timeLimitSeconds }: Search,
): Promise<readonly string[]> => {
  const { searchEntries } = await client.search(domainOf(dn) ?? baseDn, {
    scope: 'sub',
    filter: new AndFilter({
      filters: [
        new EqualityFilter({ attribute: 'objectClass', value: 'group' }),
        new ExtensibleFilter({ matchType: 'member', rule: inChain, value: dn }),
      ],
    }),
    attributes: noAttributes,
    paged: { pageSize },
    timeLimit: timeLimitSeconds,
  });
  return searchEntries.map((entry) => entry.dn);
};
