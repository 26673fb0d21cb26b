import { SealBroken } from '../../adapters/secrets/port.ts';
import type { Secrets } from '../../adapters/secrets/port.ts';
import { authenticationStream } from '../../domain/ids.ts';
import { userKey, type Sealed, type SealedPlace } from '../../domain/sealed.ts';

export const erased = '[erased]';
export const unreadable = '[unreadable]';

export type Opener = Pick<Secrets, 'open'>;

/**
 * Opens a sealed value for display. A list must not fail because of one altered value, so that one is shown as
 * unreadable; verifying the log is what finds out who altered it.
 */
export const openFor = async (
  secrets: Opener,
  place: SealedPlace,
  sealed: Sealed | null | undefined,
): Promise<string> => {
  if (sealed === null || sealed === undefined) return '';
  try {
    return (await secrets.open(place, sealed)) ?? erased;
  } catch (error) {
    if (error instanceof SealBroken) return unreadable;
    throw error;
  }
};

/** A field of an event of a request; requests of people who are not in the list share one key. */
export const inRequest = (
  request: { readonly requestId: string; readonly userId: string | null },
  field: string,
): SealedPlace => ({
  owner: request.userId === null ? 'requests' : userKey(request.userId),
  stream: authenticationStream(request.requestId),
  field,
});
