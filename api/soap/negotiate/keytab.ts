import { isKnownType, type Key } from './kerberosCrypto.ts';

/** A key of the service, as its keytab has it. */
export type ServiceKey = {
  /** `HTTP/mfa.example.com` */
  readonly service: string;
  readonly realm: string;
  readonly version: number;
  readonly key: Key;
};

const maxEntries = 1_000;

const reader = (bytes: Buffer) => {
  let at = 0;
  const take = (length: number): Buffer => {
    if (length < 0 || at + length > bytes.length) throw new TypeError('the keytab is cut off');
    at += length;
    return bytes.subarray(at - length, at);
  };
  return {
    left: () => bytes.length - at,
    take,
    u8: () => take(1).readUInt8(),
    u16: () => take(2).readUInt16BE(),
    i32: () => take(4).readInt32BE(),
    u32: () => take(4).readUInt32BE(),
  };
};

const entryOf = (bytes: Buffer): ServiceKey => {
  const entry = reader(bytes);
  const text = () => entry.take(entry.u16()).toString('utf8');
  const components = entry.u16();
  const realm = text();
  const service = Array.from({ length: components }, text).join('/');
  entry.u32(); // Type of the name.
  entry.u32(); // When it was written.
  const shortVersion = entry.u8();
  const type = entry.u16();
  const value = Buffer.from(entry.take(entry.u16()));
  const longVersion = entry.left() >= 4 ? entry.u32() : 0;
  return { service, realm, version: longVersion || shortVersion, key: { type, value } };
};

/**
 * Keys of a keytab file in MIT's format 2 (the one that ktpass, ktutil and samba-tool write); those with an encryption
 * that is not taken are left out.
 * @throws {TypeError} for what is no such file
 */
export const readKeytab = (file: Buffer): readonly ServiceKey[] => {
  const bytes = reader(file);
  if (bytes.left() < 2 || bytes.u16() !== 0x0502) throw new TypeError('this is no keytab');
  const keys: ServiceKey[] = [];
  while (bytes.left() >= 4 && keys.length < maxEntries) {
    const size = bytes.i32();
    // A hole is what was deleted.
    if (size < 0) bytes.take(-size);
    else if (size > 0) keys.push(entryOf(bytes.take(size)));
  }
  return keys.filter(({ key }) => isKnownType(key.type));
};
