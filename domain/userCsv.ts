import { csvLine, restored } from './csv.ts';
import { methods, smsDirections, standardOrPin, type Method } from './methods.ts';
import type { Preferences } from './methods.ts';
import { parsePhone } from './phone.ts';

/** Our columns in the order in which they are written (spec/20 'CSV export and import'). */
export const userColumns = [
  'Username',
  'First Name',
  'Last Name',
  'Email',
  'User Group',
  'Description',
  'Enabled',
  'Primary Country Code',
  'Primary Phone',
  'Primary Extension',
  'Backup Country Code',
  'Backup Phone',
  'Backup Extension',
  'Method',
  'Call Mode',
  'SMS Direction',
  'SMS Mode',
  'App Mode',
  'OATH Mode',
  'Call Language',
  'SMS Language',
  'App Language',
  'OATH Language',
  'OATH Serial',
  'Unique Identifier',
] as const;
export type UserColumn = (typeof userColumns)[number];

/** Name of an exported file; the original's. */
export const exportFileName = 'Multi-Factor Authentication Users.csv';

/** What a line says of a person; what it does not say is absent. */
export type UserRecord = {
  readonly username: string;
  readonly firstName?: string;
  readonly lastName?: string;
  readonly email?: string;
  readonly group?: string;
  readonly description?: string;
  readonly enabled?: boolean;
  /** `+CC number xEXT`; empty where it is to be taken away. */
  readonly phone?: string;
  readonly backupPhone?: string;
  readonly method?: Method;
  readonly appMode?: 'standard' | 'pin';
  readonly uniqueIdentifier?: string;
} & Partial<Preferences>;

export type ReadRecord =
  | { readonly record: UserRecord; readonly warnings: readonly string[] }
  | { readonly fault: string };

/** Columns of a file by their places; a name that comes twice counts once. */
export type Header = ReadonlyMap<UserColumn, number>;

const byLowerName = new Map(userColumns.map((name) => [name.toLowerCase(), name]));

/** Finds the known columns, in any order and spelling of case. */
export const readHeader = (
  cells: readonly string[],
): { readonly header: Header; readonly unknown: readonly string[] } => {
  const header = new Map<UserColumn, number>();
  const unknown: string[] = [];
  for (const [index, cell] of cells.entries()) {
    const name = byLowerName.get(restored(cell).trim().toLowerCase());
    if (name !== undefined && !header.has(name)) header.set(name, index);
    else if (cell.trim() !== '') unknown.push(cell.trim());
  }
  return { header, unknown };
};

const maxLengths: Readonly<Partial<Record<UserColumn, number>>> = { Username: 256, Email: 254 };
const defaultMaxLength = 128;

/** A word without case, blanks and dashes: `One-Way` is `oneway`. */
const plain = (word: string): string => word.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
const words = <W extends string>(
  own: readonly W[],
  more: Readonly<Record<string, W>> = {},
): ReadonlyMap<string, W> =>
  new Map([...own.map((word): [string, W] => [plain(word), word]), ...Object.entries(more)]);

const vocabulary = {
  Method: words(methods, {
    phonecall: 'call',
    textmessage: 'sms',
    mobileapp: 'app',
    oathtoken: 'oath',
  }),
  'Call Mode': words(standardOrPin),
  'SMS Direction': words(smsDirections),
  'SMS Mode': words(standardOrPin, { otp: 'standard', otppin: 'pin' }),
  'App Mode': words(standardOrPin),
  'OATH Mode': words(standardOrPin),
} as const;
const enabledWords = new Map([
  ...['true', 'yes', 'y', '1', 'enabled'].map((word) => [word, true] as const),
  ...['false', 'no', 'n', '0', 'disabled'].map((word) => [word, false] as const),
]);
/** A language tag of BCP 47 by its form. */
export const languageForm = /^[a-z]{2,8}(-[a-z0-9]{1,8}){0,4}$/i;

class Unfit extends Error {
  override readonly name = 'Unfit';
}

/** Reads the cells of one line; an empty cell says nothing. */
export const readUserRecord = (
  header: Header,
  cells: readonly string[],
  options: { readonly defaultCountryCode: string },
): ReadRecord => {
  const warnings: string[] = [];
  const text = (column: UserColumn): string | undefined => {
    const index = header.get(column);
    const value = index === undefined ? '' : restored(cells[index] ?? '').trim();
    if (value.length > (maxLengths[column] ?? defaultMaxLength))
      throw new Unfit(`${column}: at most ${maxLengths[column] ?? defaultMaxLength} characters`);
    if (/\p{Cc}/u.test(value)) throw new Unfit(`${column}: one line without control characters`);
    return value === '' ? undefined : value;
  };
  const word = <W>(column: UserColumn, known: ReadonlyMap<string, W>): W | undefined => {
    const value = text(column);
    const found = value === undefined ? undefined : known.get(plain(value));
    if (value !== undefined && found === undefined)
      throw new Unfit(`${column}: one of ${[...new Set(known.values())].join(', ')}`);
    return found;
  };
  const language = (column: UserColumn): string | undefined => {
    const tag = text(column);
    if (tag !== undefined && !languageForm.test(tag))
      throw new Unfit(`${column}: a language tag such as en or de-AT`);
    return tag;
  };
  const phone = (which: 'Primary' | 'Backup'): string | undefined => {
    const number = text(`${which} Phone`);
    if (number === undefined) return undefined;
    const country = text(`${which} Country Code`)?.replace(/^\+/, '') ?? options.defaultCountryCode;
    const extension = text(`${which} Extension`);
    const whole = `${number.startsWith('+') ? '' : `+${country} `}${number}${extension === undefined ? '' : ` x${extension}`}`;
    if (parsePhone(whole) !== undefined) return whole;
    // The person is worth more than the number (spec/20 'Errors').
    warnings.push(`${which} Phone: no phone number; left as it is`);
    return undefined;
  };
  try {
    const username = text('Username');
    if (username === undefined) return { fault: 'Username: missing' };
    const fields = {
      username,
      firstName: text('First Name'),
      lastName: text('Last Name'),
      email: text('Email'),
      group: text('User Group'),
      description: text('Description'),
      enabled: word('Enabled', enabledWords),
      phone: phone('Primary'),
      backupPhone: phone('Backup'),
      method: word('Method', vocabulary.Method),
      appMode: word('App Mode', vocabulary['App Mode']),
      callMode: word('Call Mode', vocabulary['Call Mode']),
      smsDirection: word('SMS Direction', vocabulary['SMS Direction']),
      smsMode: word('SMS Mode', vocabulary['SMS Mode']),
      oathMode: word('OATH Mode', vocabulary['OATH Mode']),
      callLanguage: language('Call Language'),
      smsLanguage: language('SMS Language'),
      appLanguage: language('App Language'),
      oathLanguage: language('OATH Language'),
      uniqueIdentifier: text('Unique Identifier'),
    };
    const given = Object.fromEntries(
      Object.entries(fields).filter(([, value]) => value !== undefined),
    );
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- absent fields are left out, as the type says
    return { record: given as UserRecord, warnings };
  } catch (error) {
    if (error instanceof Unfit) return { fault: error.message };
    throw error;
  }
};

/** A person as a line says them. */
export type ExportedUser = Required<Omit<UserRecord, 'phone' | 'backupPhone'>> & {
  readonly phone: string;
  readonly backupPhone: string;
  readonly oathSerial: string;
};

/** `+1 5550147 x12`, also with the number masked, in its three cells. */
const phoneCells = (phone: string): readonly [string, string, string] => {
  const [, country = '', number = '', extension = ''] =
    /^\+(\d{1,3}) ([^ ]+)(?: x(\d+))?$/.exec(phone) ?? [];
  return [country, number, extension];
};

export const headerLine = (): string => csvLine(userColumns);

export const userLine = (user: ExportedUser): string =>
  csvLine([
    user.username,
    user.firstName,
    user.lastName,
    user.email,
    user.group,
    user.description,
    String(user.enabled),
    ...phoneCells(user.phone),
    ...phoneCells(user.backupPhone),
    user.method,
    user.callMode,
    user.smsDirection,
    user.smsMode,
    user.appMode,
    user.oathMode,
    user.callLanguage,
    user.smsLanguage,
    user.appLanguage,
    user.oathLanguage,
    user.oathSerial,
    user.uniqueIdentifier,
  ]);
