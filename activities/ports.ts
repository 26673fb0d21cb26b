import type { EventStore } from '../adapters/eventStore/port.ts';
import type { Mailer } from '../adapters/mail/port.ts';
import type { Otp } from '../adapters/otp/port.ts';
import type { People } from '../adapters/people/port.ts';
import type { Pins } from '../adapters/pins/port.ts';
import type { Secrets } from '../adapters/secrets/port.ts';
import type { Telephony } from '../adapters/telephony/port.ts';
import type { Uploads } from '../adapters/uploads/port.ts';
import type { Webhooks } from '../adapters/webhooks/port.ts';

/** All that activities reach the world through. */
export type Ports = {
  readonly events: EventStore;
  readonly secrets: Secrets;
  readonly otp: Otp;
  readonly mailer: Mailer;
  readonly people: People;
  readonly pins: Pins;
  readonly telephony: Telephony;
  readonly webhooks: Webhooks;
  /** Files that wait to be worked off. */
  readonly uploads: Uploads;
  /** Unix milliseconds, for deadlines and events: steps of the wall clock do not show (runtime/steadyClock.ts). */
  readonly clock: () => number;
  /** The wall clock, which codes are shown by; `clock` where it is absent. */
  readonly wallClock?: () => number;
  /** A new opaque id, 32 upper-case hex digits, time-ordered. */
  readonly newId: () => string;
  /** A random UUID (v4), lower case: what devices call a request. */
  readonly newGuid: () => string;
  /** UUIDv5 of a workflow id and a step's name: the same on every try. */
  readonly eventId: (workflowId: string, step: string) => string;
};
