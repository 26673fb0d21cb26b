import { isIP } from 'node:net';
import type { GroupReply, ReplyAttribute } from '../../domain/items/radius.ts';
import { microsoft, types, vendorAttribute } from './attributes.ts';
import type { Attribute } from './packet.ts';

type Format = NonNullable<ReplyAttribute['format']>;
type Named = {
  readonly type: number;
  readonly format: Format;
  /** It may stand in a group of tunnel attributes (RFC 2868 §3). */
  readonly tagged?: true;
  /** Numbers that have names. */
  readonly words?: ReadonlyMap<string, number>;
};

/** Standard attributes that an accept may say (RFC 2865 §5.44, 2868, 2869, 4849); all else is the protocol's own. */
const named: ReadonlyMap<string, Named> = new Map<string, Named>([
  ['Service-Type', { type: 6, format: 'integer' }],
  ['Framed-IP-Address', { type: types.framedIpAddress, format: 'address' }],
  ['Framed-IP-Netmask', { type: 9, format: 'address' }],
  ['Filter-Id', { type: 11, format: 'text' }],
  ['Framed-Route', { type: 22, format: 'text' }],
  ['Class', { type: types.class, format: 'text' }],
  ['Session-Timeout', { type: 27, format: 'integer' }],
  ['Idle-Timeout', { type: 28, format: 'integer' }],
  ['Tunnel-Type', { type: 64, format: 'integer', tagged: true, words: new Map([['VLAN', 13]]) }],
  [
    'Tunnel-Medium-Type',
    { type: 65, format: 'integer', tagged: true, words: new Map([['IEEE-802', 6]]) },
  ],
  ['Tunnel-Private-Group-Id', { type: 81, format: 'text', tagged: true }],
  ['Acct-Interim-Interval', { type: 85, format: 'integer' }],
  ['Framed-Pool', { type: 88, format: 'text' }],
  ['NAS-Filter-Rule', { type: 92, format: 'text' }],
]);
export const replyNames: readonly string[] = [...named.keys()];

const maxValueOctets = 253;
const maxVendorOctets = 247;
const maxInteger = 0xffffffff;
const maxTaggedInteger = 0xffffff;

/** What is wrong with an attribute of the table, and where. */
export type ReplyFault = { readonly field: keyof ReplyAttribute; readonly fault: string };

const integer = (text: string): Buffer | undefined => {
  if (!/^\d{1,10}$/.test(text) || Number(text) > maxInteger) return undefined;
  const value = Buffer.alloc(4);
  value.writeUInt32BE(Number(text), 0);
  return value;
};

const written: Readonly<Record<Format, (text: string) => Buffer | undefined>> = {
  text: (text) => (text === '' ? undefined : Buffer.from(text, 'utf8')),
  integer,
  address: (text) => (isIP(text) === 4 ? Buffer.from(text.split('.').map(Number)) : undefined),
  hex: (text) => (/^(?:[0-9A-Fa-f]{2})+$/.test(text) ? Buffer.from(text, 'hex') : undefined),
};
const wanted: Readonly<Record<Format, string>> = {
  text: 'must be text of 1 to 253 octets',
  integer: 'must be a whole number up to 4294967295',
  address: 'must be an IPv4 address',
  hex: 'must be pairs of hexadecimal digits',
};

const readNamed = ({ name = '', tag, value: text }: ReplyAttribute): Attribute | ReplyFault => {
  const known = named.get(name);
  if (!known) return { field: 'name', fault: `must be one of ${replyNames.join(', ')}` };
  const { type, format, tagged, words } = known;
  const value = written[format](String(words?.get(text) ?? text));
  if (!value) return { field: 'value', fault: wanted[format] };
  if (!tagged)
    return tag === undefined
      ? fitting({ type, value }, maxValueOctets)
      : { field: 'tag', fault: `${name} has no tag` };
  if (format !== 'integer')
    return fitting(
      { type, value: tag === undefined ? value : Buffer.concat([Buffer.from([tag]), value]) },
      maxValueOctets,
    );
  if (value.readUInt32BE(0) > maxTaggedInteger)
    return { field: 'value', fault: `must be a whole number up to ${maxTaggedInteger}` };
  value[0] = tag ?? 0;
  return { type, value };
};

const fitting = (attribute: Attribute, maxOctets: number): Attribute | ReplyFault =>
  attribute.value.length <= maxOctets
    ? attribute
    : { field: 'value', fault: `must be ${maxOctets} octets at most` };

const readVendors = (given: ReplyAttribute): Attribute | ReplyFault => {
  const { vendor, type, format = 'text', tag, value: text } = given;
  if (vendor === undefined) return { field: 'vendor', fault: 'is needed beside type' };
  if (type === undefined) return { field: 'type', fault: 'is needed beside vendor' };
  // Keys and proofs of RFC 2548 belong to the exchange of one login.
  if (vendor === microsoft) return { field: 'vendor', fault: "Microsoft's are made by each login" };
  if (tag !== undefined) return { field: 'tag', fault: 'is for standard attributes' };
  const value = written[format](text);
  if (!value) return { field: 'value', fault: wanted[format] };
  return value.length <= maxVendorOctets
    ? vendorAttribute({ vendor, type, value })
    : { field: 'value', fault: `must be ${maxVendorOctets} octets at most` };
};

/** An attribute of the table as it travels, or what is wrong with it. */
export const readReply = (given: ReplyAttribute): Attribute | ReplyFault => {
  if (given.name === undefined) return readVendors(given);
  for (const field of ['vendor', 'type', 'format'] as const)
    if (given[field] !== undefined) return { field, fault: 'stands in place of name' };
  return readNamed(given);
};

export const isReplyFault = (read: Attribute | ReplyFault): read is ReplyFault => 'fault' in read;
const isReply = (read: Attribute | ReplyFault): read is Attribute => !isReplyFault(read);

/** Those of a row that are as they must be. */
export const rowReplies = (given: readonly ReplyAttribute[]): readonly Attribute[] =>
  given.map(readReply).filter(isReply);

const spelling = (group: string): string => group.trim().normalize('NFC').toLowerCase();
const firstPart = /^\s*cn\s*=\s*((?:[^,+\\]|\\.)*)/i;

/** The common name in front of a DN (RFC 4514 §2.4). */
const commonNameOf = (dn: string): string | undefined =>
  firstPart
    .exec(dn)?.[1]
    ?.replaceAll(/((?:\\[0-9A-Fa-f]{2})+)|\\(.)/g, (_, octets: string | undefined, plain: string) =>
      octets === undefined
        ? plain
        : Buffer.from(octets.replaceAll('\\', ''), 'hex').toString('utf8'),
    );

/** Spellings that a row of the table may name a person's groups by. */
export const groupNames = (groups: readonly string[]): ReadonlySet<string> =>
  new Set(
    groups
      .flatMap((group) => [group, commonNameOf(group)])
      .filter((name) => name !== undefined && name.trim() !== '')
      .map((name) => spelling(name!)),
  );

/** What the accept says: the first row of a group that the person is in decides. */
export const repliesFor = (
  table: readonly GroupReply[],
  groups: readonly string[],
): readonly Attribute[] => {
  const names = groupNames(groups);
  const row = table.find(({ group }) => names.has(spelling(group)));
  return rowReplies(row?.attributes ?? []);
};
