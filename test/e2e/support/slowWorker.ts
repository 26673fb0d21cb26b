import { setTimeout as pause } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { rawSocket, type ListenerAddress } from './rawSocket.ts';

/* Runs in a thread of its own, so that it takes no time of whoever measures beside it. */

const { listeners, number } = workerData as {
  readonly listeners: readonly ListenerAddress[];
  readonly number: number;
};
const beforeNextMs = 1_000;
const progress = { begun: 0, isOver: false };

/** Says its headers an octet at a time, and begins anew whenever it is thrown out, as such a client does. */
const drip = async (listener: ListenerAddress): Promise<void> => {
  for (let times = 0; !progress.isOver; times += 1) {
    const raws = await rawSocket(listener).catch(() => undefined);
    if (times === 0) progress.begun += 1;
    raws?.socket.write('POST /api/v1/users HTTP/1.1\r\nHost: localhost\r\nX: ');
    do {
      await pause(beforeNextMs);
      raws?.socket.write('x');
    } while (!progress.isOver && raws?.isClosed() === false);
    raws?.socket.destroy();
  }
};

parentPort?.on('message', (message: 'begun' | 'stop') => {
  if (message === 'stop') progress.isOver = true;
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  parentPort?.postMessage(progress.begun);
});

await Promise.all(
  Array.from({ length: number }, (_, at) => drip(listeners[at % listeners.length]!)),
);
parentPort?.close();
