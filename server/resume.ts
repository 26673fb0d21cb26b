import type { Engine } from '../api/commands/engine.ts';
import type { Views } from '../adapters/views/port.ts';
import type { Logger } from '../runtime/logger.ts';
import { openWork } from './openWork.ts';

const retryMs = 2_000;

type Options = {
  readonly views: Pick<Views, 'reader'>;
  readonly engine: Pick<Engine, 'start'>;
  /** Resolves once the views show all that is on record by now. */
  readonly shown: () => Promise<void>;
  readonly log: Logger;
};

/** How much is looked at: all that is open, or of each kind the newest, and all where one of these was unknown. */
type Depth = 'all' | 'newest';

export type Resuming = {
  /** Looks again, in the background; one look at a time. */
  look(depth: Depth): void;
  stop(): void;
};

/**
 * The log wins over the workflow engine (REL-11): what is open on record but has no running workflow, because the
 * engine lost it or was put back to an older state, is started again under its own id and goes on from
 * the log. For what runs already this does nothing. It works in the background; nobody waits for it.
 */
export const resumeFromLog = ({ views, engine, shown, log }: Options): Resuming => {
  const stopping = new AbortController();
  let retry: NodeJS.Timeout | undefined;
  let wanted: Depth | undefined;
  let busy = false;

  const run = async (depth: Depth): Promise<number> => {
    await shown();
    const resumed: Record<string, number> = {};
    for (const [kind, find] of Object.entries(openWork(views, engine, depth === 'newest'))) {
      resumed[kind] = 0;
      for (const start of await find()) {
        if (stopping.signal.aborted) return 0;
        if (await start()) resumed[kind] += 1;
      }
    }
    const count = Object.values(resumed).reduce((sum, of) => sum + of, 0);
    if (count > 0)
      log.warn('the workflow engine did not know of open work; it goes on from the log', resumed);
    return count;
  };

  const work = async (): Promise<void> => {
    busy = true;
    while (wanted !== undefined && !stopping.signal.aborted) {
      const depth = wanted;
      wanted = undefined;
      try {
        if ((await run(depth)) > 0 && depth === 'newest') wanted = 'all';
      } catch (error) {
        wanted = depth === 'all' ? 'all' : (wanted ?? depth);
        // The engine may go away meanwhile; what was not looked at yet waits until it is back.
        if (!stopping.signal.aborted) {
          log.error('open work could not be looked through; trying again', { error });
          retry = setTimeout(() => void work(), retryMs);
        }
        return;
      }
    }
    busy = false;
  };

  const look = (depth: Depth): void => {
    if (wanted !== 'all') wanted = depth;
    if (!busy) void work();
  };
  look('all');
  return {
    look,
    stop() {
      stopping.abort();
      clearTimeout(retry);
    },
  };
};
