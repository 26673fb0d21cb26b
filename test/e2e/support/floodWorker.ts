import { readFileSync } from 'node:fs';
import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { parentPort, workerData } from 'node:worker_threads';
import type { FloodOptions, FloodTally } from './flood.ts';

/* Runs in a thread of its own, so that what it sends takes no time of whoever measures beside it. */

const tickMs = 10;
const answerWithinMs = 100_000;
const { origin, ca, calls, pace } = workerData as FloodOptions;
const isSecure = origin.startsWith('https');
const agent = isSecure
  ? new HttpsAgent({ keepAlive: true, ...(ca === undefined ? {} : { ca: readFileSync(ca) }) })
  : new HttpAgent({ keepAlive: true });
const send = isSecure ? httpsRequest : httpRequest;
const tally: FloodTally = { sent: 0, statuses: {}, withoutRetryAfter: 0, tookMs: [], odd: [] };
const maxOdd = 20;
const progress = { isOver: false };
let open = 0;

const one = (): Promise<void> => {
  const { method, path, headers, body } = calls[tally.sent % calls.length]!;
  const number = String(tally.sent);
  tally.sent += 1;
  open += 1;
  const from = performance.now();
  return new Promise((resolve) => {
    const end = (status: string): void => {
      open -= 1;
      tally.statuses[status] = (tally.statuses[status] ?? 0) + 1;
      if (status.startsWith('2')) tally.tookMs.push(performance.now() - from);
      resolve();
    };
    const text = body?.replaceAll('{number}', number);
    const sending = send(`${origin}${path}`, {
      agent,
      method,
      timeout: answerWithinMs,
      headers: {
        ...headers,
        ...(text === undefined ? {} : { 'content-length': Buffer.byteLength(text) }),
      },
    });
    sending.once('response', (response) => {
      let heard = '';
      response.setEncoding('utf8').on('data', (part: string) => (heard += part));
      response.once('error', () => end('broken'));
      response.once('end', () => {
        const { statusCode: status = 0 } = response;
        if (status >= 400 && response.headers['retry-after'] === undefined)
          tally.withoutRetryAfter += 1;
        const isGood = pace.good === undefined || heard.includes(pace.good);
        if (status < 300 && !isGood && tally.odd.length < maxOdd) tally.odd.push(heard);
        end(String(status));
      });
    });
    sending.once('error', () => end('broken'));
    sending.once('timeout', () => sending.destroy());
    sending.end(text);
  });
};

/** Sends so many a second, whatever becomes of them. */
const steadily = async (perSecond: number, maxOpen: number): Promise<void> => {
  const begun = performance.now();
  let due = 0;
  while (!progress.isOver) {
    due = ((performance.now() - begun) / 1_000) * perSecond;
    while (tally.sent < due)
      if (open < maxOpen) void one();
      else tally.sent += 1;
    await new Promise((resolve) => setTimeout(resolve, tickMs));
  }
};

/** So many callers, each of which calls again once it has been answered. */
const inTurns = async (callers: number): Promise<void> => {
  const caller = async (): Promise<void> => {
    while (!progress.isOver) await one();
  };
  await Promise.all(Array.from({ length: callers }, caller));
};

parentPort?.on('message', (message: 'tally' | 'stop') => {
  if (message === 'stop') progress.isOver = true;
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  parentPort?.postMessage(tally);
});

await ('perSecond' in pace ? steadily(pace.perSecond, pace.maxOpen) : inTurns(pace.callers));
agent.destroy();
parentPort?.close();
