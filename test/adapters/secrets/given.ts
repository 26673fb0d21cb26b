import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSecrets } from '../../../adapters/secrets/aesGcm.ts';
import type { Secrets } from '../../../adapters/secrets/port.ts';
import { userKey, type SealedPlace } from '../../../domain/sealed.ts';

export const masterKey = randomBytes(32);

export const phoneOf = (userId: string): SealedPlace => ({
  owner: userKey(userId),
  stream: `user-${userId}`,
  field: 'phone',
});

/** A folder of its own for the time of a callback. */
export async function inFolder<T>(run: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-'));
  try {
    return await run(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Secrets over a key table of their own, closed at the end. */
export const withSecrets = <T>(
  run: (secrets: Secrets, file: string) => Promise<T>,
  maxSealsPerKey?: number,
): Promise<T> =>
  inFolder(async (folder) => {
    const file = join(folder, 'keys.db');
    const secrets = openSecrets({ file, masterKey, ...(maxSealsPerKey && { maxSealsPerKey }) });
    try {
      return await run(secrets, file);
    } finally {
      await secrets.close();
    }
  });
