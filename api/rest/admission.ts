import type { Request, Response } from 'express';
import type { RestLimits } from './limits.ts';
import { Problem } from './problem.ts';
import { rateLimiter, type Clock } from './rateLimit.ts';
import type { Principal } from './route.ts';

/** Tokens and addresses whose rates are remembered. */
const maxKeys = 10_000;

const tooMany = (retryAfterSeconds: number, detail: string): Problem =>
  new Problem(429, 'THROTTLED', detail, { retryAfterSeconds });

/** Who may come in and how often: a rate a token, one of wrong tokens an address, and calls at the same time. */
export const admission = (options: {
  readonly authenticate: (request: Request) => Promise<Principal>;
  readonly limits: RestLimits;
  readonly clock: Clock;
}) => {
  const { authenticate, limits, clock } = options;
  const allow = rateLimiter({ perSecond: limits.callsPerSecond, maxKeys, clock });
  const allowFailure = rateLimiter({
    perSecond: limits.failuresPerSecond,
    burst: limits.failuresPerSecond * 4,
    maxKeys,
    clock,
  });
  const allowToken = rateLimiter({
    perSecond: limits.tokensPerSecond,
    burst: limits.tokensPerSecond * 4,
    maxKeys,
    clock,
  });
  const running = new Map<string, number>();

  /** Counts a wrong secret or token against its address. @throws {Problem} 429 where there were too many */
  const countFailure = (request: Request): void => {
    const failures = allowFailure(request.socket.remoteAddress ?? '');
    if (failures.allowed) return;
    throw tooMany(failures.retryAfterSeconds, 'Too many calls without a valid token or secret.');
  };

  const identify = async (request: Request): Promise<Principal> => {
    try {
      return await authenticate(request);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      countFailure(request);
      throw error;
    }
  };

  return {
    countFailure,
    /** Counts a token that a client asks for. @throws {Problem} 429 */
    paceTokens: (clientId: string): void => {
      const rate = allowToken(clientId);
      if (!rate.allowed)
        throw tooMany(
          rate.retryAfterSeconds,
          'This client asks for tokens more often than it may.',
        );
    },
    /** @throws {Problem} 401 or 429 */
    admit: async (request: Request, response: Response): Promise<Principal> => {
      const principal = await identify(request);
      const rate = allow(principal.key);
      response.set({
        'RateLimit-Limit': String(rate.limit),
        'RateLimit-Remaining': String(rate.remaining),
        'RateLimit-Reset': String(rate.retryAfterSeconds),
      });
      if (rate.allowed) return principal;
      throw tooMany(rate.retryAfterSeconds, 'This token calls more often than it may.');
    },
    /** Runs one call of a token. @throws {Problem} 429 where too many of its calls are running */
    running: async (principal: Principal, call: () => Promise<void>): Promise<void> => {
      const others = running.get(principal.key) ?? 0;
      if (others >= limits.runningCalls) throw tooMany(1, 'This token has too many calls waiting.');
      running.set(principal.key, others + 1);
      try {
        await call();
      } finally {
        const left = (running.get(principal.key) ?? 1) - 1;
        if (left === 0) running.delete(principal.key);
        else running.set(principal.key, left);
      }
    },
  };
};
export type Admission = ReturnType<typeof admission>;
