import { createHmac, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';

/** Keys that seal and open payloads; the first of the masters seals, all of them open (rotation). */
export type PayloadKeys = {
  readonly currentId: string;
  /** Undefined for an id that none of the masters makes. */
  get(id: string): KeyObject | undefined;
};

/** Master keys of at least 32 bytes, newest first; where they are asked for, again when one that sealed is not known. */
export type PayloadMasters = readonly Uint8Array[] | (() => readonly Uint8Array[]);

const masterBytesMin = 32;

/**
 * Derives the payload keys by HKDF-SHA-256, so that no other use of a master key shares them.
 * A key's id is a one-way mark of the key itself; it needs no bookkeeping and tells nothing about it.
 * @throws {RangeError} for a master key under 256 bits, or none at all
 */
export const payloadKeys = (masters: PayloadMasters): PayloadKeys => {
  const byId = new Map<string, KeyObject>();
  const load = (): string | undefined => {
    const ids = (typeof masters === 'function' ? masters() : masters).map((master) => {
      if (master.length < masterBytesMin)
        throw new RangeError('a master key has at least 32 bytes');
      // A key object is looked at by OpenSSL once; a bare buffer costs several times as much at every use.
      const key = createSecretKey(
        Buffer.from(hkdfSync('sha256', master, '', 'countersign temporal payloads v1', 32)),
      );
      const id = createHmac('sha256', key).update('key id').digest('hex').slice(0, 16);
      byId.set(id, key);
      return id;
    });
    return ids[0];
  };
  const first = load();
  if (first === undefined) throw new RangeError('payload keys need a master key');
  let currentId = first;
  return {
    get currentId() {
      return currentId;
    },
    get(id) {
      // Another process has sealed with a newer one; from now on, so does this one.
      if (!byId.has(id) && typeof masters === 'function') currentId = load() ?? currentId;
      return byId.get(id);
    },
  };
};
