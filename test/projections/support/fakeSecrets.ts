import { createHash } from 'node:crypto';
import { SealBroken, type Secrets } from '../../../adapters/secrets/port.ts';
import type { KeyOwner, Sealed, SealedPlace } from '../../../domain/sealed.ts';

const textOf = (place: SealedPlace): string => `${place.owner}|${place.stream}|${place.field}`;

/** Seals without a key, but as strictly by place as the real one: a value opens only where it was sealed. */
export const seal = (place: SealedPlace, plain: string): Sealed =>
  `s1:fake:${Buffer.from(JSON.stringify([textOf(place), plain])).toString('base64url')}` as Sealed;

export const createFakeSecrets = (): Secrets => {
  const destroyed = new Set<KeyOwner>();
  return {
    seal: async (place, plain) => seal(place, plain),
    async open(place, sealed) {
      if (destroyed.has(place.owner)) return undefined;
      const [sealedFor, plain] = JSON.parse(
        Buffer.from(sealed.slice('s1:fake:'.length), 'base64url').toString(),
      ) as [string, string];
      if (sealedFor !== textOf(place))
        throw new SealBroken(`sealed for ${sealedFor}, not ${textOf(place)}`);
      return plain;
    },
    destroy: async (owner) => void destroyed.add(owner),
    hash: (purpose, text) => createHash('sha256').update(`${purpose}|${text}`).digest('hex'),
    close: async () => undefined,
  };
};
