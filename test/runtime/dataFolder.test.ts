import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openAdminToken, readAdminToken } from '../../runtime/adminToken.ts';
import { DataFolderInUse, openDataFolder } from '../../runtime/dataFolder.ts';
import { tryLock } from '../../runtime/fileLock.ts';
import { temporaryFolder } from '../support/temporal.ts';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

const modeOf = (path: string): number => statSync(path).mode & 0o777;

test('folders are for the owner only, also those that were there before', () => {
  const path = join(folder.path, 'data');
  mkdirSync(path, { mode: 0o755 });
  chmodSync(path, 0o755);
  const layout = openDataFolder(path);
  for (const inner of [layout.root, layout.temporalFolder, layout.store, layout.binaries]) {
    expect(modeOf(inner)).toBe(0o700);
  }
  expect(modeOf(layout.lock)).toBe(0o600);
  layout.close();
});

test('a folder has one holder at a time', () => {
  const first = openDataFolder(folder.path);
  expect(() => openDataFolder(folder.path)).toThrow(DataFolderInUse);
  expect(() => openDataFolder(folder.path)).toThrow(String(process.pid));
  first.close();
  openDataFolder(folder.path).close();
});

test('a lock file that a crash left is no lock', () => {
  const path = join(folder.path, 'lock');
  tryLock(path)?.release();
  const again = tryLock(path);
  expect(again).toBeDefined();
  expect(tryLock(path)).toBeUndefined();
  again?.release();
});

test('the administrator token has 256 bits, is made once, and lies in a file of the owner', () => {
  const path = join(folder.path, 'admin-token');
  const made = openAdminToken(path);
  const token = readAdminToken(path);
  expect(Buffer.from(token, 'base64url')).toHaveLength(32);
  expect(modeOf(path)).toBe(0o600);
  expect(made.accepts(token)).toBe(true);
  for (const wrong of ['', token.slice(1), `${token}x`, token.toUpperCase()]) {
    expect(made.accepts(wrong)).toBe(false);
  }
  expect(JSON.stringify(made)).not.toContain(token);
  chmodSync(path, 0o644);
  expect(openAdminToken(path).accepts(token)).toBe(true);
  expect(modeOf(path)).toBe(0o600);
});

test('a damaged token file is an error and no open door', () => {
  const path = join(folder.path, 'admin-token');
  writeFileSync(path, '\n');
  expect(() => openAdminToken(path)).toThrow('damaged');
  expect(readFileSync(path, 'utf8')).toBe('\n');
});
