import { DatabaseSync } from 'node:sqlite';
import { Worker, isMainThread, workerData } from 'node:worker_threads';

type Work = { readonly path: string; readonly statements: readonly string[] };

/** The file may be busy with a reader's checkpoint for a moment. */
const busyTimeoutMs = 60_000;

const run = ({ path, statements }: Work): void => {
  const database = new DatabaseSync(path, { timeout: busyTimeoutMs });
  try {
    for (const statement of statements) database.exec(statement);
  } finally {
    database.close();
  }
};

/** Runs statements on a file in a thread of their own, because `node:sqlite` holds up the one it runs in. */
export const runApart = (work: Work): Promise<void> =>
  new Promise((resolve, reject) => {
    // The flags of this process's own start, such as --input-type, are not meant for the thread.
    const worker = new Worker(new URL(import.meta.url), {
      workerData: { apart: work },
      execArgv: [],
    });
    worker.once('error', reject);
    worker.once('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`the thread ended with code ${code}`)),
    );
  });

const isWork = (data: unknown): data is { apart: Work } =>
  typeof data === 'object' && data !== null && 'apart' in data;

if (!isMainThread && isWork(workerData)) run(workerData.apart);
