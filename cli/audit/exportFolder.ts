import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { ExportFormat } from '../../domain/exports.ts';
import { UsageFault } from '../fault.ts';

export type ExportedFile = {
  readonly name: string;
  /** Hexadecimal digits. */
  readonly sha256: string;
  readonly bytes: number;
  readonly events: number;
  /** Positions of its first and its last event. */
  readonly first: number;
  readonly last: number;
};

/** What was exported, and how far that is; stands beside the files. */
export type Manifest = {
  readonly exportId: string;
  readonly wanted: {
    readonly format: ExportFormat;
    readonly split: number;
    readonly types?: string;
    readonly since?: string;
    readonly until?: string;
  };
  readonly after: number;
  readonly upTo: number;
  readonly complete: boolean;
  readonly files: readonly ExportedFile[];
};

const endings: Readonly<Record<ExportFormat, string>> = {
  ndjson: 'ndjson',
  csv: 'csv',
  ocsf: 'ocsf.ndjson',
  cef: 'cef',
};
/** Written at a time. */
const chunkLength = 256 * 1024;

const writeWhole = async (name: string, text: string): Promise<void> => {
  const part = `${name}.part`;
  const file = await open(part, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(part, name);
};

/** A folder of one export. Files have their names once they are whole and on disk. */
export const exportFolder = (path: string) => {
  if (path === '') throw new UsageFault('give --out a folder');
  const root = resolve(path);
  const manifestPath = join(root, 'manifest.json');
  let format: ExportFormat = 'ndjson';

  return {
    path: root,
    /** The export that was begun here; undefined for none. */
    async read(): Promise<Manifest | undefined> {
      await mkdir(root, { recursive: true, mode: 0o700 });
      try {
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- this program wrote it
        const manifest = JSON.parse(await readFile(manifestPath, 'utf8')) as Manifest;
        ({ format } = manifest.wanted);
        return manifest;
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
        throw error;
      }
    },
    async save(manifest: Manifest): Promise<void> {
      ({ format } = manifest.wanted);
      await writeWhole(manifestPath, `${JSON.stringify(manifest, undefined, 2)}\n`);
    },
    /** @param number of the file, from 1 */
    async newFile(number: number, header: string) {
      const name = `events-${String(number).padStart(4, '0')}.${endings[format]}`;
      const part = join(root, `${name}.part`);
      const file = await open(part, 'w', 0o600);
      const hash = createHash('sha256');
      let text = header;
      let [bytes, events, first, last] = [0, 0, 0, 0];
      const flush = async (): Promise<void> => {
        const chunk = Buffer.from(text, 'utf8');
        text = '';
        hash.update(chunk);
        bytes += chunk.length;
        await file.writeFile(chunk);
      };
      return {
        events: () => events,
        async add(position: number, line: string): Promise<void> {
          text += line;
          events += 1;
          if (first === 0) first = position;
          last = position;
          if (text.length >= chunkLength) await flush();
        },
        async close(): Promise<ExportedFile> {
          await flush();
          await file.sync();
          await file.close();
          await rename(part, join(root, name));
          return { name, sha256: hash.digest('hex'), bytes, events, first, last };
        },
      };
    },
  };
};
export type ExportFolder = ReturnType<typeof exportFolder>;
