import { describe, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { loadMasterKey, MasterKeyUnusable } from '../../../adapters/secrets/masterKey.ts';
import { inFolder } from './given.ts';

describe('master key', () => {
  test('SEC-70 is made on first use, for its owner alone, and read from then on', () =>
    inFolder(async (folder) => {
      const file = join(folder, 'keys', 'master.key');
      const key = loadMasterKey(file, {});
      expect(key).toHaveLength(32);
      expect(statSync(file).mode & 0o777).toBe(0o600);
      expect(statSync(join(folder, 'keys')).mode & 0o777).toBe(0o700);
      expect(readdirSync(join(folder, 'keys'))).toEqual(['master.key']);
      expect(readFileSync(file, 'utf8')).toBe(`${key.toString('base64url')}\n`);
      expect(loadMasterKey(file, {})).toEqual(key);
    }));

  test.each([0o640, 0o604, 0o644, 0o620, 0o602, 0o610, 0o601, 0o660])(
    'SEC-70 a file with mode %o is refused in one line that says what to do',
    (mode) =>
      inFolder(async (folder) => {
        const file = join(folder, 'master.key');
        const key = loadMasterKey(file, {});
        chmodSync(file, mode);
        const load = () => loadMasterKey(file, {});
        expect(load).toThrow(MasterKeyUnusable);
        expect(load).toThrow(
          new MasterKeyUnusable(`${file} is open to others than its owner: chmod 600 ${file}`),
        );
        chmodSync(file, 0o400);
        expect(load()).toEqual(key);
      }),
  );

  test('SEC-70 comes from the environment where it is set there', () =>
    inFolder(async (folder) => {
      const key = randomBytes(32);
      const environment = { COUNTERSIGN_MASTER_KEY: key.toString('base64url') };
      expect(loadMasterKey(join(folder, 'master.key'), environment)).toEqual(key);
      expect(readdirSync(folder)).toEqual([]);
    }));

  test.each(['', 'short', randomBytes(33).toString('base64url'), '!'.repeat(43)])(
    'SEC-70 refuses %p without repeating it',
    (bad) =>
      inFolder(async (folder) => {
        const file = join(folder, 'master.key');
        writeFileSync(file, bad, { mode: 0o600 });
        const rule = 'must hold 32 bytes in base64url';
        expect(() => loadMasterKey(file, {})).toThrow(new MasterKeyUnusable(`${file} ${rule}`));
        expect(() => loadMasterKey(file, { COUNTERSIGN_MASTER_KEY: bad })).toThrow(
          new MasterKeyUnusable(`COUNTERSIGN_MASTER_KEY ${rule}`),
        );
      }),
  );

  test('an unreadable path is an error, not a new key', () =>
    inFolder(async (folder) => {
      mkdirSync(join(folder, 'master.key'), { mode: 0o700 });
      expect(() => loadMasterKey(join(folder, 'master.key'), {})).toThrow(/EISDIR/);
    }));

  test('processes that start together use one key', () =>
    inFolder(async (folder) => {
      const file = join(folder, 'master.key');
      const script = `
        import { loadMasterKey } from ${JSON.stringify(new URL('../../../adapters/secrets/masterKey.ts', import.meta.url).href)};
        process.stdout.write(loadMasterKey(${JSON.stringify(file)}, {}).toString('hex'));`;
      const keys = await Promise.all(
        Array.from({ length: 4 }, async () => {
          const child = spawn(process.execPath, ['--input-type=module', '-e', script]);
          const [printed] = await Promise.all([text(child.stdout), once(child, 'exit')]);
          return printed;
        }),
      );
      expect(new Set(keys)).toEqual(new Set([loadMasterKey(file, {}).toString('hex')]));
    }));
});
