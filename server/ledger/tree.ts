import { setTimeout as pause } from 'node:timers/promises';
import type { LedgerStore, LogRecords } from '../../adapters/ledger/port.ts';
import {
  checkpointEvents,
  isPrivileged,
  ledgerStream,
  type Unsigned,
} from '../../domain/ledger/due.ts';
import type { Fault } from '../../domain/ledger/fault.ts';
import type { Hash, TreeHash } from '../../domain/ledger/merkle.ts';
import { lineOf, type LedgerRecord } from '../../domain/ledger/record.ts';
import type { Actor } from '../../domain/events.ts';

/** Events that are hashed before everybody else gets a turn. */
const batchSize = 500;
const turnMs = 2;

type Options = {
  readonly records: LogRecords;
  readonly store: LedgerStore;
  readonly hash: TreeHash;
  readonly nowMs: () => number;
  readonly onFault: (fault: Fault) => void;
  /** The same loss once more, in other words. */
  readonly onKnownFault: (fault: Fault) => void;
};

/** In place of an event that was gone before the ledger saw it, so that each later one keeps its place. */
const holeAt = (position: number): string => `{"position":${position},"missing":true}`;

const actorOf = (meta: string): Actor => {
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- whoever wrote something else here gets no checkpoint sooner for it
    return (JSON.parse(meta) as { actor: Actor }).actor;
  } catch {
    return { kind: 'system', id: '' };
  }
};

/** The tree that grows with the log: leaf n is the event of position n + 1. */
export const growingTree = ({ records, store, hash, nowMs, onFault, onKnownFault }: Options) => {
  let unsigned: Unsigned | undefined;
  let cutAt: number | undefined;

  const count = (record: LedgerRecord): void => {
    if (record.stream === ledgerStream) return;
    const at = nowMs();
    const { events, sinceMs, privilegedSinceMs } = unsigned ?? {
      events: 0,
      sinceMs: at,
      privilegedSinceMs: undefined,
    };
    const isNew =
      privilegedSinceMs === undefined &&
      isPrivileged({ stream: record.stream, actor: actorOf(record.meta) });
    unsigned = { events: events + 1, sinceMs, privilegedSinceMs: isNew ? at : privilegedSinceMs };
  };

  const leavesOf = (page: readonly LedgerRecord[]): readonly Hash[] => {
    const leaves: Hash[] = [];
    for (const record of page) {
      let next = store.size() + leaves.length + 1;
      if (record.position > next)
        (next - 1 === cutAt ? onKnownFault : onFault)({
          kind: 'missing',
          position: next,
          detail: `position ${record.position} follows ${next - 1}`,
        });
      for (; next < record.position; next += 1) leaves.push(hash.leaf(holeAt(next)));
      leaves.push(hash.leaf(lineOf(record)));
      count(record);
    }
    return leaves;
  };

  return {
    unsigned: () => unsigned,
    signed: () => (unsigned = undefined),
    /** What was hashed and not signed before this process kept the ledger; more than one checkpoint's worth is not counted. */
    async recount(signedSize: number): Promise<void> {
      const left = Math.min(store.size() - signedSize, checkpointEvents);
      if (left > 0) for (const record of await records.after(signedSize, left)) count(record);
    },
    /** A log that is shorter than its tree has lost events: the fault is told of, and the tree goes on from what there is. */
    async cutToLog(): Promise<void> {
      const head = await records.head();
      const size = store.size();
      if (head >= size) return;
      onFault({
        kind: 'truncated',
        position: head + 1,
        detail: `${size - head} events from here to ${size} are gone`,
      });
      store.cut(head);
      cutAt = head;
    },
    async catchUp(signal?: AbortSignal): Promise<void> {
      for (;;) {
        if (signal?.aborted === true) return;
        const page = await records.after(store.size(), batchSize);
        if (page.length === 0) return;
        store.append(leavesOf(page));
        if (page.length < batchSize) return;
        await pause(turnMs);
      }
    },
  };
};
export type GrowingTree = ReturnType<typeof growingTree>;
