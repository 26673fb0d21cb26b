import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Sealed } from '../../domain/sealed.ts';
import type { Uploads } from './port.ts';

const nameForm = /^[\w-]{1,64}$/;

const isMissing = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';

/** A folder an upload, a file a part. */
export const uploadFiles = (folder: string): Uploads => {
  const fileOf = (uploadId: string, part = ''): string => {
    if (!nameForm.test(uploadId) || (part !== '' && !nameForm.test(part)))
      throw new TypeError('not the name of an upload');
    return join(folder, uploadId, part);
  };
  return {
    async write(uploadId, part, lines) {
      await mkdir(fileOf(uploadId), { recursive: true, mode: 0o700 });
      const unfinished = `${fileOf(uploadId, part)}.${randomUUID()}`;
      const file = await open(unfinished, 'wx', 0o600);
      try {
        await file.writeFile(lines.join('\n'));
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(unfinished, fileOf(uploadId, part));
    },
    async read(uploadId, part) {
      try {
        const text = await readFile(fileOf(uploadId, part), 'utf8');
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- nothing else is written; what was altered does not open
        return (text === '' ? [] : text.split('\n')) as Sealed[];
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },
    async remove(uploadId) {
      await rm(fileOf(uploadId), { recursive: true, force: true });
    },
  };
};
