import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { periodFor } from '../../domain/retention.ts';
import type { KeyOwner, Sealed, SealedPlace } from '../../domain/sealed.ts';
import { decrypt, deriveKey, encrypt, keyBytes, type Binding } from './gcm.ts';
import { openKeyring } from './keyring.ts';
import { keyIdLength } from './keyTable.ts';
import type { MasterKeys } from './masters.ts';
import { periodKeys } from './periodKeys.ts';
import { SealBroken, type PeriodKeys, type Roots, type Secrets } from './port.ts';

/** Longest value in bytes of UTF-8; sealed texts pass through events, whose fields are bounded too. */
export const maxPlainBytes = 8_192;
const format = /^s1:([\w-]{1,64}):([\w-]+)$/;

export type SecretsOptions = {
  /** The key table, which is not part of the log. */
  readonly file: string;
  /** The master key, or all that are at hand at the moment, where it may be replaced while this runs. */
  readonly masterKey: Uint8Array | MasterKeys;
  /** Seals of one key before the next one is made. */
  readonly maxSealsPerKey?: number;
  /** Wall clock, by which a period is chosen. */
  readonly nowMs?: () => number;
};

/**
 * Secrets under AES-256-GCM: a data key for each owner, wrapped by the master key (SEC-69).
 * @throws Error if the key table cannot be opened or was made with another master key
 */
export function openSecrets(options: SecretsOptions): Secrets & PeriodKeys & Roots {
  const { file, masterKey, maxSealsPerKey, nowMs = Date.now } = options;
  const keysOf = typeof masterKey === 'function' ? masterKey : () => [masterKey];
  if (keysOf().some(({ length }) => length !== keyBytes))
    throw new TypeError(`a master key has ${keyBytes} bytes`);
  const keyring = openKeyring(file, keysOf, maxSealsPerKey);
  const root = firstOf(keyring.table.roots());
  const hashKeys = new Map<string, KeyObject>();

  const hashKey = (purpose: string): KeyObject => {
    const known = hashKeys.get(purpose);
    if (known) return known;
    const made = createSecretKey(deriveKey(root, `hash ${purpose}`));
    hashKeys.set(purpose, made);
    return made;
  };

  return {
    async seal(place, plain) {
      const bytes = Buffer.from(plain, 'utf8');
      if (bytes.length > maxPlainBytes)
        throw new RangeError(`a sealed value has at most ${maxPlainBytes} bytes`);
      const own = await keyring.forSealing(place.owner);
      const period = periodFor(place.stream, nowMs());
      const dated = period && (await keyring.forSealing(period));
      const key = dated ? keyring.joined(own, dated) : own.key;
      const id = dated ? own.id + dated.id : own.id;
      const body = encrypt(key, binding(place, own.version), bytes).toString('base64url');
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the one place that makes sealed values
      return `s1:${id}:${body}` as Sealed;
    },
    async open(place, sealed) {
      const [, id, body] = format.exec(sealed) ?? [];
      if (id === undefined || body === undefined) throw new SealBroken('not a sealed text');
      const bytes = Buffer.from(body, 'base64url');
      // Several texts decode to the same bytes; only the one that was made is good.
      if (bytes.toString('base64url') !== body) throw new SealBroken('not a sealed text');
      const own = keyring.forOpening(id.slice(0, keyIdLength));
      if (!own) {
        if (keyring.isErased(place.owner)) return undefined;
        throw new SealBroken('sealed with an unknown key');
      }
      const datedId = id.slice(keyIdLength);
      const key = datedId === '' ? own.key : keyring.joinedById(own, datedId);
      if (!key) {
        if (keyring.isExpired(datedId)) return undefined;
        throw new SealBroken('sealed in an unknown period');
      }
      return decrypt(key, binding(place, own.version), bytes).toString('utf8');
    },
    destroy: async (owner: KeyOwner) => keyring.destroy(owner),
    ...periodKeys(keyring),
    root: () => root,
    roots: () => keyring.table.roots(),
    hash: (purpose, text) =>
      createHmac('sha256', hashKey(purpose)).update(text, 'utf8').digest('hex'),
    close: async () => keyring.close(),
  };
}

const binding = ({ owner, stream, field }: SealedPlace, keyVersion: number): Binding => [
  'value',
  owner,
  stream,
  field,
  keyVersion,
];

/** The first root made the keyed hashes that are on record, so that it stays. */
export const firstOf = (roots: readonly Uint8Array[]): Uint8Array => {
  const first = roots.at(-1);
  if (!first) throw new TypeError('a key table has a root');
  return first;
};
