import { afterAll, describe, expect, test } from '@jest/globals';
import { appendFileSync, chmodSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { anchorFile } from '../../adapters/ledger/anchorFile.ts';
import { endorsedBy, printVerifier, readVerifier, signerOf } from '../../adapters/ledger/notes.ts';
import { openSigner, rotateSigner, SigningKeyUnusable } from '../../adapters/ledger/signer.ts';
import { openSqliteLedger } from '../../adapters/ledger/sqliteLedger.ts';
import { readNote } from '../../domain/ledger/checkpoint.ts';
import { inclusionProof, includes, rangeRoot } from '../../domain/ledger/proofs.ts';
import type { LedgerKey } from '../../adapters/ledger/port.ts';
import { count, seed } from '../support/profile.ts';
import { hash, lineFor, rootOf } from './support.ts';

const folder = mkdtempSync(join(tmpdir(), 'countersign-ledger-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const leavesFrom = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => hash.leaf(lineFor(from + index + 1)));
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');

describe('the ledger’s file', () => {
  test('grows in pieces of any size, over restarts, and answers with roots and proofs from its tiles', () => {
    const file = join(folder, 'grow.db');
    const size = count(6_000) * 20;
    const all = leavesFrom(0, size);
    let ledger = openSqliteLedger(file, hash);
    for (let at = 0, step = (seed % 300) + 1; at < size; step = ((step * 7) % 900) + 1) {
      ledger.append(all.slice(at, at + step));
      at = Math.min(size, at + step);
      if (step % 3 !== 0) continue;
      ledger.close();
      ledger = openSqliteLedger(file, hash);
    }
    expect(ledger.size()).toBe(size);
    for (const part of [0, 1, 255, 256, 257, 1_023, 2_048, size - 1, size].filter(
      (at) => at <= size,
    )) {
      const root = rangeRoot(hash, ledger.node, 0, part);
      expect(base64(root)).toBe(rootOf(all.slice(0, part)));
      if (part === 0) continue;
      const proof = inclusionProof(hash, ledger.node, { index: part - 1, size: part });
      expect(
        includes(hash, { leaf: all[part - 1]!, index: part - 1, size: part, root, proof }),
      ).toBe(true);
    }
    expect(ledger.leaf(size)).toBeUndefined();
    ledger.close();
  });

  test.each([0, 1, 256, 300, 511, 512, 700])(
    'is cut back to %i leaves and grows on from there',
    (to) => {
      const file = join(folder, `cut-${to}.db`);
      const ledger = openSqliteLedger(file, hash);
      ledger.append(leavesFrom(0, 700));
      ledger.cut(to);
      expect([ledger.size(), ledger.leaf(to)]).toEqual([to, undefined]);
      const others = Array.from({ length: 600 }, (_, index) => hash.leaf(`other ${index}`));
      ledger.append(others);
      const expected = rootOf([...leavesFrom(0, to), ...others]);
      expect(base64(rangeRoot(hash, ledger.node, 0, to + 600))).toBe(expected);
      ledger.close();
    },
  );

  test('remembers checkpoints, what is not anchored yet, keys and breaks', () => {
    const file = join(folder, 'memory.db');
    const ledger = openSqliteLedger(file, hash);
    const [one, two] = [3, 3].map((size) => ledger.keep({ size, note: `note of ${size}` }));
    ledger.markAnchored('file', one!.number);
    expect(ledger.unanchored('file', 10)).toEqual([two]);
    expect(ledger.unanchored('timestamp', 1)).toEqual([one]);
    ledger.addKey({ keyId: 'a', verifier: 'v' });
    ledger.addKey({ keyId: 'b', verifier: 'w', endorsement: 'e' });
    expect(ledger.knowsBreak('x')).toBe(false);
    ledger.noteBreak('x');
    ledger.close();
    const again = openSqliteLedger(file, hash, { readOnly: true });
    expect(again.checkpoints()).toEqual([one, two]);
    expect(again.keys()).toEqual([
      { keyId: 'a', verifier: 'v' },
      { keyId: 'b', verifier: 'w', endorsement: 'e' },
    ]);
    expect(again.knowsBreak('x')).toBe(true);
    expect(() => again.noteBreak('y')).toThrow('readonly');
    again.close();
    expect(statSync(file).mode & 0o077).toBe(0);
  });
});

describe('the signing key', () => {
  test('SEC-70 lies in a file of its owner alone, and one that others can read is refused', () => {
    const file = join(folder, 'keys', 'ledger.key');
    const signer = openSigner(file);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'keys')).mode & 0o077).toBe(0);
    expect(openSigner(file).key).toEqual(signer.key);
    for (const mode of [0o640, 0o604]) {
      chmodSync(file, mode);
      expect(() => openSigner(file)).toThrow(SigningKeyUnusable);
    }
    chmodSync(file, 0o600);
    rmSync(file);
    expect(openSigner(file, 'log.example').key.verifier).toMatch(/^log\.example\+/);
  });

  test('signs notes that its public key verifies, and no other', () => {
    const signer = openSigner(join(folder, 'sign', 'ledger.key'), 'log.example');
    const other = openSigner(join(folder, 'other', 'ledger.key'), 'log.example');
    const note = readNote(signer.sign('log.example\n1\nAAAA\n'))!;
    const [own, foreign] = [signer, other].map(({ key }) => readVerifier(key.verifier)!);
    expect(signerOf(note, [foreign!, own!])).toEqual(own);
    expect(signerOf(note, [foreign!])).toBeUndefined();
    expect(signerOf({ ...note, text: `${note.text}x` }, [own!])).toBeUndefined();
  });

  test('reads a verifier of another program, and prints it as it was', () => {
    // golang.org/x/mod/sumdb/note, whose form C2SP took over: the key of Go's checksum database.
    const sumDatabase = 'sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8';
    const verifier = readVerifier(sumDatabase);
    expect(verifier && printVerifier(verifier)).toBe(sumDatabase);
    expect(readVerifier(sumDatabase.replace('033de0ae', '033de0af'))).toBeUndefined();
  });

  test('a new key is remembered with the old one’s word before it is used', () => {
    const file = join(folder, 'rotate', 'ledger.key');
    const old = openSigner(file);
    const told: LedgerKey[] = [];
    const before = readFileSync(file, 'utf8');
    const next = rotateSigner(file, (key) => {
      expect(readFileSync(file, 'utf8')).toBe(before);
      told.push(key);
    });
    expect(told).toEqual([next.key]);
    expect(openSigner(file).key.keyId).toBe(next.key.keyId);
    const vouched = endorsedBy(next.key.endorsement!, [readVerifier(old.key.verifier)!]);
    expect(vouched && printVerifier(vouched)).toBe(next.key.verifier);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });
});

test('anchors are only ever added to their file; one that a crash cut off is none', async () => {
  const path = join(folder, 'anchors', 'checkpoints.txt');
  const anchors = anchorFile(path);
  expect(await anchors.notes()).toEqual([]);
  const signer = openSigner(join(folder, 'anchored', 'ledger.key'));
  const notes = ['a\n1\nx\n', 'a\n2\ny\n'].map((text) => signer.sign(text));
  for (const note of notes) await anchors.append(note);
  expect(await anchors.notes()).toEqual(notes);
  for (const left of [10, 100, notes[0]!.length - 3]) {
    appendFileSync(path, notes[0]!.slice(0, -left));
    const before = await anchors.notes();
    const later = signer.sign(`a\n3\n${left}\n`);
    await anchors.append(later);
    expect(await anchors.notes()).toEqual([...before, later]);
  }
  expect((await anchors.notes()).slice(0, 2)).toEqual(notes);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});
