/**
 * IP addresses as numbers, so that ranges of both families compare alike. IPv4 stands in the mapped range
 * ::ffff:0:0/96, hence a rule for IPv4 also meets its mapped spelling.
 */
const mapped = 0xffffn << 32n;
const allOnes = (1n << 128n) - 1n;
const v4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;

const parseV4 = (text: string): bigint | undefined => {
  const parts = v4.exec(text)?.slice(1).map(Number);
  if (!parts || parts.some((part, index) => part > 255 || String(part) !== text.split('.')[index]))
    return undefined;
  return parts.reduce((sum, part) => (sum << 8n) | BigInt(part), 0n);
};

const groupsOf = (text: string): readonly string[] => (text === '' ? [] : text.split(':'));

const parseV6 = (text: string): bigint | undefined => {
  const tail = /^(.*:)(\d{1,3}(?:\.\d{1,3}){3})$/.exec(text);
  const embedded = tail ? parseV4(tail[2]!) : undefined;
  if (tail && embedded === undefined) return undefined;
  const plain =
    embedded === undefined
      ? text
      : `${tail![1]}${(embedded >> 16n).toString(16)}:${(embedded & 0xffffn).toString(16)}`;
  const halves = plain.split('::');
  if (halves.length > 2) return undefined;
  const head = groupsOf(halves[0]!);
  const end = halves.length === 2 ? groupsOf(halves[1]!) : [];
  const missing = 8 - head.length - end.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const groups = [...head, ...Array<string>(missing).fill('0'), ...end];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return groups.reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n);
};

/** @returns undefined where the text is no address */
export const parseAddress = (text: string): bigint | undefined => {
  const trimmed = text.trim();
  const four = parseV4(trimmed);
  return four === undefined ? parseV6(trimmed) : mapped | four;
};

export type AddressRange = { readonly from: bigint; readonly to: bigint };

/** Reads one address, `address/bits` or `from-to`; undefined where it is none of them. */
export const parseRange = (text: string): AddressRange | undefined => {
  const [first = '', second, more] = text.split('-');
  if (more !== undefined) return undefined;
  if (second !== undefined) {
    const [from, to] = [parseAddress(first), parseAddress(second)];
    return from === undefined || to === undefined || from > to ? undefined : { from, to };
  }
  const [base = '', bits, rest] = text.trim().split('/');
  const address = parseAddress(base);
  if (address === undefined || rest !== undefined) return undefined;
  if (bits === undefined) return { from: address, to: address };
  const isV4 = v4.test(base);
  const width = Number(bits);
  if (!/^\d{1,3}$/.test(bits) || width > (isV4 ? 32 : 128)) return undefined;
  const host = allOnes >> BigInt(width + (isV4 ? 96 : 0));
  return { from: address & ~host & allOnes, to: address | host };
};

/** Whether an address that arrived as free text lies in one of the ranges; text that is no address lies in none. */
export const liesIn = (address: string, ranges: readonly string[]): boolean => {
  const value = parseAddress(address);
  return (
    value !== undefined &&
    ranges.some((text) => {
      const range = parseRange(text);
      return range !== undefined && range.from <= value && value <= range.to;
    })
  );
};
