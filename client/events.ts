import { setTimeout as pause } from 'node:timers/promises';
import { isTransient } from './faults.ts';
import { linesOf, messagesOf } from './lines.ts';
import { operations } from './operations.ts';
import type { Send } from './send.ts';
import type { Input, Reply } from './types.ts';

/** Between two tries to reach a server that went away. */
const retryMs = 1_000;
/** The server says at least that there is nothing new within less; after this the connection is taken for dead. */
const silentMs = 60_000;

type Feed = Input<'followEvents'>;

/** Lines of one connection, which a silence ends. */
async function* connected(
  send: Send,
  feed: Feed,
  after: number,
): AsyncGenerator<Reply<'followEvents'>> {
  const dead = new AbortController();
  const silence = setTimeout(() => dead.abort(new Error('the server fell silent')), silentMs);
  const { signal } = feed;
  const ends = signal ? AbortSignal.any([signal, dead.signal]) : dead.signal;
  async function* watched(lines: AsyncIterable<string>): AsyncGenerator<string> {
    for await (const line of lines) {
      silence.refresh();
      yield line;
    }
  }
  try {
    const { query } = feed;
    const input = { ...feed, query: { ...query, after }, signal: ends };
    const response = await send(operations.followEvents, input);
    for await (const { data } of messagesOf(watched(linesOf(response))))
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the server's schema vouches for it
      yield JSON.parse(data) as Reply<'followEvents'>;
  } finally {
    clearTimeout(silence);
  }
}

/**
 * Events as they are recorded, without gap or repetition over broken connections and restarts of the server, until the
 * signal ends it. Begins behind `query.after`, or with the next event.
 * @throws {CallRefused} where the server says no
 */
export async function* followEvents(
  send: Send,
  newest: () => Promise<number>,
  feed: Feed,
): AsyncGenerator<Reply<'followEvents'>> {
  // Known before anything is missed: a connection that breaks before its first event goes on from here too.
  let after = feed.query?.after ?? (await newest());
  for (;;) {
    try {
      for await (const event of connected(send, feed, after)) {
        after = event.position;
        yield event;
      }
    } catch (error) {
      if (feed.signal?.aborted) return;
      if (!isTransient(error)) throw error;
    }
    if (feed.signal?.aborted) return;
    await pause(retryMs);
  }
}
