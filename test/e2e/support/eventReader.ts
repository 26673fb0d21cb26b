import type { EventReply } from '../../../api/rest/events.ts';

/** Server-sent events as a browser reads them; `lastId` is what it sends to go on. */
export const eventReader = (origin: () => string, token: string, query: string) => {
  const events: EventReply[] = [];
  const state = { lastId: '', comments: 0 };
  const stopping = new AbortController();

  /** Reads until the connection ends. */
  const once = async (): Promise<void> => {
    const headers: Record<string, string> = {
      authorization: `Bearer ${token}`,
      accept: 'text/event-stream',
      ...(state.lastId === '' ? {} : { 'last-event-id': state.lastId }),
    };
    const response = await fetch(`${origin()}/api/v1/events?${query}`, {
      headers,
      signal: stopping.signal,
    });
    if (!response.ok || !response.body) throw new Error(`no stream: ${response.status}`);
    let rest = '';
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      const blocks = (rest + chunk).split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) {
        const fields = new Map(
          block.split('\n').map((line) => {
            const colon = line.indexOf(': ');
            return [line.slice(0, colon), line.slice(colon + 2)] as const;
          }),
        );
        const data = fields.get('data');
        if (data === undefined) {
          state.comments += 1;
          continue;
        }
        events.push(JSON.parse(data) as EventReply);
        state.lastId = fields.get('id') ?? '';
      }
    }
  };
  const running = (async () => {
    while (!stopping.signal.aborted) {
      await once().catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  })();
  return {
    events,
    state,
    async stop() {
      stopping.abort();
      await running;
    },
  };
};
