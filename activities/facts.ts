import { activityInfo } from '@temporalio/activity';
import {
  WrongExpectedRevision,
  type Append,
  type Committed,
  type NewEvent,
} from '../adapters/eventStore/port.ts';
import type { DomainEvent } from '../domain/events.ts';
import type { Origin } from '../domain/inputs.ts';
import { toIso } from '../domain/instants.ts';
import type { Ports } from './ports.ts';

/** How often a decision is taken anew because somebody else appended first. */
const maxConflicts = 50;

export type StreamFacts = {
  readonly stream: string;
  readonly expectedRevision: number;
  readonly facts: readonly DomainEvent[];
  /** The step looked at this stream: it counts only if nobody appended there since, even without facts of its own. */
  readonly guards?: true;
};

/** The workflow that this activity works for; its id ties events to their run. */
export const currentWorkflowId = (): string => activityInfo().workflowExecution!.workflowId;

/** Ids of a step's events: the same on every try, so that a repeated step appends once (REL-02). */
export const factIds = (ports: Ports, step: string, stream: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) =>
    ports.eventId(currentWorkflowId(), `${step}/${stream}/${index}`),
  );

/** Appends one step's facts, all or nothing. */
export const record = async (
  ports: Ports,
  step: string,
  origin: Origin,
  appends: readonly StreamFacts[],
): Promise<Committed> => {
  const at = toIso(ports.clock());
  const workflowId = currentWorkflowId();
  return await ports.events.commit(
    appends
      .filter(({ facts, guards }) => facts.length > 0 || guards)
      .map(({ stream, expectedRevision, facts }): Append => {
        const ids = factIds(ports, step, stream, facts.length);
        return {
          stream,
          expectedRevision,
          events: facts.map((fact, index): NewEvent => ({
            ...fact,
            id: ids[index]!,
            meta: { ...origin, at, workflowId },
          })),
        };
      }),
  );
};

/** Decides again while others append to a shared stream first. */
export const untilNoConflict = async <T>(
  decideAndRecord: () => Promise<T>,
  onOwnConflict: (conflict: WrongExpectedRevision) => Promise<T> | undefined,
): Promise<T> => {
  for (let conflicts = 0; ; conflicts += 1) {
    try {
      return await decideAndRecord();
    } catch (error) {
      if (!(error instanceof WrongExpectedRevision)) throw error;
      const settled = onOwnConflict(error);
      if (settled !== undefined) return await settled;
      if (conflicts >= maxConflicts) throw error;
    }
  }
};
