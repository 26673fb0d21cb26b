import type { Sealed } from '../../domain/sealed.ts';

/**
 * Files that were handed in and wait to be worked off, as sealed lines in named parts. An upload is gone once it is
 * removed; the log keeps what came of it.
 */
export interface Uploads {
  /** Puts a part in the place of an older one; it is on disk by then. */
  write(uploadId: string, part: string, lines: readonly Sealed[]): Promise<void>;
  /** @returns undefined where there is no such upload or part */
  read(uploadId: string, part: string): Promise<readonly Sealed[] | undefined>;
  remove(uploadId: string): Promise<void>;
}
