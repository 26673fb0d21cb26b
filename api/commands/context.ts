import type { EventStore } from '../../adapters/eventStore/port.ts';
import type { Pins } from '../../adapters/pins/port.ts';
import type { Recordings } from '../../adapters/recordings/port.ts';
import type { Secrets } from '../../adapters/secrets/port.ts';
import type { Uploads } from '../../adapters/uploads/port.ts';
import type { Views, ViewsFeed } from '../../adapters/views/port.ts';
import type { DomainEvent, EventMeta } from '../../domain/events.ts';
import type { Origin } from '../../domain/inputs.ts';
import { present } from '../../domain/present.ts';
import { behalfOfPerson, onBehalfOfPlace, type Sealed } from '../../domain/sealed.ts';
import { canonicalName } from '../../domain/username.ts';
import type { Caller, Queries, RebuildReport } from '../facade.ts';
import type { Monitor } from '../radius/monitor.ts';
import type { AttemptWatch } from './attemptWatch.ts';
import type { Engine } from './engine.ts';

/** Facts that no rule decides on; `key` names the fact in its stream: a second one of the same key is the same one. */
export type FactLog = {
  record(entry: {
    readonly stream: string;
    readonly fact: DomainEvent;
    readonly key: string;
    readonly meta: EventMeta;
  }): Promise<void>;
};

/** What commands work with. Nothing here decides anything. */
export type CommandContext = {
  readonly engine: Engine;
  readonly attempts: AttemptWatch;
  readonly secrets: Secrets;
  readonly views: Pick<Views, 'reader' | 'forgetDeleted'>;
  readonly feed: ViewsFeed;
  readonly queries: Pick<Queries, 'getSettings' | 'listUsers' | 'awaitImport'>;
  readonly events: Pick<EventStore, 'head' | 'readStream' | 'readAll'>;
  readonly recordings: Recordings;
  readonly uploads: Uploads;
  readonly pins: Pick<Pins, 'hash'>;
  readonly newId: () => string;
  readonly newGuid: () => string;
  /** UUIDv5 of a workflow id and a step's name, as steps name their facts. */
  readonly eventId: (workflowId: string, step: string) => string;
  readonly newOathSecret: () => string;
  readonly randomBytes: (length: number) => Buffer;
  /** Whether the call that is being made may have been made before (chance.ts). */
  readonly isRepeat: () => boolean;
  /** Reads base32 as people type it; throws RangeError where it is none. */
  readonly decodeBase32: (text: string) => Uint8Array;
  readonly encodeBase32: (bytes: Uint8Array) => string;
  /** Unix milliseconds, as deadlines are reckoned in. */
  readonly now: () => number;
  /** The clock that codes are shown by. */
  readonly wallNow: () => number;
  /** Public address of the mobile service where no setting names it. */
  readonly mobileAppUrl: () => string;
  readonly facts: FactLog;
  readonly radiusMonitor: Pick<Monitor, 'startTrace'>;
  readonly rebuild: (onProgress: (done: number, total: number) => void) => Promise<RebuildReport>;
};

/** Who ordered something, as metadata of facts that no workflow writes. */
export const orderedBy = ({ actor, channel, address, callId }: Caller) => ({
  actor,
  channel,
  ...present({ address, causationId: callId }),
});

/** Who started something, for the events that it makes. */
export const originOf = async (
  context: Pick<CommandContext, 'secrets' | 'views'>,
  caller: Caller,
  correlationId: string,
): Promise<Origin> => {
  const onBehalfOf = await behalfOf(context, caller.onBehalfOf);
  return {
    ...orderedBy(caller),
    correlationId,
    ...present({ onBehalfOf }),
  };
};

/** Scripts name the person themselves. Somebody of the list stands there by their id, so that erasing them does. */
const behalfOf = async (
  { secrets, views }: Pick<CommandContext, 'secrets' | 'views'>,
  named: string | undefined,
): Promise<Sealed | undefined> => {
  if (!named) return undefined;
  const person = await views.reader
    .selectFrom('users')
    .select('userId')
    .where('name', '=', canonicalName(named))
    .executeTakeFirst();
  return await secrets.seal(onBehalfOfPlace, person ? behalfOfPerson(person.userId) : named);
};

/** One name for a caller, over all its connections. */
export const callerIdOf = ({ actor }: Caller): string => `${actor.kind}:${actor.id}`;

/**
 * Waits until the views show what was just written, so that a caller reads its own writes. Views that have stopped
 * take nothing back: the change is on record.
 */
export const shown = async (
  { feed }: Pick<CommandContext, 'feed'>,
  position: number,
): Promise<void> => {
  await feed.caughtUp(position).catch(() => undefined);
};
