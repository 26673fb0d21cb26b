import type { Request, Response } from 'express';
import type { Clock } from './rateLimit.ts';

export type Readiness = {
  readonly ready: boolean;
  readonly checks: Readonly<Record<string, string>>;
};

/** Anybody may ask, so the stores are asked at most this often. */
const freshMs = 1000;
/** A dependency that hangs is one that is not ready. */
const patienceMs = 5000;

const patiently = async (ask: () => Promise<Readiness>): Promise<boolean> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, patienceMs, false);
  });
  try {
    return await Promise.race([ask().then(({ ready }) => ready), late]);
  } catch {
    // Whatever keeps it from answering, it is not ready; the log of the dependency says why.
    return false;
  } finally {
    clearTimeout(timer);
  }
};

/** `live` says that this process answers, `ready` that calls would be decided; neither says more to a stranger. */
export const health = (ask: () => Promise<Readiness>, clock: Clock) => {
  let last: { at: number; ready: Promise<boolean> } | undefined;
  return {
    live: (_request: Request, response: Response): void => {
      response.json({ status: 'live' });
    },
    ready: async (_request: Request, response: Response): Promise<void> => {
      if (!last || clock() - last.at >= freshMs) last = { at: clock(), ready: patiently(ask) };
      const ready = await last.ready;
      if (!ready) response.status(503).set('Retry-After', '1');
      response.json({ status: ready ? 'ready' : 'notReady' });
    },
  };
};
