import type { EventStore } from '../../adapters/eventStore/port.ts';
import type { Secrets } from '../../adapters/secrets/port.ts';
import type { Views } from '../../adapters/views/port.ts';

/** What every query works with. */
export type QueryContext = {
  readonly reader: Views['reader'];
  readonly events: Pick<EventStore, 'readAll'>;
  readonly secrets: Pick<Secrets, 'open' | 'hash'>;
  readonly nowMs: () => number;
};
