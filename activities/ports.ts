import type { EventStore } from '../adapters/eventStore/port.ts';
import type { Otp } from '../adapters/otp/port.ts';
import type { Secrets } from '../adapters/secrets/port.ts';

/** All that activities reach the world through. */
export type Ports = {
  readonly events: EventStore;
  readonly secrets: Secrets;
  readonly otp: Otp;
  /** Wall clock, Unix milliseconds. */
  readonly clock: () => number;
  /** A new opaque id, 32 upper-case hex digits, time-ordered. */
  readonly newId: () => string;
  /** A random UUID (v4), lower case: what devices call a request. */
  readonly newGuid: () => string;
  /** UUIDv5 of a workflow id and a step's name: the same on every try. */
  readonly eventId: (workflowId: string, step: string) => string;
};
