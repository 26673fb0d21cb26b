import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fstatSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';

export const masterKeyVariable = 'COUNTERSIGN_MASTER_KEY';
export const masterKeyBytes = 32;
const groupAndWorld = 0o077;

/** The master key cannot be used; the message is one line that says what to do, and never the key. */
export class MasterKeyUnusable extends Error {
  override readonly name = 'MasterKeyUnusable';
}

/**
 * The key that wraps all data keys: from the environment where it is set, else from a file of 32 bytes in
 * base64url. A missing file is made, readable by its owner alone. It belongs outside the data folder, so
 * that a backup of the data does not hold it (SEC-70).
 * @throws {MasterKeyUnusable} if the key is malformed or the file is open to others
 */
export function loadMasterKey(
  file: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Buffer {
  const given = environment[masterKeyVariable];
  if (given !== undefined) return decode(given, masterKeyVariable);
  return readKey(file) ?? createKey(file);
}

/** @returns undefined where there is no such file */
export function readKey(file: string): Buffer | undefined {
  let handle: number;
  try {
    handle = openSync(file, 'r');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
  try {
    // Windows keeps rights elsewhere; its mode bits say nothing.
    if (process.platform !== 'win32' && (fstatSync(handle).mode & groupAndWorld) !== 0)
      throw new MasterKeyUnusable(`${file} is open to others than its owner: chmod 600 ${file}`);
    return decode(readFileSync(handle, 'utf8'), file);
  } finally {
    closeSync(handle);
  }
}

/** Complete and on disk before it has its name: a crash leaves a whole key or none. */
export function createKey(file: string): Buffer {
  const key = randomBytes(masterKeyBytes);
  const folder = dirname(file);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  writeFileSync(draft, `${key.toString('base64url')}\n`, { flag: 'wx', mode: 0o600, flush: true });
  try {
    linkSync(draft, file);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
    // Another process was first; both use its key.
    const theirs = readKey(file);
    if (theirs) return theirs;
    throw error;
  } finally {
    unlinkSync(draft);
    syncFolder(folder);
  }
  return key;
}

/** Makes names in a folder durable. */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') return; // Folders cannot be opened there.
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function decode(printed: string, from: string): Buffer {
  const text = printed.trim();
  const key = Buffer.from(text, 'base64url');
  if (key.length !== masterKeyBytes || key.toString('base64url') !== text)
    throw new MasterKeyUnusable(`${from} must hold ${masterKeyBytes} bytes in base64url`);
  return key;
}

const hasCode = (error: unknown, code: string): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === code;
