import { createHash } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

const chunkBytes = 1_048_576;
const [ownerOnly, ownersFolder] = [0o600, 0o700];

/** Regular files below a folder, as paths from there on, in order; links and what is no file are left out. */
export function* filesBelow(folder: string, prefix = ''): Generator<string> {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder).toSorted()) {
    const kind = lstatSync(join(folder, name));
    if (kind.isDirectory()) yield* filesBelow(join(folder, name), `${prefix}${name}/`);
    else if (kind.isFile()) yield `${prefix}${name}`;
  }
}

export type Hashed = { readonly sizeBytes: number; readonly sha256: string };

/** Reads a file bit by bit, hands each bit on, and tells its hash. */
const readThrough = (path: string, take: (bytes: Buffer) => void): Hashed => {
  const handle = openSync(path, 'r');
  const digest = createHash('sha256');
  const chunk = Buffer.alloc(chunkBytes);
  let sizeBytes = 0;
  try {
    for (;;) {
      const length = readSync(handle, chunk);
      if (length === 0) break;
      const bytes = chunk.subarray(0, length);
      digest.update(bytes);
      take(bytes);
      sizeBytes += length;
    }
  } finally {
    closeSync(handle);
  }
  return { sizeBytes, sha256: digest.digest('hex') };
};

export const hashFile = (path: string, onBytes: (many: number) => void = () => undefined): Hashed =>
  readThrough(path, (bytes) => onBytes(bytes.length));

/** Copies a file for its owner alone; it is on disk when this returns. */
export const copyFile = (
  from: string,
  to: string,
  onBytes: (many: number) => void = () => undefined,
): Hashed => {
  mkdirSync(dirname(to), { recursive: true, mode: ownersFolder });
  const handle = openSync(to, 'wx', ownerOnly);
  try {
    const hashed = readThrough(from, (bytes) => {
      for (let at = 0; at < bytes.length;) at += writeSync(handle, bytes, at);
      onBytes(bytes.length);
    });
    fsyncSync(handle);
    return hashed;
  } finally {
    closeSync(handle);
  }
};

/** What was written or renamed in a file or folder is on disk. */
export const syncPath = (path: string): void => {
  const isFolder = lstatSync(path).isDirectory();
  if (isFolder && process.platform === 'win32') return; // Folders cannot be opened there.
  const handle = openSync(path, isFolder ? 'r' : 'r+');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
};

/** A folder that we made: everything in it is on disk, and for its owner alone. */
export const settleTree = (folder: string): void => {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (lstatSync(path).isDirectory()) settleTree(path);
    else {
      chmodSync(path, ownerOnly);
      syncPath(path);
    }
  }
  chmodSync(folder, ownersFolder);
  syncPath(folder);
};
