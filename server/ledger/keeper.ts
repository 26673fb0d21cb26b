import { setTimeout as pause } from 'node:timers/promises';
import type { EventStore } from '../../adapters/eventStore/port.ts';
import { newId } from '../../adapters/ids.ts';
import type { AnchorFile } from '../../adapters/ledger/anchorFile.ts';
import { readVerifier, restorationIn } from '../../adapters/ledger/notes.ts';
import type {
  KeptCheckpoint,
  LedgerKey,
  LedgerStore,
  LogRecords,
  Signer,
} from '../../adapters/ledger/port.ts';
import { rotateSigner } from '../../adapters/ledger/signer.ts';
import { checkpointText, readCheckpoint, readNote } from '../../domain/ledger/checkpoint.ts';
import { isDue } from '../../domain/ledger/due.ts';
import type { Fault } from '../../domain/ledger/fault.ts';
import type { TreeHash } from '../../domain/ledger/merkle.ts';
import { rangeRoot } from '../../domain/ledger/proofs.ts';
import type { Logger } from '../../runtime/logger.ts';
import type { Ordered, SystemLog } from '../systemLog.ts';
import { anchoring } from './anchoring.ts';
import { growingTree } from './tree.ts';
import { verifyLog } from './verification.ts';

const lookEveryMs = 250;
const verifyEveryMs = 24 * 3_600_000;

export type KeeperOptions = {
  readonly events: Pick<EventStore, 'subscribe' | 'head'>;
  readonly records: LogRecords;
  readonly store: LedgerStore;
  readonly signer: Signer;
  readonly keyFile: string;
  readonly hash: TreeHash;
  readonly anchors: AnchorFile;
  readonly stamps: string;
  readonly timestampUrl: string | undefined;
  readonly allow: readonly string[];
  readonly facts: SystemLog;
  readonly log: Logger;
  readonly onBroken: (fault: Fault) => Promise<void>;
  readonly nowMs: () => number;
};

export type Keeper = {
  signNow(by: Ordered): Promise<KeptCheckpoint>;
  rotate(by: Ordered): Promise<LedgerKey>;
  stop(): Promise<void>;
};

const breakName = ({ kind, position, until }: Fault): string =>
  [kind, position, until ?? ''].join('/');

/** Keeps the ledger of one log: the only one that hashes, signs and anchors, until it stops. */
export const keepLedger = async (options: KeeperOptions): Promise<Keeper> => {
  const { events, records, store, hash, anchors, facts, log, onBroken, nowMs } = options;
  let { signer } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  const faults: Promise<void>[] = [];

  const tell = async (fault: Fault): Promise<void> => {
    const { kind, position, until, detail } = fault;
    log.error('the log is not what was signed', { fault: kind, position, until, detail });
    const name = breakName(fault);
    if (store.knowsBreak(name)) return;
    const data = { fault: kind, position, ...(until === undefined ? {} : { until }), detail };
    await facts.record({ type: 'LedgerChainBroken', data }, `broken/${name}`);
    // Whoever writes mails may not be there yet, or not any more; then the next start tells.
    onBroken(fault)
      .then(() => signal.aborted || store.noteBreak(name))
      .catch((error: unknown) => log.error('a break of the log could not be mailed', { error }));
  };
  const onFault = (fault: Fault): void => {
    faults.push(
      tell(fault).catch((error: unknown) =>
        log.error('a break of the log could not be told of', { error }),
      ),
    );
  };

  const tree = growingTree({
    records,
    store,
    hash,
    nowMs,
    onFault,
    onKnownFault: (fault) => store.noteBreak(breakName(fault)),
  });
  const anchor = anchoring({ ...options, file: anchors, folder: options.stamps });

  const recordKeys = async (by?: Ordered): Promise<void> => {
    for (const [number, { keyId, verifier, endorsement }] of store.keys().entries()) {
      const replaces = store.keys()[number - 1]?.keyId;
      const data = {
        keyId,
        verifier,
        ...(replaces === undefined ? {} : { replaces }),
        ...(endorsement === undefined ? {} : { endorsement }),
      };
      await facts.record({ type: 'LedgerKeyAdded', data }, `key/${keyId}`, by);
    }
  };

  const [newest] = store.restorations().slice(-1);
  const line = newest === undefined ? undefined : restorationIn(newest)?.id;
  /** What keys say beside checkpoints goes to the anchors too: a log that is put back to a time before it lacks it. */
  const anchorStatements = async (): Promise<void> => {
    const known = new Set(await anchors.notes());
    const endorsements = store.keys().flatMap(({ endorsement }) => endorsement ?? []);
    for (const note of [...endorsements, ...store.restorations()])
      if (!known.has(note)) await anchors.append(note);
  };

  const lastCheckpoint = (): KeptCheckpoint | undefined =>
    store.checkpoints().findLast(({ isVoid }) => !isVoid);

  const rootAt = (size: number): string =>
    Buffer.from(rangeRoot(hash, store.node, 0, size)).toString('base64');

  /** What was signed last must be what the tree begins with, or the tree has been touched (SEC-81). */
  const checkLast = (): void => {
    const last = lastCheckpoint();
    const text = last && readNote(last.note)?.text;
    const checkpoint = text === undefined ? undefined : readCheckpoint(text);
    if (!checkpoint || checkpoint.size > store.size()) return;
    if (rootAt(checkpoint.size) === checkpoint.root) return;
    onFault({
      kind: 'hashesAltered',
      position: 1,
      until: checkpoint.size,
      detail: 'the ledger’s hashes do not lead to its last checkpoint',
    });
  };

  const sign = async (by?: Ordered): Promise<KeptCheckpoint> => {
    checkLast();
    const origin = readVerifier(signer.key.verifier)?.name ?? '';
    const size = store.size();
    const root = rootAt(size);
    const restored = line === undefined ? {} : { restoration: line };
    const note = signer.sign(checkpointText({ origin, size, root, ...restored }));
    const kept = store.keep({ size, note });
    tree.signed();
    await anchor.toFile();
    const data = { size, root, keyId: signer.key.keyId, note };
    await facts.record({ type: 'LedgerCheckpointSigned', data }, `checkpoint/${size}/${root}`, by);
    anchor.toAuthority();
    return kept;
  };

  /** One at a time: looks come by the clock, by the log and by order. */
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = turn.then(work);
    turn = done.catch(() => undefined);
    return done;
  };
  const look = async (): Promise<void> => {
    await tree.catchUp(signal);
    if (isDue(tree.unsigned(), nowMs())) await sign();
    anchor.toAuthority();
  };

  let isLooking = false;
  let isNews = true;
  const attempt = (): void => {
    const isQuiet = !isNews && tree.unsigned() === undefined;
    if (isLooking || isQuiet) {
      if (isQuiet) anchor.toAuthority();
      return;
    }
    [isLooking, isNews] = [true, false];
    inTurn(look)
      .catch((error: unknown) => log.error('the ledger could not go on', { error }))
      .finally(() => {
        isLooking = false;
      });
  };

  const verifyDaily = async (): Promise<void> => {
    for (let first = true; !signal.aborted; first = false) {
      const found = await verifyLog({ records, store, anchors, hash, signal });
      if (!found) return;
      const { events: read, signedSize, fault } = found;
      if (fault) await tell(fault);
      // A start is no day: only the verification of every day is a fact of its own.
      else if (!first)
        await facts.record(
          { type: 'LedgerVerified', data: { events: read, signedSize } },
          `verified/${newId()}`,
        );
      log.info('the log was verified', { events: read, signedSize, fault: fault?.kind });
      await pause(verifyEveryMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  };

  if (!store.keys().some(({ keyId }) => keyId === signer.key.keyId)) store.addKey(signer.key);
  // Before anything is added behind what is left of the log.
  await tree.cutToLog();
  await recordKeys();
  await tree.recount(lastCheckpoint()?.size ?? 0);
  await anchorStatements();
  await anchor.toFile();
  const subscription = events.subscribe(
    await events.head(),
    () => {
      isNews = true;
    },
    (error) => log.error('the ledger hears of new events by the clock only', { error }),
  );
  const timer = setInterval(attempt, lookEveryMs);
  // The tree may be far behind at the first start after an upgrade; what it lacks is no fault of the log.
  const verifying = inTurn(() => tree.catchUp(signal))
    .then(verifyDaily)
    .catch((error: unknown) => log.error('the log could not be verified', { error }));

  return {
    signNow: (by) =>
      inTurn(async () => {
        await tree.catchUp(signal);
        return await sign(by);
      }),
    rotate: (by) =>
      inTurn(async () => {
        signer = rotateSigner(options.keyFile, (key) => store.addKey(key));
        await anchorStatements();
        await recordKeys(by);
        await tree.catchUp(signal);
        await sign(by);
        return signer.key;
      }),
    async stop() {
      clearInterval(timer);
      subscription.close();
      stopping.abort();
      await verifying;
      await inTurn(async () => {
        await tree.catchUp();
        if ((tree.unsigned()?.events ?? 0) > 0) await sign();
      });
      await Promise.all(faults);
      await anchor.settled();
    },
  };
};
