import type { UserFilter, UserView } from '../facade.ts';
import type { Arguments } from './deserialise.ts';
import { sdkErrors } from './pfWsSdkCodes.ts';
import { optional } from './pfWsSdkOperation.ts';
import type { SdkContext, SdkOperation } from './pfWsSdkOperation.ts';
import { pinModeOf, smsModeOf, methodsByMode, modeOf, phoneOf } from './pfWsSdkRecords.ts';
import type { Outputs } from './serialise.ts';

/** contracts/sdk-soap.md section 6.3: more than this and `resultsComplete` is false. */
const maxResults = 1_000;
/** Users looked at for one search, so that one call cannot read a whole directory page by page. */
const maxScanned = 50_000;
const pageSize = 500;

/** What says something about one person; others are properties that many share. */
const personalFilters = ['username', 'firstName', 'lastName', 'email', 'phone'] as const;
const matchesAll = (pattern: string): boolean => pattern === '' || pattern === '*';

/** FindUsers in all its numbers; a search for somebody is on record (SEC-85). */
export const findUsers: SdkOperation = {
  scope: 'read users',
  missing: 'userNotFound',
  async run(args, context) {
    const { found, complete } = await search(args, context);
    const by = personalFilters.filter((name) => !matchesAll(args.text(`${name}Filter`)));
    const { facade, sdk } = context;
    if (by.length > 0)
      await facade.auditing?.searched(sdk.caller, {
        operation: 'FindUsers',
        by,
        found: found.length,
      });
    return {
      Result: true,
      resultsComplete: complete,
      userResults: found.map(rowOf),
      error: sdkErrors.none,
    };
  },
};

const search = async (
  args: Arguments,
  { facade }: SdkContext,
): Promise<{ found: readonly UserView[]; complete: boolean }> => {
  const matches = matcherOf(args);
  const filter = filterOf(args);
  const found: UserView[] = [];
  let cursor: string | undefined;
  for (let scanned = 0; scanned < maxScanned; scanned += pageSize) {
    const paging = cursor === undefined ? { limit: pageSize } : { limit: pageSize, cursor };
    const page = await facade.queries.listUsers(filter, paging);
    for (const user of page.rows) {
      if (!matches(user)) continue;
      if (found.length === maxResults) return { found, complete: false };
      found.push(user);
    }
    cursor = page.nextCursor;
    if (cursor === undefined) return { found, complete: true };
  }
  return { found, complete: false };
};

/** What the view can select by itself; the rest is matched here. */
const filterOf = (args: Arguments): UserFilter => {
  const method = args.flag('modeSpecified')
    ? methodsByMode.get(args.text('modeFilter'))
    : undefined;
  return {
    ...(method === undefined ? {} : { method }),
    ...(args.flag('enabledSpecified') ? { enabled: args.flag('enabledFilter') } : {}),
  };
};

type Matcher = (user: UserView) => boolean;

const matcherOf = (args: Arguments): Matcher => {
  const matchers: readonly Matcher[] = [
    textMatcher(args, 'username', ({ username }) => username),
    textMatcher(args, 'firstName', ({ firstName }) => firstName),
    textMatcher(args, 'lastName', ({ lastName }) => lastName),
    textMatcher(args, 'email', ({ email }) => email),
    textMatcher(args, 'userGroup', ({ group }) => group),
    phoneMatcher(args),
    wordMatcher(args, 'pinMode', pinModeOf),
    wordMatcher(args, 'smsDirection', ({ smsDirection }) => smsDirection),
    wordMatcher(args, 'smsMode', smsModeOf),
    wordMatcher(args, 'phoneAppMode', ({ appMode }) => appMode),
    tagMatcher(args),
  ];
  return (user) => matchers.every((matches) => matches(user));
};

const textMatcher = (args: Arguments, name: string, value: (user: UserView) => string): Matcher => {
  const pattern = optional(args, `${name}Filter`);
  if (matchesAll(pattern)) return () => true;
  const exact = args.flag(`${name}CaseSensitive`);
  const fold = (text: string): string => (exact ? text : text.toLowerCase());
  const folded = fold(pattern);
  return (user) => matchesWildcard(folded, fold(value(user)));
};

/** Numbers are masked where they can be read, so a filter finds them by their last digits only. */
const phoneMatcher = (args: Arguments): Matcher => {
  const pattern = optional(args, 'phoneFilter');
  if (matchesAll(pattern)) return () => true;
  return (user) => matchesWildcard(pattern, phoneOf(user.phone).PhoneNumber);
};

const wordMatcher = (args: Arguments, name: string, value: (user: UserView) => string): Matcher => {
  if (!args.flag(`${name}Specified`)) return () => true;
  const wanted = args.text(`${name}Filter`);
  return (user) => value(user) === wanted;
};

/** Nobody has tags here; only a filter that asks for none finds anybody. */
const tagMatcher = (args: Arguments): Matcher => {
  const asked = args.texts('tagIds').some((tag) => tag !== '');
  return () => !asked;
};

/**
 * True where the pattern, in which `*` stands for any text, fits the whole text. One pass with one place to go
 * back to: no pattern makes it slow.
 */
export const matchesWildcard = (pattern: string, text: string): boolean => {
  const parts = pattern.split('*');
  const first = parts[0] ?? '';
  const last = parts.at(-1) ?? '';
  if (parts.length === 1) return text === pattern;
  if (text.length < first.length + last.length) return false;
  if (!text.startsWith(first) || !text.endsWith(last)) return false;
  let from = first.length;
  for (const part of parts.slice(1, -1)) {
    const at = text.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  return from <= text.length - last.length;
};

const rowOf = (user: UserView): Outputs => {
  const { CountryCode, PhoneNumber } = phoneOf(user.phone);
  return {
    Username: user.username,
    FirstName: user.firstName,
    LastName: user.lastName,
    Email: user.email,
    UserGroup: user.group,
    CountryCode,
    PhoneNumber,
    Mode: modeOf(3, user.method),
    Enabled: user.enabled,
  };
};
