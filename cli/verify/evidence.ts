import { createHash, type Hash as Digest } from 'node:crypto';
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { printVerifier } from '../../adapters/ledger/notes.ts';
import { printNotes } from '../../domain/ledger/checkpoint.ts';
import { files, type Source } from './source.ts';

/** Lines are written so many bytes at a time. */
const bufferBytes = 1_048_576;
const reportEvery = 10_000;

export type Manifest = {
  readonly format: 'countersign-evidence';
  readonly version: 1;
  readonly createdAt: string;
  readonly events: number;
  readonly firstPosition: number;
  readonly lastPosition: number;
  readonly checkpoints: number;
  /** SHA-256 of each other file, in hexadecimal. */
  readonly sha256: Readonly<Record<string, string>>;
};

/** A line of the log that no line of a file can hold. */
export class Unprintable extends Error {
  override readonly name = 'Unprintable';
}

const fileOf = (path: string) => {
  const handle = openSync(path, 'wx', 0o600);
  const digest: Digest = createHash('sha256');
  let waiting: Buffer[] = [];
  let sizeBytes = 0;
  const flush = (): void => {
    const bytes = Buffer.concat(waiting);
    for (let from = 0; from < bytes.length;) from += writeSync(handle, bytes, from);
    digest.update(bytes);
    [waiting, sizeBytes] = [[], 0];
  };
  return {
    write(bytes: Buffer): void {
      waiting.push(bytes);
      sizeBytes += bytes.length;
      if (sizeBytes >= bufferBytes) flush();
    },
    end(): string {
      flush();
      closeSync(handle);
      return digest.digest('hex');
    },
  };
};

/**
 * Writes what a verifier needs and nothing else: the events as canonical lines, what is personal in them sealed as in the
 * log; the ledger's hashes of them; checkpoints; public keys. The folder must not hold such files yet.
 * @throws {Unprintable} for a log that cannot be a file of lines, which is a log that was altered
 */
export const writeEvidence = (
  source: Source,
  folder: string,
  {
    at,
    onProgress,
  }: { readonly at: string; readonly onProgress: (done: number, total: number) => void },
): Manifest => {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const events = fileOf(join(folder, files.events));
  const leaves = fileOf(join(folder, files.leaves));
  let count = 0;
  for (const line of source.lines()) {
    if (line.includes('\n')) throw new Unprintable(`event ${count + 1} is not in canonical form`);
    events.write(Buffer.from(`${line}\n`));
    const leaf = source.kept(count);
    if (leaf) leaves.write(Buffer.from(leaf));
    count += 1;
    if (count % reportEvery === 0) onProgress(count, Math.max(count, source.expected));
  }
  const texts = {
    [files.checkpoints]: printNotes(source.notes),
    [files.keys]: source.named.map((key) => `${printVerifier(key)}\n`).join(''),
    [files.endorsements]: printNotes(source.endorsements),
  };
  const sha256: Record<string, string> = {
    [files.events]: events.end(),
    [files.leaves]: leaves.end(),
  };
  for (const [name, text] of Object.entries(texts)) {
    const file = fileOf(join(folder, name));
    file.write(Buffer.from(text));
    sha256[name] = file.end();
  }
  const manifest: Manifest = {
    format: 'countersign-evidence',
    version: 1,
    createdAt: at,
    events: count,
    firstPosition: Math.min(1, count),
    lastPosition: count,
    checkpoints: source.notes.length,
    sha256,
  };
  writeFileSync(join(folder, files.manifest), `${JSON.stringify(manifest, undefined, 2)}\n`, {
    flag: 'wx',
    mode: 0o600,
  });
  return manifest;
};
