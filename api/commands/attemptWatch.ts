import type { EventStore, StoredEvent } from '../../adapters/eventStore/port.ts';
import { evolveAttempt, noAttempt, type Attempt } from '../../domain/attempt.ts';
import { authenticationStream } from '../../domain/ids.ts';
import { toMs } from '../../domain/instants.ts';

/** An attempt holds a handful of events. */
export const maxFacts = 200;

export type Watched = {
  /** The attempt may have begun before the watch did: looks it up in the log first. */
  lookUp(): void;
  /** Resolves with the attempt once it fits, or as it stands when the wait is over or cut short. */
  until(
    fits: (attempt: Attempt) => boolean,
    waitMs: number,
    signal?: AbortSignal,
  ): Promise<Attempt>;
  close(): void;
};

export type AttemptWatch = {
  read(requestId: string): Promise<Attempt>;
  /** When it first stood so, by the clock of whoever put that on record, in milliseconds since the epoch. */
  since(requestId: string): Promise<ReadonlyMap<Attempt['status'], number>>;
  /** Whether the answer on record is the one whose fact has this id. */
  wasAnsweredBy(requestId: string, id: string): Promise<boolean>;
  /** Watch before starting what is to be watched, so that nothing is missed. */
  watch(requestId: string): Watched;
  close(): void;
};

const fold = (facts: readonly StoredEvent[]): Attempt =>
  facts.reduce<Attempt>(evolveAttempt, noAttempt);
const nobody = (): void => {};

/**
 * Follows attempts in the log, so that an answer leaves as soon as the fact is on record: in the same process at
 * once, from another node with its next look at the log.
 */
export const createAttemptWatch = async (
  events: Pick<EventStore, 'readStream' | 'subscribe' | 'head'>,
  onError: (error: unknown) => void,
): Promise<AttemptWatch> => {
  const watchers = new Map<string, Set<(event: StoredEvent) => void>>();
  const subscription = events.subscribe(
    await events.head(),
    (batch: readonly StoredEvent[]) => {
      for (const event of batch) for (const tell of watchers.get(event.stream) ?? []) tell(event);
    },
    onError,
  );

  const readFacts = async (requestId: string): Promise<readonly StoredEvent[]> =>
    await events.readStream(authenticationStream(requestId), 0, maxFacts);

  const watch = (requestId: string): Watched => {
    const stream = authenticationStream(requestId);
    let attempt: Attempt = noAttempt;
    let revision = -1;
    let behind = false;
    let wake = nobody;

    const tell = (event: StoredEvent): void => {
      if (event.revision === revision + 1) {
        attempt = evolveAttempt(attempt, event);
        revision = event.revision;
      } else if (event.revision > revision) behind = true;
      wake();
    };
    const catchUp = async (): Promise<void> => {
      behind = false;
      const facts = await readFacts(requestId);
      if (facts.length <= revision + 1) return;
      attempt = fold(facts);
      revision = facts.length - 1;
    };

    const here = watchers.get(stream) ?? new Set();
    watchers.set(stream, here.add(tell));
    return {
      lookUp: () => void (behind = true),
      async until(fits, waitMs, signal) {
        const over = AbortSignal.timeout(waitMs);
        const stop = signal ? AbortSignal.any([over, signal]) : over;
        for (;;) {
          if (behind) await catchUp();
          if (fits(attempt)) return attempt;
          if (stop.aborted) {
            await catchUp(); // The feed may be late; the log is not.
            return attempt;
          }
          await new Promise<void>((resolve) => {
            wake = resolve;
            stop.addEventListener('abort', () => resolve(), { once: true });
          });
        }
      },
      close() {
        here.delete(tell);
        if (here.size === 0) watchers.delete(stream);
      },
    };
  };

  return {
    read: async (requestId) => fold(await readFacts(requestId)),
    async since(requestId) {
      const since = new Map<Attempt['status'], number>();
      let attempt: Attempt = noAttempt;
      for (const fact of await readFacts(requestId)) {
        attempt = evolveAttempt(attempt, fact);
        if (!since.has(attempt.status)) since.set(attempt.status, toMs(fact.recordedAt));
      }
      return since;
    },
    wasAnsweredBy: async (requestId, id) =>
      (await readFacts(requestId)).some(
        (fact) => fact.id === id && fact.type === 'AuthenticationDeviceAnswered',
      ),
    watch,
    close: () => subscription.close(),
  };
};
