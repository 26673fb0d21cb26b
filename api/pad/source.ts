import { isIPv6 } from 'node:net';

/** What counters know a peer by: an IPv4 address, or the /64 of an IPv6 one, which is one household or host. */
export const sourceOf = (address: string | undefined): string => {
  const bare = (address ?? '').replace(/%.*$/, '').toLowerCase();
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(bare)?.[1];
  if (mapped !== undefined) return mapped;
  return isIPv6(bare) ? `${groupsOf(bare).slice(0, 4).join(':')}::/64` : bare;
};

const groupCount = 8;

const groupsOf = (address: string): readonly string[] => {
  const [head = '', tail] = address.split('::');
  const left = head === '' ? [] : head.split(':');
  if (tail === undefined) return left.map(unpadded);
  const right = tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: groupCount - left.length - right.length }, () => '0');
  return [...left, ...zeros, ...right].map(unpadded);
};

const unpadded = (group: string): string => group.replace(/^0+(?=.)/, '');
