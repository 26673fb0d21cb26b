import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import express, { type Router } from 'express';
import { contentTypeOf } from './spoken.ts';

const fileName = /^([0-9a-f]{64})\.(wav|mp3)$/;

/**
 * Recordings by the SHA-256 of their audio, which is also their name in the folder. They are not secret, and whoever
 * plays them signs nothing; without the hash nobody finds one, and nothing else in the folder is ever read.
 */
export const recordings = (folder: string): Router => {
  const router = express.Router();
  router.get('/recordings/:name', async ({ params }, response) => {
    const [, hash, ending = ''] = fileName.exec(params.name) ?? [];
    const type = contentTypeOf(ending);
    const audio = hash === undefined ? undefined : await contentOf(join(folder, hash), hash);
    if (type === undefined || audio === undefined) {
      response.status(404).end();
      return;
    }
    response
      .status(200)
      .set({
        'Content-Type': type,
        'Content-Length': String(audio.length),
        'X-Content-Type-Options': 'nosniff',
        // The name is a hash of the content, so it is the same for ever.
        'Cache-Control': 'public, max-age=31536000, immutable',
      })
      .end(audio);
  });
  return router;
};

/** @returns undefined where there is no such file, or where it is not what its name says */
const contentOf = async (file: string, hash: string): Promise<Buffer | undefined> => {
  let audio: Buffer;
  try {
    audio = await readFile(file);
  } catch {
    return undefined; // Most likely not there; a provider that asks learns no more than that.
  }
  return createHash('sha256').update(audio).digest('hex') === hash ? audio : undefined;
};
