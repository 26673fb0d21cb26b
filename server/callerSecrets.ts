import { KeysUnavailable, type Secrets } from '../adapters/secrets/port.ts';
import { Unavailable } from '../api/facade.ts';

/** Secrets for what is done while somebody waits: where nothing can be sealed, they are told to come again (REL-17). */
export const callerSecrets = <S extends Pick<Secrets, 'seal'>>(secrets: S): S => ({
  ...secrets,
  async seal(place, plain) {
    try {
      return await secrets.seal(place, plain);
    } catch (error) {
      if (!(error instanceof KeysUnavailable)) throw error;
      throw new Unavailable('nothing can be sealed', { cause: error });
    }
  },
});
