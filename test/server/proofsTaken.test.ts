import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { proofsTaken } from '../../server/proofsTaken.ts';

const keptMs = 600_000;
let root: string;
let folder: string;
let nowMs: number;
let errors: string[];

const node = () =>
  proofsTaken({
    folder,
    keptMs,
    nowMs: () => nowMs,
    log: { error: (message) => void errors.push(message) },
  });

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'proofs-'));
  folder = join(root, 'proofs');
  nowMs = Date.now();
  errors = [];
});
afterEach(() => rmSync(root, { recursive: true }));

describe('a proof', () => {
  test('is taken once, at whichever process, and by one that comes later too', () => {
    const [one, other] = [node(), node()];
    expect([one('a'), other('a'), one('a'), other('b'), one('b')]).toEqual([
      true,
      false,
      false,
      true,
      false,
    ]);
    expect(node()('a')).toBe(false);
    expect(errors).toEqual([]);
  });

  test('leaves nothing of itself behind, and in the end no file either', () => {
    const take = node();
    take('../../secret');
    expect(readdirSync(root)).toEqual(['proofs']);
    const [name = ''] = readdirSync(folder);
    expect(name).toMatch(/^[0-9a-f]{64}$/);
    utimesSync(join(folder, name), nowMs / 1_000, nowMs / 1_000);
    nowMs += keptMs;
    take('second');
    expect(readdirSync(folder)).toHaveLength(2);
    nowMs += 60_001;
    take('third');
    expect(readdirSync(folder)).not.toContain(name);
  });

  test('lets nobody in where it cannot be noted', () => {
    const take = node();
    rmSync(folder, { recursive: true });
    expect(take('a')).toBe(false);
    expect(errors).toHaveLength(1);
  });
});
