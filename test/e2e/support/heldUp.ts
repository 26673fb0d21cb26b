import type { RawClient } from './rawHttp.ts';

/** Longest that anybody else waited for an answer while something was sent and worked on. */
export const heldUpMs = async (raw: RawClient, send: () => Promise<unknown>): Promise<number> => {
  const progress = { isOver: false };
  // A body that is refused early ends its connection.
  const sent = send().then(
    () => (progress.isOver = true),
    () => (progress.isOver = true),
  );
  let longestMs = 0;
  do {
    const from = performance.now();
    await raw.call({ secure: false, method: 'GET', path: '/api/v1/health/live' });
    longestMs = Math.max(longestMs, performance.now() - from);
  } while (!progress.isOver);
  await sent;
  return longestMs;
};
