import type { Facade, RequestView } from '../facade.ts';
import { isOpen, one, requestBody, requestReply, visibleTo } from './authentications.ts';
import { streamRoute, type Operation, type StreamMessage } from './route.ts';

/** How long nothing may happen before the reader is shown that the stream lives. */
const heartbeatMs = 15_000;

/** The state is the id: whoever comes back with it has missed nothing while it is the state still. */
const messageOf = (request: RequestView): StreamMessage => ({
  id: request.state,
  event: request.state,
  data: requestReply.parse(requestBody(request)),
});

/** An authentication followed to its end. */
export const authenticationStream = ({ queries }: Facade): readonly Operation[] => {
  async function* changesOf(
    found: RequestView,
    seen: string | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<readonly StreamMessage[]> {
    let now = found;
    if (now.state !== seen) yield [messageOf(now)];
    while (isOpen(now.state) && !signal.aborted) {
      const waiting = { waitMs: heartbeatMs, signal };
      const next = await queries.awaitRequest(now.requestId, now.state, waiting);
      if (!next) return;
      yield next.state === now.state ? [] : [messageOf(next)];
      now = next;
    }
  }

  return [
    streamRoute({
      method: 'get',
      path: '/authentications/{id}/stream',
      id: 'followAuthentication',
      summary:
        'Each state of an authentication until its end, as server-sent events; Last-Event-ID goes on from there',
      tag: 'authentications',
      scope: 'verify',
      params: one,
      message: requestReply,
      async follow({ params, principal, lastEventId, signal }) {
        const found = visibleTo(principal, await queries.getRequest(params.id));
        return changesOf(found, lastEventId, signal);
      },
    }),
  ];
};
