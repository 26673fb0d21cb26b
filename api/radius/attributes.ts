import { isIP } from 'node:net';
import type { Attribute } from './packet.ts';

/** Attribute types (RFC 2865, 2866, 2868, 2869, 3162, 3579). */
export const types = {
  userName: 1,
  userPassword: 2,
  chapPassword: 3,
  nasIpAddress: 4,
  framedIpAddress: 8,
  replyMessage: 18,
  state: 24,
  class: 25,
  vendorSpecific: 26,
  calledStationId: 30,
  callingStationId: 31,
  nasIdentifier: 32,
  proxyState: 33,
  acctStatusType: 40,
  acctInputOctets: 42,
  acctOutputOctets: 43,
  acctSessionId: 44,
  acctSessionTime: 46,
  acctTerminateCause: 49,
  chapChallenge: 60,
  tunnelClientEndpoint: 66,
  tunnelPassword: 69,
  eapMessage: 79,
  messageAuthenticator: 80,
  nasIpv6Address: 95,
} as const;

/** Vendors (IANA enterprise numbers) and their types: Microsoft's of RFC 2548. */
export const microsoft = 311;
export const microsoftTypes = {
  chapResponse: 1,
  chapError: 2,
  chapMppeKeys: 12,
  chapChallenge: 11,
  mppeSendKey: 16,
  mppeRecvKey: 17,
  chap2Response: 25,
  chap2Success: 26,
} as const;

type Attributes = readonly Attribute[];

export const first = (attributes: Attributes, type: number): Buffer | undefined =>
  attributes.find((attribute) => attribute.type === type)?.value;
export const all = (attributes: Attributes, type: number): readonly Buffer[] =>
  attributes.filter((attribute) => attribute.type === type).map(({ value }) => value);
export const has = (attributes: Attributes, type: number): boolean =>
  attributes.some((attribute) => attribute.type === type);
export const without = (attributes: Attributes, ...unwanted: readonly number[]): Attributes =>
  attributes.filter(({ type }) => !unwanted.includes(type));

/** Bytes that are no UTF-8 make no text, so that two different names never become one. */
export const textOf = (value: Buffer | undefined): string | undefined => {
  if (value === undefined || value.length === 0) return undefined;
  const text = value.toString('utf8');
  return Buffer.from(text, 'utf8').equals(value) ? text : undefined;
};

export const textAttribute = (type: number, text: string): Attribute => {
  let value = Buffer.from(text, 'utf8');
  // No text of ours is cut in the middle of a character.
  for (let cut = text; value.length > maxTextOctets; value = Buffer.from(cut, 'utf8'))
    cut = cut.slice(0, -1);
  return { type, value };
};
const maxTextOctets = 253;

export const integerOf = (value: Buffer | undefined): number | undefined =>
  value?.length === 4 ? value.readUInt32BE(0) : undefined;

/** An address of four or sixteen octets as text. */
export const addressOf = (value: Buffer | undefined): string | undefined => {
  if (value?.length === 4) return value.join('.');
  if (value?.length !== 16) return undefined;
  const groups = Array.from({ length: 8 }, (_, at) => value.readUInt16BE(at * 2).toString(16));
  return groups.join(':');
};

/** The NAS as it calls itself: its address, of either family. */
export const nasAddressOf = (attributes: Attributes): string | undefined =>
  addressOf(first(attributes, types.nasIpAddress)) ??
  addressOf(first(attributes, types.nasIpv6Address));

/** A tunnel attribute's text, without the tag in front of it (RFC 2868 §3.3). */
export const taggedTextOf = (value: Buffer | undefined): string | undefined =>
  textOf(value !== undefined && value[0]! <= 0x1f ? value.subarray(1) : value);

/** One vendor attribute of an attribute 26 (RFC 2865 §5.26); undefined where it is of another make. */
export type VendorAttribute = {
  readonly vendor: number;
  readonly type: number;
  readonly value: Buffer;
};
const vendorHeaderOctets = 4;

/** Everything in one attribute 26; undefined where it does not hold together. */
export const vendorAttributes = (value: Buffer): readonly VendorAttribute[] | undefined => {
  if (value.length < vendorHeaderOctets + 2) return undefined;
  const vendor = value.readUInt32BE(0);
  const found: VendorAttribute[] = [];
  for (let at = vendorHeaderOctets; at < value.length;) {
    const length = value[at + 1];
    if (length === undefined || length < 2 || at + length > value.length) return undefined;
    found.push({ vendor, type: value[at]!, value: value.subarray(at + 2, at + length) });
    at += length;
  }
  return found;
};

export const vendorAttribute = ({ vendor, type, value }: VendorAttribute): Attribute => {
  const header = Buffer.alloc(vendorHeaderOctets + 2);
  header.writeUInt32BE(vendor, 0);
  header[vendorHeaderOctets] = type;
  header[vendorHeaderOctets + 1] = value.length + 2;
  return { type: types.vendorSpecific, value: Buffer.concat([header, value]) };
};

export const vendorValue = (
  attributes: Attributes,
  vendor: number,
  type: number,
): Buffer | undefined =>
  all(attributes, types.vendorSpecific)
    .flatMap((value) => vendorAttributes(value) ?? [])
    .find((found) => found.vendor === vendor && found.type === type)?.value;

export const isAddress = (text: string | undefined): boolean =>
  text !== undefined && isIP(text) !== 0;
