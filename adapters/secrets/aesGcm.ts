import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import type { KeyOwner, Sealed, SealedPlace } from '../../domain/sealed.ts';
import { decrypt, deriveKey, encrypt, keyBytes, type Binding } from './gcm.ts';
import { openKeyring } from './keyring.ts';
import { SealBroken, type Secrets } from './port.ts';

/** Longest value in bytes of UTF-8; sealed texts pass through events, whose fields are bounded too. */
export const maxPlainBytes = 8_192;
const format = /^s1:([\w-]{1,64}):([\w-]+)$/;

export type SecretsOptions = {
  /** The key table, which is not part of the log. */
  readonly file: string;
  readonly masterKey: Uint8Array;
  /** Seals of one key before the next one is made. */
  readonly maxSealsPerKey?: number;
};

/**
 * Secrets under AES-256-GCM: a data key for each owner, wrapped by the master key (SEC-69).
 * @throws Error if the key table cannot be opened or was made with another master key
 */
export function openSecrets({ file, masterKey, maxSealsPerKey }: SecretsOptions): Secrets {
  if (masterKey.length !== keyBytes) throw new TypeError(`a master key has ${keyBytes} bytes`);
  const keyring = openKeyring(file, masterKey, maxSealsPerKey);
  const hashKeys = new Map<string, KeyObject>();

  const hashKey = (purpose: string): KeyObject => {
    const known = hashKeys.get(purpose);
    if (known) return known;
    const made = createSecretKey(deriveKey(masterKey, `hash ${purpose}`));
    hashKeys.set(purpose, made);
    return made;
  };

  return {
    async seal(place, plain) {
      const bytes = Buffer.from(plain, 'utf8');
      if (bytes.length > maxPlainBytes)
        throw new RangeError(`a sealed value has at most ${maxPlainBytes} bytes`);
      const { id, version, key } = await keyring.forSealing(place.owner);
      const body = encrypt(key, binding(place, version), bytes).toString('base64url');
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the one place that makes sealed values
      return `s1:${id}:${body}` as Sealed;
    },
    async open(place, sealed) {
      const [, id, body] = format.exec(sealed) ?? [];
      if (id === undefined || body === undefined) throw new SealBroken('not a sealed text');
      const bytes = Buffer.from(body, 'base64url');
      // Several texts decode to the same bytes; only the one that was made is good.
      if (bytes.toString('base64url') !== body) throw new SealBroken('not a sealed text');
      const dataKey = keyring.forOpening(id);
      if (!dataKey) {
        if (keyring.isErased(place.owner)) return undefined;
        throw new SealBroken('sealed with an unknown key');
      }
      return decrypt(dataKey.key, binding(place, dataKey.version), bytes).toString('utf8');
    },
    destroy: async (owner: KeyOwner) => keyring.destroy(owner),
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
