import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Recordings } from './port.ts';

const hashForm = /^[0-9a-f]{64}$/;

/** One file a recording in a folder of its own, named by its hash. */
export const recordingFiles = (folder: string): Recordings => ({
  async put(bytes) {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const hash = createHash('sha256').update(bytes).digest('hex');
    const unfinished = join(folder, `${hash}.${randomUUID()}`);
    const file = await open(unfinished, 'wx', 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(unfinished, join(folder, hash));
    return hash;
  },
  async get(hash) {
    if (!hashForm.test(hash)) return undefined;
    try {
      return await readFile(join(folder, hash));
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw error;
    }
  },
});
