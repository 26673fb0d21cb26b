import { randomUUID } from 'node:crypto';
import { NO_STREAM, STREAM_STATE, type KurrentDBClient } from '@kurrent/kurrentdb-client';
import { EventIdTaken, StoreUnavailable } from './errors.ts';
import { toServerEvent, type Attempt } from './kurrentdbEvents.ts';
import type { Follower } from './kurrentdbFollower.ts';
import type { Order } from './kurrentdbOrder.ts';
import { isConflict, typeOf, within, type LogReader } from './kurrentdbServer.ts';
import { WrongExpectedRevision, type Committed } from './port.ts';
import type { Step, StepAppend } from './prepare.ts';

/** Conflicts that the order, caught up, does not bear out, before the step is given up as unclear. */
const maxTries = 3;
/** Streams that anybody may write to: where a server takes one stream at a time, they come first (design section 2). */
const sharedStream = /^(user|username|token)-|^settings$/;

export type WriterOptions = {
  readonly client: KurrentDBClient;
  readonly prefix: string;
  readonly order: Order;
  readonly follower: Follower;
  readonly reader: LogReader;
  /** Resolves when all that is on record now has been counted. */
  readonly sync: () => Promise<void>;
};

const stateOf = (revision: number) => (revision < 0 ? NO_STREAM : BigInt(revision));
const isUnsupported = (error: unknown): boolean => typeOf(error) === 'unsupported';

/** The parts that write something; the one that is most likely refused comes first. */
const inTurn = (step: Step): readonly StepAppend[] =>
  step
    .filter(({ events }) => events.length > 0)
    .toSorted((a, b) => Number(sharedStream.test(b.stream)) - Number(sharedStream.test(a.stream)));

/** Appends steps. What a step asks for is judged twice: by what was counted here, and by the server as it writes. */
export function createWriter(options: WriterOptions): (step: Step) => Promise<Committed> {
  const { client, prefix, order, follower, reader, sync } = options;

  const positionsOf = (step: Step): (number | undefined)[] =>
    inTurn(step).flatMap(({ events }) => events.map(({ id }) => order.positionOf(id)));

  /** The step on record, if its first event is; a part that a crash left unwritten is written now. */
  const repeatOf = async (step: Step): Promise<Committed | undefined> => {
    const first = positionsOf(step)[0];
    if (first === undefined) return undefined;
    if (positionsOf(step).includes(undefined)) await finish(step, first);
    return { position: Math.max(...positionsOf(step).map((known) => known ?? 0)), repeated: true };
  };

  const finish = async (step: Step, first: number): Promise<void> => {
    const place = order.placeOf(first);
    const [event] = place ? await reader.from(place, 1) : [];
    // Only what was announced belongs to the step that is on record; anything else was decided later.
    const announced = new Set(event?.rest);
    const left = inTurn(step).filter(
      ({ events: [head] }) =>
        head && announced.has(head.id) && order.positionOf(head.id) === undefined,
    );
    if (left.length > 0) await oneByOne(left, attemptNow());
  };

  /** What is known against the step: somebody wrote first, or an id is another event's. */
  const judge = (step: Step): void => {
    const reached = new Map<string, number>();
    for (const { stream, expectedRevision, events } of step) {
      const actual = reached.get(stream) ?? order.revisionOf(stream);
      if (actual !== expectedRevision)
        throw new WrongExpectedRevision(stream, expectedRevision, actual);
      reached.set(stream, actual + events.length);
      for (const { id } of events)
        if (order.positionOf(id) !== undefined) throw new EventIdTaken(id);
    }
  };

  const send = async (step: Step, written: Attempt): Promise<void> => {
    const [only, ...more] = step;
    if (only && more.length === 0) return await oneByOne([only], written);
    try {
      return await together(step, written);
    } catch (error) {
      if (!isUnsupported(error)) throw error;
    }
    try {
      return await inSession(step, written);
    } catch (error) {
      if (!isUnsupported(error)) throw error;
    }
    return await oneByOne(inTurn(step), written);
  };

  /** From 26.1: all streams and guards in one transaction, in the order given. */
  const together = async (step: Step, written: Attempt): Promise<void> => {
    const streams = Map.groupBy(step, ({ stream }) => stream);
    await within(
      client.appendRecords(
        step.flatMap(({ stream, events }) =>
          events.map((event) => ({
            streamName: prefix + stream,
            record: toServerEvent(event, written),
          })),
        ),
        [...streams].map(([stream, parts]) => ({
          type: STREAM_STATE,
          streamName: prefix + stream,
          expectedState: stateOf(parts[0]?.expectedRevision ?? -1),
        })),
      ),
    );
  };

  /** From 25.1: all streams in one transaction; guards were looked at a moment ago, which is as near as it gets. */
  const inSession = async (step: Step, written: Attempt): Promise<void> => {
    const streams = Map.groupBy(
      step.filter(({ events }) => events.length > 0),
      ({ stream }) => stream,
    );
    await within(
      client.multiStreamAppend(
        [...streams].map(([stream, parts]) => ({
          streamName: prefix + stream,
          expectedState: stateOf(parts[0]?.expectedRevision ?? -1),
          events: parts.flatMap(({ events }) =>
            events.map((event) => toServerEvent(event, written)),
          ),
        })),
      ),
    );
  };

  /** Before: stream by stream. The first part names those that are to follow, so that a repeat finishes it. */
  const oneByOne = async (parts: readonly StepAppend[], written: Attempt): Promise<void> => {
    for (const [index, { stream, expectedRevision, events }] of parts.entries()) {
      const rest = parts.slice(index + 1).flatMap(({ events: [head] }) => (head ? [head.id] : []));
      await within(
        client.appendToStream(
          prefix + stream,
          events.map((event) => toServerEvent(event, written, rest)),
          { streamState: stateOf(expectedRevision) },
        ),
      );
    }
    const ids = parts.flatMap(({ events }) => events.map(({ id }) => id));
    if (ids.some((id) => order.positionOf(id) === undefined)) await within(sync());
  };

  const isBehind = (step: Step): boolean =>
    step.some(({ stream, expectedRevision }) => order.revisionOf(stream) < expectedRevision);

  return async (step) => {
    for (let tries = 1; ; tries++) {
      if (tries > 1 || isBehind(step)) await sync();
      const repeat = await repeatOf(step);
      if (repeat) return repeat;
      judge(step);
      const written = attemptNow();
      const first = follower.next(inTurn(step)[0]?.events[0]?.id ?? '');
      try {
        await send(step, written);
        const { attempt } = await within(first.seen);
        if (positionsOf(step).includes(undefined)) await sync();
        const position = Math.max(...positionsOf(step).map((known) => known ?? 0));
        return { position, repeated: attempt !== written.attempt };
      } catch (error) {
        if (!isConflict(error)) throw error;
        if (tries === maxTries)
          throw new StoreUnavailable('KurrentDB refuses a step that fits', { cause: error });
      } finally {
        first.forget();
      }
    }
  };
}

const attemptNow = (): Attempt => ({
  attempt: randomUUID(),
  recordedAt: new Date().toISOString(),
});
