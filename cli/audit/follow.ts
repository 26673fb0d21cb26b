import { setTimeout as pause } from 'node:timers/promises';
import type { EventReply, EventsReply } from '../../api/rest/events.ts';
import type { Run } from '../command.ts';
import { connection, type Query } from '../connection.ts';
import { CommandFault } from '../fault.ts';
import { localTime } from '../output.ts';

/** Between two tries to reach a server that went away. */
const retryMs = 1_000;

/** The data of server-sent events (WHATWG HTML §9.2), each of which this server sends in one line. */
async function* messagesOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<EventReply> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of bytes) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines)
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the server's schema vouches for it
      if (line.startsWith('data: ')) yield JSON.parse(line.slice(6)) as EventReply;
  }
}

const lineOf = (event: EventReply): string =>
  [
    String(event.position),
    localTime(event.at),
    event.storedType,
    event.actor,
    event.subject,
    event.address,
    event.summary,
  ].join('  ');

/**
 * Prints events as they are recorded until it is ended, over restarts of the server: it goes on behind the last one that
 * it has printed. With `--count` it ends after so many.
 */
export const follow = async (run: Run, filter: Query): Promise<void> => {
  const { newest } = await run.server().get<EventsReply>('/events', { limit: 1 });
  let after = Number(run.text('after') ?? newest);
  let left = Number(run.text('count') ?? Infinity);
  if (!Number.isSafeInteger(after) || after < 0 || !(left > 0))
    throw new CommandFault('--after and --count take whole numbers');
  while (left > 0) {
    try {
      const server = connection(run.data);
      const stream = server.download('/events/stream', { ...filter, after });
      for await (const event of messagesOf(stream)) {
        run.show(event, () => lineOf(event));
        after = event.position;
        left -= 1;
        if (left === 0) return;
      }
    } catch (error) {
      // A server that says no has an answer; one that is gone comes back.
      if (error instanceof CommandFault && error.problem !== undefined) throw error;
    }
    await pause(retryMs);
  }
};
