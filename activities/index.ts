import { createActivations } from './activations.ts';
import { createAggregates } from './aggregates.ts';
import { createAttempts } from './attempts.ts';
import { createChanges } from './changes.ts';
import { createFraud } from './fraud.ts';
import type { Ports } from './ports.ts';
import { withRejections } from './rejections.ts';

/** Everything that workflows have done for them outside of their own time. */
export const createActivities = (ports: Ports) => {
  const aggregates = createAggregates(ports);
  const changes = createChanges(ports, aggregates);
  return withRejections({
    ...createAttempts(ports, aggregates),
    ...changes,
    ...createActivations(ports, aggregates, changes.change),
    ...createFraud(ports, aggregates),
  });
};

export type Activities = ReturnType<typeof createActivities>;
