import type { ActivityInterceptorsFactory } from '@temporalio/worker';

/**
 * Between two beats. The engine gives a worker up after the activity's own `heartbeatTimeout`, and may be away itself for
 * the rest of it.
 */
export const beatEveryMs = 2_000;

/**
 * Beats for every activity that names a `heartbeatTimeout`, for as long as this process runs it: so that its work is tried
 * again soon after a `kill -9`, and not at the end of the time that it may take at most. One that takes less than a beat
 * sends none.
 */
export const beatWhileRunning: ActivityInterceptorsFactory = (context) => ({
  inbound: {
    async execute(input, next) {
      if (!context.info.heartbeatTimeoutMs) return await next(input);
      const beating = setInterval(() => context.heartbeat(), beatEveryMs);
      try {
        return await next(input);
      } finally {
        clearInterval(beating);
      }
    },
  },
});
