import { createActivations } from './activations.ts';
import { createAggregates } from './aggregates.ts';
import { createApprovals } from './approvals.ts';
import { attemptLog } from './attemptLog.ts';
import { createAttempts } from './attempts.ts';
import { createChanges } from './changes.ts';
import { codeMatcher } from './codeMatcher.ts';
import { createContacts } from './contacts.ts';
import { createDeliveries } from './deliveries.ts';
import { createFraud } from './fraud.ts';
import { createImports } from './imports.ts';
import { createMail } from './mail.ts';
import type { Ports } from './ports.ts';
import { createPushAnswers } from './pushAnswers.ts';
import { createTokenImports } from './tokenImports.ts';
import { withRejections } from './rejections.ts';

/** Everything that workflows have done for them outside of their own time. */
export const createActivities = (ports: Ports) => {
  const aggregates = createAggregates(ports);
  const log = attemptLog(ports, aggregates);
  const codes = codeMatcher(ports);
  const { changeUser, ...changes } = createChanges(ports, aggregates);
  return withRejections({
    ...createAttempts(ports, aggregates, log, codes),
    ...createPushAnswers(ports, aggregates, log, codes),
    ...createContacts(ports, log, codes),
    ...changes,
    ...createActivations(ports, aggregates, changes.change),
    ...createFraud(ports, aggregates),
    ...createApprovals(ports, aggregates),
    ...createDeliveries(ports, aggregates),
    ...createMail(ports, aggregates),
    ...createImports(ports, aggregates, changeUser),
    ...createTokenImports(ports, aggregates),
  });
};

export type Activities = ReturnType<typeof createActivities>;
