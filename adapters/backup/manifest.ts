import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

export const manifestFile = 'backup.json';
/** Names within a backup. The key table has a number: it is written anew when people were erased since. */
export const backupFiles = { events: 'events.db', ledger: 'ledger.db', more: 'files' } as const;
export const keysFile = (number: number): string => `keys-${number}.db`;

const macBytes = 32;
const maxFiles = 1_000_000;
const path = z
  .string()
  .max(1_024)
  .regex(/^(?!\/)(?!.*(?:^|\/)\.\.(?:\/|$))[^\0\\]+$/);
const digest = z.string().regex(/^[\da-f]{64}$/);

const bodySchema = z.strictObject({
  format: z.literal('countersign-backup'),
  version: z.literal(1),
  name: z.string().min(1).max(64),
  madeAt: z.iso.datetime(),
  /** Version of the program that made it. */
  program: z.string().max(64),
  log: z.strictObject({
    /** The last event in it, and the root of all of them in base64. */
    position: z.int().min(0),
    root: z.string().max(64),
    /** Events under its newest signed checkpoint, and that note. */
    signedSize: z.int().min(0),
    checkpoint: z.string().max(4_096).exactOptional(),
    lastRecordedAt: z.string().max(64).exactOptional(),
    /** What its own verification found wrong with the log when it was made. */
    fault: z.string().max(4_096).exactOptional(),
  }),
  /** First public key of the ledger. */
  ledgerKey: z.string().max(512).exactOptional(),
  /** Name of the file of data keys. */
  keys: z.string().regex(/^keys-\d{1,9}\.db$/),
  files: z
    .array(z.strictObject({ path, sizeBytes: z.int().min(0), sha256: digest }))
    .max(maxFiles)
    .readonly(),
});
const schema = bodySchema.extend({ mac: z.string().max(64) });

/** What is in a backup, with the hash of each file. */
export type Manifest = z.output<typeof bodySchema>;
export type BackupEntry = Manifest['files'][number];

/** The folder is no backup, or not a whole one. */
export class NoBackup extends Error {
  override readonly name = 'NoBackup';
}

/** Whoever cannot open the key table cannot make another manifest: the root is sealed in it. */
const macOf = (body: string, rootKey: Uint8Array): Buffer => {
  const key = Buffer.from(
    hkdfSync('sha256', rootKey, 'countersign', 'manifest of a backup', macBytes),
  );
  return createHmac('sha256', key).update(body).digest();
};

export const printManifest = (manifest: Manifest, rootKey: Uint8Array): string => {
  const mac = macOf(JSON.stringify(manifest), rootKey).toString('base64url');
  return `${JSON.stringify({ ...manifest, mac }, undefined, 2)}\n`;
};

/** As it lies in its file, whose order of fields its seal is about. */
export type ReadManifest = Manifest & { readonly mac: string };

export const bodyOf = (manifest: ReadManifest): Manifest => {
  const { mac: _, ...body } = manifest;
  return body;
};

/** Whether the deployment of this root made the manifest. */
export const isSealedBy = (manifest: ReadManifest, rootKey: Uint8Array): boolean => {
  const given = Buffer.from(manifest.mac, 'base64url');
  const right = macOf(JSON.stringify(bodyOf(manifest)), rootKey);
  return given.length === macBytes && timingSafeEqual(given, right);
};

/** @throws {NoBackup} */
export const readManifest = (folder: string): ReadManifest => {
  let text: string;
  try {
    text = readFileSync(join(folder, manifestFile), 'utf8');
  } catch (cause) {
    throw Object.assign(new NoBackup(`${folder} holds no ${manifestFile}: it is no backup`), {
      cause,
    });
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw Object.assign(new NoBackup(`${manifestFile} in ${folder} is broken`), { cause });
  }
  const checked = schema.safeParse(parsed);
  if (!checked.success)
    throw new NoBackup(`${manifestFile} in ${folder} is of another version, or broken`);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the schema has just passed; what it made of it has another order
  return parsed as ReadManifest;
};
