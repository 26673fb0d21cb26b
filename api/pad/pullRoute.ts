import type { Push } from '../facade.ts';
import { contentTypes, headerOf, retryAfter, textReply } from './http.ts';
import { sha256 } from '../digest.ts';
import type { Call, Reply } from './http.ts';
import { isDeviceToken } from './fields.ts';
import { maxPollSeconds } from './limits.ts';
import type { MobileService } from './service.ts';

/** Tokens with less than this cannot have the randomness that a mailbox needs (contracts/mobile-app.md section 4). */
const shortestPullToken = 32;

/**
 * Open pushes of a device. A token that nobody has registered is answered the same way after the same wait.
 * One poll of a token waits; a newer one ends the older with an empty list.
 */
export const pullRoute = (service: MobileService): ((call: Call) => Promise<Reply>) => {
  const waiting = new Map<string, AbortController>();

  return async (call) => {
    const token = tokenOf(call);
    if (token === undefined) {
      return textReply(401, 'A device token is needed.', { 'WWW-Authenticate': 'Bearer' });
    }
    const tokenHash = sha256(token);
    const blockedForMs = throttledForMs(service, call, tokenHash);
    if (blockedForMs > 0) return busy(429, blockedForMs);
    const leave = service.waitingPolls.enter(call.source);
    if (leave === undefined) return busy(503, defaultRetryMs);
    waiting.get(tokenHash)?.abort();
    const superseded = new AbortController();
    waiting.set(tokenHash, superseded);
    try {
      const signal = AbortSignal.any([superseded.signal, call.gone]);
      const pushes = await Promise.race([
        service.facade.queries.pull(tokenHash, { waitMs: waitOf(call.query), signal }),
        aborted(signal),
      ]);
      return answerOf(pushes, service.now());
    } finally {
      if (waiting.get(tokenHash) === superseded) waiting.delete(tokenHash);
      leave();
    }
  };
};

const tokenOf = (call: Call): string | undefined => {
  const token = /^Bearer +(?<token>\S+)$/i.exec(headerOf(call, 'authorization') ?? '')?.groups?.[
    'token'
  ];
  return token !== undefined && token.length >= shortestPullToken && isDeviceToken(token)
    ? token
    : undefined;
};

const throttledForMs = (service: MobileService, call: Call, tokenHash: string): number => {
  const { pollsOfAddress, pollsOfToken } = service;
  if (!pollsOfAddress.hit(call.source)) return pollsOfAddress.blockedForMs(call.source);
  return pollsOfToken.hit(tokenHash) ? 0 : pollsOfToken.blockedForMs(tokenHash);
};

const waitOf = (query: URLSearchParams): number => {
  const wait = query.get('wait') ?? '';
  return /^\d{1,4}$/.test(wait) ? Math.min(Number(wait), maxPollSeconds) * 1_000 : 0;
};

const aborted = (signal: AbortSignal): Promise<readonly Push[]> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve([]);
    else signal.addEventListener('abort', () => resolve([]), { once: true });
  });

const defaultRetryMs = 1_000;

const busy = (status: 429 | 503, ms: number): Reply =>
  textReply(status, 'Too many polls. Try again later.', retryAfter(ms));

const answerOf = (pushes: readonly Push[], nowMs: number): Reply => ({
  status: 200,
  type: contentTypes.json,
  body: JSON.stringify({ serverTime: String(Math.floor(nowMs / 1_000)), pushes }),
});
