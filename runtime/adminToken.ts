import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { codeOf } from './errors.ts';

const tokenBytes = 32;
const tokenShape = /^[A-Za-z0-9_-]{43}$/;

export type AdminToken = {
  /** Compares in constant time; memory holds only the hash. */
  accepts(presented: string): boolean;
};

/**
 * The local administrator's token (256 bits, base64url) that other commands on this machine read from the data
 * folder. Made at the first start; the file is the only copy.
 * @throws {Error} where the file is damaged, or readable for others and not ours to correct
 */
export const openAdminToken = (path: string): AdminToken => {
  try {
    const fresh = `${randomBytes(tokenBytes).toString('base64url')}\n`;
    writeFileSync(path, fresh, { mode: 0o600, flag: 'wx', flush: true });
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    if ((statSync(path).mode & 0o077) !== 0) chmodSync(path, 0o600);
  }
  const hash = hashOf(readAdminToken(path));
  return { accepts: (presented) => timingSafeEqual(hashOf(presented), hash) };
};

/** For commands that reach a running server of this data folder. */
export const readAdminToken = (path: string): string => {
  const token = readFileSync(path, 'utf8').trim();
  if (!tokenShape.test(token)) throw new Error(`${path} is damaged; remove it and start again`);
  return token;
};

const hashOf = (text: string): Buffer => createHash('sha256').update(text).digest();
