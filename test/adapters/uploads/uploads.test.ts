import { afterAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { uploadFiles } from '../../../adapters/uploads/files.ts';
import { uploadsInMemory } from '../../../adapters/uploads/memory.ts';
import type { Sealed } from '../../../domain/sealed.ts';

const folder = mkdtempSync(join(tmpdir(), 'countersign-uploads-'));
afterAll(() => rmSync(folder, { recursive: true }));

const line = (text: string): Sealed => `s1:test:${text}` as Sealed;

describe.each([
  ['files', () => uploadFiles(folder)],
  ['memory', uploadsInMemory],
] as const)('uploads in %s', (_, open) => {
  test('are read as they were written, part by part, the newest of each', async () => {
    const uploads = open();
    await uploads.write('U1', 'rows-0', [line('a'), line('b')]);
    await uploads.write('U1', 'rows-1', []);
    await uploads.write('U1', 'rows-0', [line('c')]);
    expect(await uploads.read('U1', 'rows-0')).toEqual([line('c')]);
    expect(await uploads.read('U1', 'rows-1')).toEqual([]);
    expect(await uploads.read('U1', 'rows-2')).toBeUndefined();
    expect(await uploads.read('U2', 'rows-0')).toBeUndefined();
  });

  test('are gone with all of their parts, and going twice is no fault', async () => {
    const uploads = open();
    await uploads.write('U3', 'rows-0', [line('a')]);
    await uploads.remove('U3');
    await uploads.remove('U3');
    expect(await uploads.read('U3', 'rows-0')).toBeUndefined();
  });
});

test('files lie in folders that are the server’s own, under names that lead nowhere else', async () => {
  const uploads = uploadFiles(join(folder, 'apart'));
  await uploads.write('U1', 'rows-0', [line('a')]);
  const mode = (path: string) => statSync(join(folder, 'apart', path)).mode & 0o777;
  expect([mode('.'), mode('U1'), mode('U1/rows-0')]).toEqual([0o700, 0o700, 0o600]);
  expect(readdirSync(join(folder, 'apart', 'U1'))).toEqual(['rows-0']);
  for (const name of ['../U1', '', 'a/b', '.'])
    await expect(uploads.write(name, 'rows-0', [])).rejects.toThrow(TypeError);
});
