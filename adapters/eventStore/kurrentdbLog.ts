import { present } from '../../domain/present.ts';
import type { KurrentEventStore } from './kurrentdb.ts';

/** Where a deployment's log is in KurrentDB, as its settings say. */
export type KurrentPlace = {
  /** `kurrentdb://…` */
  readonly eventsUrl: string;
  /** What the names of this deployment's streams begin with there. */
  readonly eventsPrefix?: string | undefined;
};

/**
 * Opens a log in KurrentDB. Its client is native code, which nobody else should have to load.
 * @param orderFile of the numbers of its events; a reader that is soon gone keeps them in memory
 * @throws {StoreUnavailable} if no server answers in time
 */
export const openKurrentLog = async (
  { eventsUrl: server, eventsPrefix: prefix }: KurrentPlace,
  orderFile = ':memory:',
): Promise<KurrentEventStore> => {
  const { openKurrentEventStore } = await import('./kurrentdb.ts');
  return await openKurrentEventStore({ server, orderFile, ...present({ prefix }) });
};
