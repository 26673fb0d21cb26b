import type { ViewsFeed } from '../../adapters/views/port.ts';
import type { Queries } from '../facade.ts';

export const readinessQueries = (
  runner: ViewsFeed,
  canWrite: () => Promise<boolean>,
): Pick<Queries, 'canWrite' | 'readiness'> => ({
  canWrite,
  async readiness() {
    const { state, position, failure } = runner.status();
    const writable = await canWrite();
    return {
      ready: writable && state === 'live',
      checks: {
        writes: writable ? 'ok' : 'the log or the workflow engine does not answer',
        views:
          state === 'live'
            ? 'ok'
            : failure
              ? `stopped before position ${failure.position}`
              : `${state} at position ${position}`,
      },
    };
  },
});
