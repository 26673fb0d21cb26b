import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { EventStore } from '../adapters/eventStore/port.ts';
import { anchorFile } from '../adapters/ledger/anchorFile.ts';
import { readVerifier } from '../adapters/ledger/notes.ts';
import type { LedgerStore, LogRecords } from '../adapters/ledger/port.ts';
import { openSigner } from '../adapters/ledger/signer.ts';
import { openSqliteLedger } from '../adapters/ledger/sqliteLedger.ts';
import { treeHash } from '../adapters/ledger/treeHash.ts';
import type { Caller } from '../api/facade.ts';
import type { LedgerDoor } from '../api/facade/ledger.ts';
import { Rejected } from '../domain/errors.ts';
import { ledgerStream } from '../domain/ledger/due.ts';
import type { Fault } from '../domain/ledger/fault.ts';
import { tryLock, type FileLock } from '../runtime/fileLock.ts';
import type { Logger } from '../runtime/logger.ts';
import { factLog } from './factLog.ts';
import { keepLedger, type Keeper } from './ledger/keeper.ts';
import { proveEvent } from './ledger/prove.ts';
import { systemLog, type Ordered } from './systemLog.ts';

/** How often a process that is not the keeper looks whether it may become it. */
const lockEveryMs = 1_000;

export type LedgerOptions = {
  readonly events: EventStore;
  readonly records: LogRecords;
  /** The ledger's own file, and the lock of the one process that writes it. */
  readonly file: string;
  readonly lock: string;
  readonly keyFile: string;
  /** Folder of the anchored checkpoints and their time stamps. */
  readonly anchors: string;
  readonly timestampUrl?: string;
  readonly allow: readonly string[];
  readonly log: Logger;
  /** Somebody is to be told of a break, beside the fact on record. */
  readonly onBroken: (fault: Fault) => Promise<void>;
  readonly nowMs: () => number;
};

export type LedgerRole = LedgerDoor & { stop(): Promise<void> };

const orderedBy = ({ actor, channel, address }: Caller): Ordered => ({
  actor,
  channel,
  ...(address === undefined ? {} : { address }),
});

/** Name of the file in the folder of anchors. */
const anchorFileName = 'checkpoints.txt';

/**
 * The ledger role (design section 2): of all processes on a data folder, one keeps the ledger, and the next one takes over
 * when it ends in any way. All of them answer with proofs.
 */
export const startLedger = (options: LedgerOptions): LedgerRole => {
  const { events, records, log, file } = options;
  const hash = treeHash();
  const stopping = new AbortController();
  let keeper: Keeper | undefined;
  let becoming: Promise<void> | undefined;
  let held: { readonly lock: FileLock; readonly store: LedgerStore } | undefined;

  const keep = async (lock: FileLock): Promise<void> => {
    const store = openSqliteLedger(file, hash);
    held = { lock, store };
    const [last] = store.keys().slice(-1);
    const signer = openSigner(options.keyFile, last && readVerifier(last.verifier)?.name);
    keeper = await keepLedger({
      ...options,
      store,
      signer,
      hash,
      anchors: anchorFile(join(options.anchors, anchorFileName)),
      stamps: options.anchors,
      timestampUrl: options.timestampUrl,
      facts: systemLog(factLog(events), ledgerStream),
    });
  };
  const letGo = (): void => {
    held?.store.close();
    held?.lock.release();
    held = undefined;
    keeper = undefined;
  };
  const run = async (): Promise<void> => {
    const { signal } = stopping;
    while (!signal.aborted) {
      try {
        const lock = tryLock(options.lock);
        if (lock) return await (becoming = keep(lock));
      } catch (error) {
        letGo();
        log.error('the ledger cannot be kept', { error });
      }
      await pause(lockEveryMs, undefined, { signal }).catch(() => undefined);
    }
  };
  const running = run();

  const mine = async (): Promise<Keeper> => {
    // An order that comes while this process takes the role over is for it already.
    await becoming?.catch(() => undefined);
    if (!keeper) throw new Rejected('conflict', 'another process keeps the ledger: ask that one');
    return keeper;
  };
  return {
    async signCheckpoint(caller) {
      const { size, note } = await (await mine()).signNow(orderedBy(caller));
      return { size, note };
    },
    rotateKey: async (caller) => await (await mine()).rotate(orderedBy(caller)),
    prove: async (eventId) => proveEvent({ records, file, hash }, eventId),
    async stop() {
      stopping.abort();
      await running;
      try {
        await keeper?.stop();
      } finally {
        letGo();
      }
    },
  };
};
