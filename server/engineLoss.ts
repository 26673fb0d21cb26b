import type { Logger } from '../runtime/logger.ts';
import type { Resuming } from './resume.ts';

const lookEveryMs = 1_000;
/** What a step had begun while the engine was lost may reach the log after the first look. */
const secondLookMs = 15_000;

type Options = {
  /** The id of the engine's database; undefined while it does not answer. */
  readonly databaseId: () => Promise<string | undefined>;
  /** How often the engine was started again, where it is our child. */
  readonly restarts: () => number;
  readonly resuming: Pick<Resuming, 'look'>;
  readonly log: Logger;
};

/**
 * Notices under a running server what a start would notice (REL-11): that the workflow engine has another database, and
 * so knows of nothing; or that it was away, and so may have been put back to an older state.
 */
export const watchEngineLoss = (options: Options): { stop(): void } => {
  const { databaseId, restarts, resuming, log } = options;
  let stopped = false;
  let next: NodeJS.Timeout | undefined;
  let second: NodeJS.Timeout | undefined;
  let known: string | undefined;
  let wasAway = false;
  let seenRestarts = restarts();

  const lost = (): void => {
    log.error('the workflow engine has lost its database; what is open goes on from the log');
    resuming.look('all');
    clearTimeout(second);
    second = setTimeout(() => resuming.look('all'), secondLookMs);
  };

  const see = (id: string | undefined): void => {
    if (id === undefined) {
      wasAway = true;
      return;
    }
    const starts = restarts();
    if (known !== undefined && id !== known) lost();
    else if (wasAway || starts !== seenRestarts) resuming.look('newest');
    known = id;
    wasAway = false;
    seenRestarts = starts;
  };

  const watch = async (): Promise<void> => {
    const id = await databaseId();
    if (stopped) return;
    see(id);
    next = setTimeout(() => void watch(), lookEveryMs);
  };
  void watch();

  return {
    stop() {
      stopped = true;
      clearTimeout(next);
      clearTimeout(second);
    },
  };
};
