import type { EventStore } from '../adapters/eventStore/port.ts';
import type { TemporalConnection } from '../adapters/temporal/connect.ts';
import { namespaceId } from '../adapters/temporal/runs.ts';
import type { Views } from '../adapters/views/port.ts';
import type { Engine } from '../api/commands/engine.ts';
import type { Runner } from '../projections/runner.ts';
import type { Logger } from '../runtime/logger.ts';
import type { Shutdown } from '../runtime/shutdown.ts';
import { watchEngineLoss } from './engineLoss.ts';
import { tellGoneApprovers } from './goneApprovers.ts';
import { tellOverdue } from './overdue.ts';
import { resumeFromLog } from './resume.ts';
import { standInOnReturn } from './standIn.ts';
import type { TemporalEngine } from './temporalCluster.ts';

type Parts = {
  readonly temporal: TemporalEngine;
  readonly connection: Pick<TemporalConnection, 'client'>;
  readonly engine: Engine;
  readonly events: Pick<EventStore, 'head'>;
  readonly views: Views;
  readonly runner: Runner;
  readonly now: () => number;
  readonly log: Logger;
  readonly shutdown: Shutdown;
} & Pick<Parameters<typeof standInOnReturn>[0], 'isReachable' | 'connect' | 'worker'>;

/** Sees to it that what is open goes on: from the log, past its deadline, after the engine was away. */
export const workGoesOn = (parts: Parts): void => {
  const { temporal, engine, events, views, runner, now, log, shutdown } = parts;
  const shown = async () => await runner.caughtUp(await events.head()).catch(() => undefined);
  const resuming = resumeFromLog({ views, engine, shown, log });
  shutdown.add('resuming', () => resuming.stop());
  const losses = watchEngineLoss({
    databaseId: namespaceId(parts.connection.client, temporal.namespace),
    restarts: temporal.restarts ?? (() => 0),
    resuming,
    log,
  });
  shutdown.add('watch for a lost engine', () => losses.stop());
  const gone = tellGoneApprovers({ views, feed: runner, engine, log });
  shutdown.add('approvers who are gone', () => gone.stop());
  const overdue = tellOverdue({ views, engine, log, now });
  shutdown.add('overdue attempts', () => overdue.stop());
  const standIn = standInOnReturn(parts);
  shutdown.add('second worker', () => standIn.stop());
};
