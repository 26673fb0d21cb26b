import {
  microsoft,
  microsoftTypes,
  types,
  vendorAttribute,
  vendorAttributes,
} from './attributes.ts';
import type { Secret } from './authenticator.ts';
import { hideKeys, hideSalted, revealKeys, revealSalted } from './hiding.ts';
import type { Attribute } from './packet.ts';

/** What belongs to one hop and is made anew for the next. */
const ownOfHop: ReadonlySet<number> = new Set([
  types.messageAuthenticator,
  types.proxyState,
  types.state,
]);

type Hop = { readonly authenticator: Buffer; readonly secret: Secret };
/** `[type, value]`, or `[type, how it is hidden, value, salt or tag]`, values in base64. */
type Kept =
  | readonly [number, string]
  | readonly [number, 'keys', string]
  | readonly [number, 'salted' | 'tagged', string, string];

/** Who it is stands in front where a target that is no RADIUS server has said so. */
type Note = readonly Kept[] | { readonly username: string; readonly kept: readonly Kept[] };

const b64 = (value: Buffer): string => value.toString('base64');
const bytes = (text: string): Buffer => Buffer.from(text, 'base64');
const saltedVendorTypes: ReadonlySet<number> = new Set([
  microsoftTypes.mppeSendKey,
  microsoftTypes.mppeRecvKey,
]);

const keepVendor = (value: Buffer, { authenticator, secret }: Hop): readonly Kept[] => {
  const found = vendorAttributes(value);
  const hidden = found?.some(
    ({ vendor, type }) =>
      vendor === microsoft && (saltedVendorTypes.has(type) || type === microsoftTypes.chapMppeKeys),
  );
  if (!found || !hidden) return [[types.vendorSpecific, b64(value)]];
  return found.flatMap((attribute): readonly Kept[] => {
    if (attribute.vendor === microsoft && saltedVendorTypes.has(attribute.type)) {
      const revealed = revealSalted(attribute.value, authenticator, secret);
      const { type } = attribute;
      return revealed ? [[-type, 'salted', b64(revealed.plain), b64(revealed.salt)]] : [];
    }
    if (attribute.vendor === microsoft && attribute.type === microsoftTypes.chapMppeKeys) {
      const plain = revealKeys(attribute.value, authenticator, secret);
      return plain ? [[-attribute.type, 'keys', b64(plain)]] : [];
    }
    return [[types.vendorSpecific, b64(vendorAttribute(attribute).value)]];
  });
};

/**
 * Attributes of a target's answer as a text that any node can make an answer to the client from. What is hidden by
 * the secret of one hop is revealed, so the text is for sealing only.
 */
export const keepAttributes = (
  attributes: readonly Attribute[],
  hop: Hop,
  username?: string,
): string => {
  const kept = attributes
    .filter(({ type }) => !ownOfHop.has(type))
    .flatMap(({ type, value }): readonly Kept[] => {
      if (type === types.vendorSpecific) return keepVendor(value, hop);
      if (type !== types.tunnelPassword) return [[type, b64(value)]];
      const revealed = revealSalted(value.subarray(1), hop.authenticator, hop.secret);
      if (!revealed) return [];
      const tagAndSalt = Buffer.concat([value.subarray(0, 1), revealed.salt]);
      return [[type, 'tagged', b64(revealed.plain), b64(tagAndSalt)]];
    });
  const note: Note = username === undefined ? kept : { username, kept };
  return JSON.stringify(note);
};

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- keepAttributes has written it
const readNote = (text: string): Note => JSON.parse(text) as Note;

/** Who the target said that it is. */
export const usernameIn = (text: string): string | undefined => {
  const note = readNote(text);
  return 'username' in note ? note.username : undefined;
};

/** The attributes again, hidden for the client of this very request. */
export const restoreAttributes = (
  text: string,
  { authenticator, secret }: Hop,
): readonly Attribute[] => {
  const note = readNote(text);
  const kept = 'kept' in note ? note.kept : note;
  return kept.map(([type, second, third, fourth]): Attribute => {
    if (third === undefined) return { type, value: bytes(second) };
    const plain = bytes(third);
    if (second === 'keys')
      return vendorAttribute({
        vendor: microsoft,
        type: -type,
        value: hideKeys(plain, authenticator, secret),
      });
    const before = bytes(fourth ?? '');
    if (second === 'salted')
      return vendorAttribute({
        vendor: microsoft,
        type: -type,
        value: hideSalted({ salt: before, plain }, authenticator, secret),
      });
    const value = hideSalted({ salt: before.subarray(1), plain }, authenticator, secret);
    return { type, value: Buffer.concat([before.subarray(0, 1), value]) };
  });
};
