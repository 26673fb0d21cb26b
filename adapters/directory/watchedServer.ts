import { Worker } from 'node:worker_threads';
import type { Question, ServerAnswer } from './settings.ts';
import type { ThreadReply, ThreadRequest } from './serverThread.ts';

/** Questions to one server at one time; the next server gets what is above. */
const maxOpen = 500;
const maxHeapMb = 128;
const beatMs = 250;
/** Beats in a row without an answer that end a thread: two seconds (SEC-30). */
const maxMissed = 8;
/** A thread on a busy machine takes its time to begin. */
const startBeats = 120;

export type WatchedServer = {
  /** @returns undefined where it has been asked enough for now */
  ask(question: Question): Promise<ServerAnswer | undefined>;
  close(): Promise<void>;
};

type Running = {
  readonly worker: Worker;
  readonly waiting: Map<number, (answer: ServerAnswer) => void>;
  isReady: boolean;
  missed: number;
};

export const directoryThread = (): Worker =>
  new Worker(new URL('./serverThread.ts', import.meta.url), {
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: maxHeapMb },
  });

/**
 * One directory server behind a thread of its own, which is begun when it is first needed, and ended when it no longer
 * answers; the next question begins another.
 */
export const watchServer = (spawn: () => Worker): WatchedServer => {
  let running: Running | undefined;
  let nextId = 0;
  let beats: NodeJS.Timeout | undefined;

  const send = ({ worker }: Running, request: ThreadRequest): void => {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port has no origin
    worker.postMessage(request);
  };

  const end = (ended: Running, fault: string): Promise<number> => {
    if (running === ended) {
      running = undefined;
      clearInterval(beats);
      beats = undefined;
    }
    for (const resolve of ended.waiting.values()) resolve({ kind: 'failed', fault });
    ended.waiting.clear();
    return ended.worker.terminate();
  };

  const beat = (): void => {
    if (!running) return;
    if (running.waiting.size === 0) {
      clearInterval(beats);
      beats = undefined;
      running.missed = 0;
      return;
    }
    running.missed += 1;
    if (running.missed > (running.isReady ? maxMissed : startBeats)) {
      void end(running, 'what the server sent keeps its reader busy');
      return;
    }
    send(running, { beat: running.missed });
  };

  const start = (): Running => {
    const worker = spawn();
    const started: Running = { worker, waiting: new Map(), isReady: false, missed: 0 };
    // A server that stops does not wait for directories.
    worker.unref();
    worker.on('message', (reply: ThreadReply) => {
      started.isReady = true;
      started.missed = 0;
      if (!('id' in reply)) return;
      started.waiting.get(reply.id)?.(reply.answer);
      started.waiting.delete(reply.id);
    });
    worker.on('error', () => void end(started, 'the thread for the server ended'));
    worker.on('exit', () => void end(started, 'the thread for the server ended'));
    return started;
  };

  return {
    ask(question) {
      const asked = (running ??= start());
      if (asked.waiting.size >= maxOpen) return Promise.resolve(undefined);
      return new Promise((resolve) => {
        const id = (nextId += 1);
        asked.waiting.set(id, resolve);
        send(asked, { id, question });
        beats ??= setInterval(beat, beatMs).unref();
      });
    },
    async close() {
      if (running) await end(running, 'the server is no longer asked');
    },
  };
};
