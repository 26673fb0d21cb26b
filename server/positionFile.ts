import { open, readFile, rename } from 'node:fs/promises';

/** How far a follower of the log has come, in a file of its own. */
export type PositionFile = {
  /** @returns undefined where none was kept */
  read(): Promise<number | undefined>;
  write(position: number): Promise<void>;
};

export const positionFile = (path: string): PositionFile => ({
  async read() {
    try {
      const position = Number((await readFile(path, 'utf8')).trim());
      return Number.isSafeInteger(position) && position >= 0 ? position : undefined;
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw error;
    }
  },
  async write(position) {
    const next = `${path}.next`;
    const file = await open(next, 'w', 0o600);
    try {
      await file.writeFile(`${position}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(next, path);
  },
});
