import { NotRunning, type Engine } from '../api/commands/engine.ts';
import type { Views, ViewsFeed } from '../adapters/views/port.ts';
import { approvalStream, parseStream } from '../domain/ids.ts';
import type { Logger } from '../runtime/logger.ts';
import { approverGoneSignal } from '../workflows/contracts.ts';

/** Tasks of one person that are looked at in one go. */
const maxTasks = 1_000;

type Options = {
  readonly views: Pick<Views, 'reader'>;
  readonly feed: ViewsFeed;
  readonly engine: Pick<Engine, 'signal'>;
  readonly log: Logger;
};

/**
 * Tells open approvals that an approver's account is gone or off (spec/90 'A decision'). The approval looks at the
 * person's own stream itself, so that a word too many does no harm; a start looks through all tasks for words too few.
 */
export const tellGoneApprovers = ({ views, feed, engine, log }: Options): { stop(): void } => {
  const tell = async (approvalId: string, approverId: string): Promise<void> => {
    try {
      await engine.signal(approvalStream(approvalId), approverGoneSignal, { approverId });
    } catch (error) {
      // It ended a moment ago, or it is started again from the log at the next start.
      if (!(error instanceof NotRunning)) throw error;
    }
  };

  const look = async (approverIds?: readonly string[]): Promise<void> => {
    let query = views.reader
      .selectFrom('approvalTasks')
      .leftJoin('users', 'users.userId', 'approvalTasks.approverId')
      .select(['approvalTasks.approvalId', 'approvalTasks.approverId'])
      .where('approvalTasks.state', '=', 'open')
      .where((eb) => eb.or([eb('users.userId', 'is', null), eb('users.enabled', '=', 0)]))
      .limit(maxTasks);
    if (approverIds) query = query.where('approvalTasks.approverId', 'in', approverIds);
    for (const { approvalId, approverId } of await query.execute())
      await tell(approvalId, approverId);
  };
  const attempt = (approverIds?: readonly string[]): void => {
    look(approverIds).catch((error: unknown) =>
      log.error('approvals could not be told of an approver who is gone', { error }),
    );
  };

  const stop = feed.onApplied((events) => {
    const gone = events.filter(({ type }) => type === 'UserDisabled' || type === 'UserRemoved');
    if (gone.length > 0) attempt(gone.map(({ stream }) => parseStream(stream).id));
  });
  attempt();
  return { stop };
};
