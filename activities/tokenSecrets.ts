import type { Secrets } from '../adapters/secrets/port.ts';
import { tokenStream } from '../domain/ids.ts';
import { inUserStream, type Sealed, type SealedPlace } from '../domain/sealed.ts';

/** Where the seed of a token in stock is sealed. */
export const stockPlace = (serialKey: string): SealedPlace => ({
  owner: 'tokens',
  stream: tokenStream(serialKey),
  field: 'secret',
});

/** Seals the seed of a token in stock with the key of the person who gets it. */
export const resealer =
  (secrets: Pick<Secrets, 'open' | 'seal'>) =>
  async (serialKey: string, sealed: Sealed, userId: string): Promise<Sealed> => {
    const secret = await secrets.open(stockPlace(serialKey), sealed);
    if (secret === undefined) throw new TypeError('the key of tokens is never destroyed');
    const place = inUserStream(userId, 'secret');
    return await secrets.seal(place, secret);
  };
