import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { tryLock } from './fileLock.ts';

/** Where each thing lies in a data folder; the one place that names them. */
export const layoutOf = (folder: string) =>
  ({
    root: folder,
    lock: join(folder, 'lock'),
    pid: join(folder, 'serve.pid'),
    temporalDatabase: join(folder, 'temporal', 'temporal.db'),
    temporalFolder: join(folder, 'temporal'),
    temporalLog: join(folder, 'temporal', 'temporal.log'),
    temporalProcess: join(folder, 'temporal', 'process.json'),
    temporalPort: join(folder, 'temporal', 'port'),
    binaries: join(folder, 'bin'),
    events: join(folder, 'store', 'events.db'),
    keys: join(folder, 'store', 'keys.db'),
    views: join(folder, 'store', 'views.db'),
    store: join(folder, 'store'),
    ledger: join(folder, 'store', 'ledger.db'),
    ledgerLock: join(folder, 'store', 'ledger.lock'),
    anchors: join(folder, 'anchors'),
    /** Beside the folder, so that no copy of it can sign (SEC-70). */
    ledgerKey: join(`${folder}-keys`, 'ledger.key'),
    voice: join(folder, 'voice'),
    uploads: join(folder, 'uploads'),
    proofs: join(folder, 'proofs'),
    adminToken: join(folder, 'admin-token'),
    endpoints: join(folder, 'endpoints.json'),
  }) as const;

export type DataLayout = ReturnType<typeof layoutOf>;
export type DataFolder = DataLayout & { readonly close: () => void };

/** Another server uses the folder. */
export class DataFolderInUse extends Error {
  override readonly name = 'DataFolderInUse';
  readonly pid: number | undefined;
  constructor(folder: string, pid: number | undefined) {
    const who = pid === undefined ? 'another process' : `process ${pid}`;
    super(`the data folder ${folder} is in use by ${who}; stop it first, or choose another --data`);
    this.pid = pid;
  }
}

/**
 * Creates what is missing (folders 0700), and keeps the folder for this process until `close` or its end.
 * @throws {DataFolderInUse} while another process has it
 */
export const openDataFolder = (path: string): DataFolder => {
  const layout = layoutOf(resolve(path));
  const folders = [layout.root, layout.temporalFolder, layout.binaries, layout.store];
  for (const folder of folders) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    // A folder that was there before, from a package or by hand, may be open to others.
    if ((statSync(folder).mode & 0o077) !== 0) chmodSync(folder, 0o700);
  }
  const lock = tryLock(layout.lock);
  if (!lock) throw new DataFolderInUse(layout.root, readPid(layout.pid));
  writeFileSync(layout.pid, `${process.pid}\n`, { mode: 0o600 });
  return { ...layout, close: () => lock.release() };
};

const readPid = (path: string): number | undefined => {
  try {
    const pid = Number.parseInt(readFileSync(path, 'utf8'), 10);
    return Number.isSafeInteger(pid) ? pid : undefined;
  } catch {
    return undefined; // Written just after the lock is taken, so it may not be there yet.
  }
};
