import type { EventStore } from '../../adapters/eventStore/port.ts';
import type { People } from '../../adapters/people/port.ts';
import { parseStream } from '../../domain/ids.ts';

/** Groups read from the log, for tests that have no views. */
export const peopleInLog = (events: Pick<EventStore, 'readAll'>): People => ({
  async membersOfGroup(group) {
    const groups = new Map<string, string>();
    for (let after = 0; ;) {
      const page = await events.readAll(after);
      for (const { type, data, stream } of page)
        if ((type === 'UserAdded' || type === 'UserUpdated') && data.group !== undefined)
          groups.set(parseStream(stream).id, data.group);
      if (page.length === 0) break;
      after = page.at(-1)!.position;
    }
    return [...groups].filter(([, name]) => name === group).map(([userId]) => userId);
  },
});
