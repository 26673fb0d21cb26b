import { lookup as systemLookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';

/** An address that an IP packet can be sent to, as a resolver tells it. */
export type TargetAddress = { readonly address: string; readonly family: number };

/** Every address of a name; the system's own by default. */
export type Resolver = (host: string) => Promise<readonly TargetAddress[]>;

export type TargetRules = {
  /**
   * `host:port` as the URL says it (lower case, `[…]` around IPv6), each by the decision of whoever runs this
   * process: for these, any port, plain HTTP and inner addresses are fine.
   */
  readonly allow: readonly string[];
  readonly resolve?: Resolver;
};

export type TargetRefusedReason = 'url' | 'scheme' | 'port' | 'address';

/** SEC-62: this process opens no connection to there. Nothing was sent; trying again is no use. */
export class TargetRefused extends Error {
  override readonly name = 'TargetRefused';
  readonly reason: TargetRefusedReason;
  constructor(reason: TargetRefusedReason) {
    super(`target refused: ${reason}`);
    this.reason = reason;
  }
}

/** Ports that a service on the internet is reached at over TLS; others are for the allow-list. */
const openPorts: ReadonlySet<number> = new Set([443, 8443]);

/** IANA IPv4 special-purpose registry (RFC 6890) with multicast and the reserved rest. */
const inner4 = new BlockList();
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const)
  inner4.addSubnet(network, bits, 'ipv4');

/** Of IPv6 only what is handed out for the internet is outer: loopback, link-local, mapped and NAT64 all lie outside. */
const outer6 = new BlockList();
outer6.addSubnet('2000::', 3, 'ipv6');
/** Within it: protocol assignments with Teredo, documentation, and 6to4, which carries an IPv4 address. */
const inner6 = new BlockList();
for (const [network, bits] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const)
  inner6.addSubnet(network, bits, 'ipv6');

/** True for an address on the internet; false for every private, local, mapped or reserved one, and for what is none. */
export const isOuterAddress = (address: string): boolean => {
  const family = isIP(address);
  if (family === 4) return !inner4.check(address, 'ipv4');
  return family === 6 && outer6.check(address, 'ipv6') && !inner6.check(address, 'ipv6');
};

const systemResolver: Resolver = (host) => systemLookup(host, { all: true, verbatim: true });

const isAllowed = (host: string, port: number, { allow }: TargetRules): boolean =>
  allow.includes(`${isIP(host) === 6 ? `[${host}]` : host}:${port}`);

/**
 * The addresses to connect to for this host and port, all of them checked. To be asked at every connect, and the
 * connection to be made to these very addresses: a name that changes its mind in between gains nothing.
 * @param host name or address without brackets, lower case
 * @throws {TargetRefused} also where only one of several addresses is an inner one
 * @throws whatever the resolver throws
 */
export const resolveTarget = async (
  host: string,
  port: number,
  rules: TargetRules,
): Promise<readonly TargetAddress[]> => {
  const family = isIP(host);
  const addresses =
    family === 0 ? await (rules.resolve ?? systemResolver)(host) : [{ address: host, family }];
  if (addresses.length === 0) throw new TargetRefused('address');
  if (isAllowed(host, port, rules)) return addresses;
  if (addresses.every(({ address }) => isOuterAddress(address))) return addresses;
  throw new TargetRefused('address');
};

export type Target = { readonly url: URL; readonly host: string; readonly port: number };

/**
 * Checks what can be checked of a URL without resolving it: scheme, port, no user name, an address literal.
 * @throws {TargetRefused}
 */
export const checkTarget = (text: string, rules: TargetRules): Target => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.username !== '' || url.password !== '')
    throw new TargetRefused('url');
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw new TargetRefused('scheme');
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
  if (isAllowed(host, port, rules)) return { url, host, port };
  if (url.protocol !== 'https:') throw new TargetRefused('scheme');
  if (!openPorts.has(port)) throw new TargetRefused('port');
  if (isIP(host) !== 0 && !isOuterAddress(host)) throw new TargetRefused('address');
  return { url, host, port };
};
