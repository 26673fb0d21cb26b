import type { EventQueries, EventView } from '../../../api/facade/events.ts';
import { wantsType } from '../../../domain/delivery.ts';
import { at, type FakeWorld } from './fakeWorld.ts';

/** Each command that reached the world is an event of type `fake.<name>`, from position 1 on. */
export const fakeEventQueries = ({ calls }: FakeWorld): EventQueries => {
  const eventAt = (position: number): EventView | undefined => {
    const call = calls[position - 1];
    if (!call) return undefined;
    const { name, caller } = call;
    return {
      position,
      eventId: `E${position}`,
      type: `fake.${name}`,
      storedType: `Fake${name}`,
      version: 1,
      stream: 'fake',
      revision: position - 1,
      at,
      recordedAt: at,
      actor: `${caller.actor.kind} ${caller.actor.id}`,
      actorKind: caller.actor.kind,
      actorId: caller.actor.id,
      subject: '',
      channel: 'rest',
      address: '',
      requestId: '',
      summary: `${name} was called`,
      data: {},
    };
  };
  const after = (position: number, types: readonly string[] | undefined) =>
    calls
      .flatMap((_, index) => eventAt(index + 1) ?? [])
      .filter((event) => event.position > position && wantsType(types ?? ['*'], event.type));

  return {
    async listEvents(filter, paging) {
      const found = after(Number(paging.cursor ?? filter.after ?? 0), filter.types);
      const rows = found.slice(0, paging.limit ?? 50);
      const last = rows.at(-1);
      return found.length > rows.length && last
        ? { rows, nextCursor: String(last.position) }
        : { rows };
    },
    getEvent: async (position) => eventAt(position),
    async *followEvents(filter, signal) {
      let position = filter.after ?? 0;
      while (!signal.aborted) {
        const rows = after(position, filter.types);
        position = rows.at(-1)?.position ?? position;
        if (rows.length > 0) yield rows;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
    newestPosition: async () => calls.length,
  };
};
