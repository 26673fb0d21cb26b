import { UnfitEvent, type Catalogue, type PrintedEvent } from './catalogue.ts';
import type { Append } from './port.ts';

/** One step as the writer gets it: checked, with all events as rows to be. */
export type Step = readonly StepAppend[];
export type StepAppend = {
  readonly stream: string;
  readonly expectedRevision: number;
  readonly events: readonly PrintedEvent[];
};

const maxEventsPerCommit = 1_000;
const maxStreamNameLength = 256;

/**
 * Checks a commit as a whole before anything of it is written.
 * @throws {UnfitEvent}
 */
export function prepare(appends: readonly Append[], catalogue: Catalogue): Step {
  const ids = new Set<string>();
  let total = 0;
  const step = appends.map(({ stream, expectedRevision, events }) => {
    if (stream.length === 0 || stream.length > maxStreamNameLength)
      throw new UnfitEvent('the name of a stream has 1 to 256 characters');
    if (!Number.isSafeInteger(expectedRevision) || expectedRevision < -1)
      throw new UnfitEvent(`stream ${stream}: no such revision as ${expectedRevision}`);
    total += events.length;
    return {
      stream,
      expectedRevision,
      events: events.map((event) => {
        ids.add(event.id);
        return catalogue.print(event);
      }),
    };
  });
  if (total === 0) throw new UnfitEvent('a commit needs an event');
  if (total > maxEventsPerCommit)
    throw new UnfitEvent(`a commit has at most ${maxEventsPerCommit} events`);
  if (ids.size !== total) throw new UnfitEvent('two events of one commit have the same id');
  return step;
}
