import type { Worker } from 'node:worker_threads';
import { EventIdTaken, StoreClosed, StoreOverloaded, StoreUnavailable } from './errors.ts';
import { WrongExpectedRevision, type Committed } from './port.ts';
import type { Step } from './prepare.ts';
import type { StepResult } from './sqliteSteps.ts';
import type { WriterReply, WriterRequest } from './sqliteWriter.ts';

export const maxQueuedSteps = 10_000;
/** A batch ends with the step that reaches this. */
const eventsPerBatch = 1_000;
/** Deaths of the writer without an answer in between, after which it is given time before the next start. */
const maxQuickRestarts = 3;
const restartPauseMs = 1_000;

type Waiting = {
  readonly step: Step;
  readonly resolve: (committed: Committed) => void;
  readonly reject: (error: unknown) => void;
};

export type WriterClient = {
  write(step: Step): Promise<Committed>;
  /** Waits for what is queued, then ends the writer. */
  close(): Promise<void>;
};

/**
 * Hands steps to the writer's thread, one batch at a time: what arrives while a batch is being written
 * makes up the next one. A writer that dies is started again.
 */
export function createWriterClient(spawn: () => Worker, onCommitted: () => void): WriterClient {
  let queue: Waiting[] = [];
  let inFlight: readonly Waiting[] = [];
  let worker: Worker | undefined;
  let deaths = 0;
  let flushing = false;
  let closed: PromiseWithResolvers<void> | undefined;

  const start = (): void => {
    let cause: unknown;
    const started = spawn();
    worker = started;
    started.on('message', settle);
    started.on('error', (error) => {
      cause = error;
    });
    started.on('exit', () => {
      worker = undefined;
      died(cause);
    });
    flush();
  };

  function died(cause: unknown): void {
    const lost = inFlight;
    inFlight = [];
    const error = new StoreUnavailable('the event store lost its writer', { cause });
    for (const { reject } of lost) reject(error);
    if (closed && queue.length === 0) {
      closed.resolve();
      return;
    }
    deaths += 1;
    if (deaths <= maxQuickRestarts) {
      start();
      return;
    }
    for (const { reject } of queue) reject(error);
    queue = [];
    if (closed) closed.resolve();
    else setTimeout(restart, restartPauseMs).unref();
  }

  const restart = (): void => {
    if (!closed) start();
  };

  /** Waits for the end of the turn, so that steps made together travel together. */
  const schedule = (): void => {
    if (flushing) return;
    flushing = true;
    setImmediate(() => {
      flushing = false;
      flush();
    });
  };

  function flush(): void {
    if (!worker || inFlight.length > 0) return;
    const steps = batchLength(queue);
    inFlight = queue.slice(0, steps);
    queue = queue.slice(steps);
    const request: WriterRequest =
      inFlight.length > 0 ? inFlight.map(({ step }) => step) : undefined;
    if (!request && !closed) return;
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port has no origin
    worker.postMessage(request);
  }

  function settle(reply: WriterReply): void {
    const batch = inFlight;
    inFlight = [];
    deaths = 0;
    if ('error' in reply) {
      const error = new StoreUnavailable('the event store could not write', { cause: reply.error });
      for (const { reject } of batch) reject(error);
    } else {
      batch.forEach((waiting, index) => answer(waiting, reply.results[index]));
      onCommitted();
    }
    schedule();
  }

  start();
  return {
    write(step) {
      if (closed) return Promise.reject(new StoreClosed('the event store is closed'));
      if (!worker) return Promise.reject(new StoreUnavailable('the event store has no writer'));
      if (queue.length >= maxQueuedSteps)
        return Promise.reject(new StoreOverloaded(`${maxQueuedSteps} steps are waiting already`));
      return new Promise((resolve, reject) => {
        queue.push({ step, resolve, reject });
        schedule();
      });
    },
    close() {
      if (!closed) {
        closed = Promise.withResolvers();
        if (worker) schedule();
        else closed.resolve();
      }
      return closed.promise;
    },
  };
}

function batchLength(queue: readonly Waiting[]): number {
  let events = 0;
  const enough = queue.findIndex(({ step }) => {
    for (const append of step) events += append.events.length;
    return events >= eventsPerBatch;
  });
  return enough < 0 ? queue.length : enough + 1;
}

function answer({ resolve, reject }: Waiting, result: StepResult | undefined): void {
  switch (result?.kind) {
    case 'committed':
      resolve({ position: result.position, repeated: result.repeated });
      return;
    case 'conflict':
      reject(new WrongExpectedRevision(result.stream, result.expected, result.actual));
      return;
    case 'idTaken':
      reject(new EventIdTaken(result.id));
      return;
    case undefined:
      reject(new StoreUnavailable('the writer left a step without an answer'));
  }
}
