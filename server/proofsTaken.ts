import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf } from '../runtime/errors.ts';
import type { Logger } from '../runtime/logger.ts';

/** Looks through all files, so not with each proof. */
const sweepEveryMs = 60_000;
/** Where more are taken at a time, nobody is let in. */
const maxProofs = 100_000;

type Options = {
  /** Shared by all processes of the deployment; holds nothing else. */
  readonly folder: string;
  /** How long a proof could be taken a second time. */
  readonly keptMs: number;
  readonly nowMs: () => number;
  readonly log: Pick<Logger, 'error'>;
};

/**
 * Takes each proof once, at whichever process it is shown: a file in its name, which only one of them can make. Files
 * outlive a process that is killed; they are not written through, for whoever may replay a proof has minutes, and a
 * machine without power takes none.
 */
export const proofsTaken = ({ folder, keptMs, nowMs, log }: Options) => {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  let sweptMs = -Infinity;
  let taken = 0;

  const sweep = (): void => {
    taken = 0;
    for (const name of readdirSync(folder)) {
      const path = join(folder, name);
      // Another process may be sweeping too.
      const { mtimeMs = 0 } = statSync(path, { throwIfNoEntry: false }) ?? {};
      if (mtimeMs + keptMs < nowMs()) rmSync(path, { force: true });
      else taken += 1;
    }
    sweptMs = nowMs();
  };

  /** @returns false for one that was taken before, and where that cannot be told */
  return (proofId: string): boolean => {
    try {
      if (Math.abs(nowMs() - sweptMs) >= sweepEveryMs) sweep();
      if (taken >= maxProofs) return false;
      closeSync(openSync(join(folder, createHash('sha256').update(proofId).digest('hex')), 'wx'));
      taken += 1;
      return true;
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') log.error('proofs cannot be kept apart', { error });
      return false;
    }
  };
};
