import { escapeFilterValue } from './ldapFilter.ts';

/** What somebody typed as a name of a Windows domain: an account, or a user principal name. */
export type WindowsName =
  | { readonly kind: 'account'; readonly account: string }
  /** `account` where the suffix is the domain's own, so that the name may be an implicit one. */
  | { readonly kind: 'principal'; readonly principal: string; readonly account?: string };

export type WindowsDomain = {
  /** NetBIOS name. */
  readonly domain: string;
  readonly baseDn: string;
};

const maxAccount = 256;
/** Never part of an account's name ([MS-SAMR] §3.1.1.6), or of what a domain reads as one. */
// oxlint-disable-next-line no-control-regex -- control characters are what this refuses
const forbidden = /["/\\[\]:;|=,+*?<>\x00-\x1f\x7f]/;
const edges = /^\s|[\s.]$/;

const isAccount = (text: string): boolean =>
  text !== '' && text.length <= maxAccount && !forbidden.test(text) && !edges.test(text);

const domainPart = /(?:^|,)\s*DC\s*=\s*([^,+\\]+?)\s*(?=,|$)/gi;

/** The domain's DNS name, from the `DC=` parts of a DN. */
export const dnsNameOf = (baseDn: string): string =>
  [...baseDn.matchAll(domainPart)].map(([, label]) => label).join('.');

/**
 * `DOMAIN\account`, `account` or `account@suffix`. Domain controllers take many more spellings for one account (its SID,
 * its display name, names of services), which nobody here may go by.
 * @returns undefined where it is no such name, or one of another domain
 */
export const readWindowsName = (
  typed: string,
  { domain, baseDn }: WindowsDomain,
): WindowsName | undefined => {
  const [before = '', after, more] = typed.split('\\');
  if (more !== undefined) return undefined;
  if (after !== undefined)
    return before.toLowerCase() === domain.toLowerCase() && isAccount(after) && !after.includes('@')
      ? { kind: 'account', account: after }
      : undefined;
  if (!isAccount(typed)) return undefined;
  const at = typed.lastIndexOf('@');
  if (at < 0) return { kind: 'account', account: typed };
  const account = typed.slice(0, at);
  const suffix = typed.slice(at + 1);
  if (account === '' || suffix === '') return undefined;
  const isOwn = suffix.toLowerCase() === dnsNameOf(baseDn).toLowerCase();
  return { kind: 'principal', principal: typed, ...(isOwn ? { account } : {}) };
};

const isPerson = '(objectCategory=person)(objectClass=user)';

/** Finds the one entry that a name stands for. */
export const windowsFilter = (name: WindowsName): string => {
  const account =
    name.account === undefined ? '' : `(sAMAccountName=${escapeFilterValue(name.account)})`;
  if (name.kind === 'account') return `(&${isPerson}${account})`;
  const principal = `(userPrincipalName=${escapeFilterValue(name.principal)})`;
  return `(&${isPerson}${account === '' ? principal : `(|${principal}${account})`})`;
};

/** The name as a domain controller takes it in a bind, before anything is known of the person. */
export const bindNameOf = (name: WindowsName, { domain }: WindowsDomain): string =>
  name.kind === 'account' ? `${domain}\\${name.account}` : name.principal;
