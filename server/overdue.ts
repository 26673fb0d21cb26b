import type { Engine } from '../api/commands/engine.ts';
import { NotRunning } from '../api/commands/engine.ts';
import type { Views } from '../adapters/views/port.ts';
import { authenticationStream } from '../domain/ids.ts';
import { toIso } from '../domain/instants.ts';
import type { Logger } from '../runtime/logger.ts';
import { deadlineSignal } from '../workflows/contracts.ts';
import { waitingStates } from './openWork.ts';

const lookEveryMs = 1_000;
/** A workflow's own timer comes first; only what is later than this is told. */
const graceMs = 1_000;
const maxRows = 100;

type Options = {
  readonly views: Pick<Views, 'reader'>;
  readonly engine: Pick<Engine, 'signal'>;
  readonly log: Logger;
  readonly now: () => number;
};

/**
 * Timers of the workflow engine run from when it took them on. Where it hung or was away meanwhile they are late by as
 * much, but the deadline on record is not (REL-09): attempts that are past it are told to look at the clock.
 */
export const tellOverdue = ({ views, engine, log, now }: Options): { stop(): void } => {
  let looking = false;

  const look = async (): Promise<void> => {
    const overdue = await views.reader
      .selectFrom('requests')
      .select(['requestId', 'expiresAt'])
      .where('state', 'in', waitingStates)
      .where('expiresAt', '<', toIso(now() - graceMs))
      .limit(maxRows)
      .execute();
    for (const { requestId, expiresAt } of overdue) {
      try {
        await engine.signal(authenticationStream(requestId), deadlineSignal, {
          expiresAt: expiresAt!,
        });
      } catch (error) {
        if (!(error instanceof NotRunning)) throw error;
        // It ended a moment ago, or it is started again from the log at the next start.
      }
    }
  };

  const timer = setInterval(() => {
    if (looking) return;
    looking = true;
    look()
      .catch((error: unknown) => log.debug('overdue attempts could not be told', { error }))
      .finally(() => (looking = false));
  }, lookEveryMs);
  return { stop: () => clearInterval(timer) };
};
