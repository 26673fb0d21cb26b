import type { Response } from 'express';
import type { RestLimits } from './limits.ts';
import { Problem } from './problem.ts';
import type { RawCall, Stream, StreamMessage } from './route.ts';

export const eventStream = 'text/event-stream';

/** WHATWG HTML §9.2. JSON has no line breaks, so one `data` line is enough. */
const print = ({ id, event, data }: StreamMessage): string =>
  `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
/** How often a token is looked at again while its stream is open. */
const recheckEveryMs = 10_000;
/** A comment, which readers pass over and proxies take for life. */
const heartbeat = ': nothing new\n\n';

class SlowReader extends Error {
  override readonly name = 'SlowReader';
}

/** Resolves once the reader has taken what was written, or is gone. @throws {SlowReader} */
const taken = (response: Response, withinMs: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const done = (error?: Error) => {
      clearTimeout(late);
      response.off('drain', over).off('close', over);
      if (error) reject(error);
      else resolve();
    };
    const over = () => done();
    const late = setTimeout(() => done(new SlowReader('the reader of a stream is slow')), withinMs);
    response.once('drain', over).once('close', over);
  });

/**
 * Sends server-sent events. No more than one batch is ever in memory: the next one is read once the last one
 * is on its way, and a reader who takes nothing is cut off. They go on from their last id.
 */
export const eventStreams = (limits: RestLimits, recheckMs = recheckEveryMs) => {
  const open = new Map<string, number>();
  let all = 0;

  const send = async (
    messages: AsyncIterable<readonly StreamMessage[]>,
    response: Response,
    stillAllowed: () => Promise<boolean>,
  ): Promise<void> => {
    // By Node's own call: Express would add a charset, which the format has no use for.
    response.status(200).set('X-Accel-Buffering', 'no').setHeader('Content-Type', eventStream);
    response.flushHeaders();
    let checkedAt = performance.now();
    for await (const batch of messages) {
      if (response.closed) return;
      // A token that was taken away ends its streams too.
      if (performance.now() - checkedAt >= recheckMs) {
        if (!(await stillAllowed())) break;
        checkedAt = performance.now();
      }
      const text = batch.length === 0 ? heartbeat : batch.map(print).join('');
      if (!response.write(text)) await taken(response, limits.slowReaderMs);
    }
    response.end();
  };

  /** @throws {Problem} 429 where too many streams are open */
  return async (
    stream: Stream,
    call: RawCall,
    response: Response,
    stillAllowed: () => Promise<boolean>,
  ): Promise<void> => {
    const { key } = call.principal;
    const mine = open.get(key) ?? 0;
    if (all >= limits.openStreams || mine >= limits.openStreamsOfToken)
      throw new Problem(429, 'THROTTLED', 'Too many event streams are open.', {
        retryAfterSeconds: 5,
      });
    open.set(key, mine + 1);
    all += 1;
    try {
      await send(await stream(call), response, stillAllowed);
    } catch (error) {
      if (!(error instanceof SlowReader)) throw error;
      response.destroy();
    } finally {
      all -= 1;
      const left = (open.get(key) ?? 1) - 1;
      if (left === 0) open.delete(key);
      else open.set(key, left);
    }
  };
};
