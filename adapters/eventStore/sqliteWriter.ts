import { parentPort, workerData } from 'node:worker_threads';
import type { Step } from './prepare.ts';
import { connect } from './sqliteFile.ts';
import { createStepWriter, type StepResult } from './sqliteSteps.ts';

/** The thread that writes, so that waiting for the disk never holds up anything else. */
export type WriterData = { readonly file: string };
/** Steps that share one commit; `undefined` asks the writer to end. */
export type WriterRequest = readonly Step[] | undefined;
/** One result a step, in order, sent after the commit; or why nothing of the batch was written. */
export type WriterReply = { readonly results: readonly StepResult[] } | { readonly error: unknown };

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- set by the one place that starts this thread
const { file } = workerData as WriterData;
const db = connect(file);
const write = createStepWriter(db);
const begin = db.prepare('BEGIN IMMEDIATE');
const commit = db.prepare('COMMIT');

function run(steps: readonly Step[]): WriterReply {
  try {
    begin.run();
    const recordedAt = new Date().toISOString();
    const results = steps.map((step) => write(step, recordedAt));
    commit.run();
    return { results };
  } catch (error) {
    // Some errors, a full disk for one, have ended the transaction already.
    if (db.isTransaction) db.exec('ROLLBACK');
    return { error };
  }
}

parentPort?.on('message', (request: WriterRequest) => {
  if (request) {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port has no origin
    parentPort?.postMessage(run(request));
    return;
  }
  db.close();
  parentPort?.close();
});
