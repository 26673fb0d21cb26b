import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { AnchorFile } from '../../adapters/ledger/anchorFile.ts';
import type { KeptCheckpoint, LedgerStore } from '../../adapters/ledger/port.ts';
import { requestTimestamp } from '../../adapters/ledger/timestamp.ts';
import type { Logger } from '../../runtime/logger.ts';

/** Checkpoints that are brought to a place in one go; the others follow with the next. */
const batchSize = 1_000;
const stampsAtOnce = 20;
/** An authority that failed is left alone for so long. */
const retryMs = 60_000;

type Options = {
  readonly store: LedgerStore;
  readonly file: AnchorFile;
  /** Folder of the time stamps. */
  readonly folder: string;
  readonly timestampUrl: string | undefined;
  readonly allow: readonly string[];
  readonly log: Logger;
  readonly nowMs: () => number;
};

/** Name of a checkpoint's stamp: its size, and its number, since a log that was cut has two of a size. */
export const stampName = ({ size, number }: KeptCheckpoint): string => `${size}-${number}.tsr`;

/** Brings each checkpoint to where the ledger itself cannot take it back. */
export const anchoring = (options: Options) => {
  const { store, file, folder, timestampUrl, allow, log, nowMs } = options;
  let stamping: Promise<void> | undefined;
  let quietUntil = -Infinity;

  const stamp = async (url: string): Promise<void> => {
    for (const checkpoint of store.unanchored('timestamp', stampsAtOnce)) {
      const { token, at } = await requestTimestamp(url, checkpoint.note, allow);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const kept = await open(join(folder, stampName(checkpoint)), 'w', 0o600);
      try {
        await kept.writeFile(token);
        await kept.sync();
      } finally {
        await kept.close();
      }
      store.markAnchored('timestamp', checkpoint.number);
      log.debug('a checkpoint has its time stamp', { size: checkpoint.size, stampedAt: at });
    }
  };

  return {
    async toFile(): Promise<void> {
      for (const { note, number } of store.unanchored('file', batchSize)) {
        await file.append(note);
        store.markAnchored('file', number);
      }
    },
    /** Asks the time stamp authority where there is one; nothing waits for it but the end. */
    toAuthority(): void {
      if (timestampUrl === undefined || stamping || nowMs() < quietUntil) return;
      stamping = stamp(timestampUrl)
        .catch((error: unknown) => {
          quietUntil = nowMs() + retryMs;
          log.warn('checkpoints wait for their time stamp', { error });
        })
        .finally(() => {
          stamping = undefined;
        });
    },
    settled: async () => await stamping,
  };
};
