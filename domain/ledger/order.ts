import type { Fault } from './fault.ts';
import { headOf } from './record.ts';

/**
 * What a log says about its own order: positions follow each other without a gap, and so do the revisions of each stream.
 * It is all there is for events that no kept hash vouches for.
 */
export const createOrder = () => {
  const revisions = new Map<string, number>();
  let first: Fault | undefined;
  let shift = 0;

  const find = (line: string, index: number): Fault | undefined => {
    const position = index + 1 + shift;
    const head = line.includes('\n') ? undefined : headOf(line);
    if (!head)
      return { kind: 'altered', position, detail: 'the line has not the form of an event' };
    if (head.position > position) {
      shift = head.position - index - 1;
      return {
        kind: 'missing',
        position,
        detail: `position ${head.position} follows ${position - 1}`,
      };
    }
    if (head.position < position)
      return {
        kind: 'inserted',
        position: head.position,
        detail: `the position comes again after ${position - 1}`,
      };
    const before = revisions.get(head.stream);
    revisions.set(head.stream, head.revision);
    if (before === undefined || head.revision === before + 1) return undefined;
    // Whether this one is wrong or one before it, its stream does not tell.
    return {
      kind: 'altered',
      position: 1,
      until: position,
      detail: `revision ${head.revision} follows ${before} in its stream`,
    };
  };

  return {
    take(line: string, index: number): void {
      if (!first) first = find(line, index);
      else if (first.kind === 'missing' && headOf(line)?.position === first.position)
        first = { ...first, kind: 'reordered', detail: 'the event stands in another place' };
    },
    fault: () => first,
  };
};
