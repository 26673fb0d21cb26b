/** More steps are waiting than the store's queue may hold; try again later. */
export class StoreOverloaded extends Error {
  override readonly name = 'StoreOverloaded';
}

/**
 * The store could not write, or its writer ended before it answered. Whether the step is on record is not
 * known: repeat it with the same ids.
 */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}

/** The store has been closed. */
export class StoreClosed extends Error {
  override readonly name = 'StoreClosed';
}

/** An event's id is on record already, but not as a repeat of this step. */
export class EventIdTaken extends Error {
  override readonly name = 'EventIdTaken';
  readonly eventId: string;
  constructor(eventId: string) {
    super(`event id ${eventId} belongs to another event`);
    this.eventId = eventId;
  }
}
