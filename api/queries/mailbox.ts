import type { ChallengeRow, ViewsFeed } from '../../adapters/views/port.ts';
import type { StoredEvent } from '../../adapters/eventStore/port.ts';
import { parseStream } from '../../domain/ids.ts';
import { toMs } from '../../domain/instants.ts';
import { readShownContext } from '../../domain/shownPush.ts';
import type { Push, Queries } from '../facade.ts';
import type { QueryContext } from './context.ts';
import { openChallenges, pushedChallenge, type Sent } from './challenges.ts';
import { inRequest, openFor } from './open.ts';
import { authPush, validatePush, withdrawPush, type Installation } from './push.ts';
import { readDeployment, readSettings } from './settings.ts';
import type { WakeUps } from './wakeUps.ts';

/** How long the device that it belonged to is told "already answered" (contracts/mobile-app.md 11.2). */
const answeredForMs = 600_000;
/** Withdrawals remembered as delivered; each is forgotten when its push would have expired. */
const maxWithdrawn = 50_000;

const key = (tokenHash: string): string => `mailbox:${tokenHash}`;

/** A device's mailbox (contracts/mobile-app.md section 8.1) and the details of one push (7.2). */
export const mailboxQueries = (
  context: QueryContext,
  runner: ViewsFeed,
  wakeUps: WakeUps,
  mobileAppUrl: () => string,
): Pick<Queries, 'pull' | 'pushDetails'> => {
  const { reader, secrets, nowMs } = context;
  const withdrawn = createWithdrawn(nowMs);
  /** The waiting poll of each token; a newer one ends it. */
  const polls = new Map<string, AbortController>();

  runner.onApplied((events) => {
    if (polls.size === 0) return;
    wakeMailboxes(events).catch(() => {
      // Each poll looks for itself then, and tells its own caller what is wrong.
      for (const tokenHash of polls.keys()) wakeUps.wake(key(tokenHash));
    });
  });
  const wakeMailboxes = async (events: readonly StoredEvent[]): Promise<void> => {
    for (const tokenHash of tokensAddressed(events)) wakeUps.wake(key(tokenHash));
    const changed = requestsChanged(events);
    if (changed.length === 0) return;
    const rows = await reader
      .selectFrom('challenges')
      .innerJoin('devices', 'devices.deviceId', 'challenges.deviceId')
      .select('devices.tokenHash')
      .where('challenges.requestId', 'in', changed)
      .execute();
    for (const { tokenHash } of rows) if (tokenHash) wakeUps.wake(key(tokenHash));
  };

  const installation = async (): Promise<Installation> => ({
    settings: await readSettings(context),
    deployment: await readDeployment(context),
    mobileAppUrl: mobileAppUrl(),
  });

  const pushOf = async (sent: Sent, where: Installation): Promise<Push> => {
    if (sent.kind === 'validate') return validatePush(sent.challenge, where);
    const { challenge, request, username, objectId, showsCodes } = sent;
    const place = inRequest(request, 'initiatingIp');
    const asked = {
      requestedAt: request.at,
      application: request.application,
      clientAddress: await openFor(secrets, place, request.initiatingIpSealed),
      context: readShownContext(
        await openFor(secrets, inRequest(request, 'context'), request.contextSealed),
      ),
      fraudAllowed: request.fraudAllowed === 1,
      fraudBlock: request.fraudBlock === 1,
      username,
      objectId,
      showsCodes,
      mode: request.mode ?? 'standard',
      numberMatch: request.numberMatch,
      pinTries: request.pinTries,
      pinChange: request.pinChange === 1,
    };
    return authPush(challenge, asked, where);
  };

  const delivery = async (tokenHash: string): Promise<readonly Push[] | undefined> => {
    const sent = await openChallenges(reader, tokenHash, new Date(nowMs()).toISOString());
    const wanted = sent.filter(
      (one) => one.isOpen || (one.wantsWithdrawal && !withdrawn.has(one.challenge)),
    );
    if (wanted.length === 0) return undefined;
    const where = await installation();
    return Promise.all(
      wanted.map(async (one) => {
        if (one.isOpen) return pushOf(one, where);
        withdrawn.add(one.challenge);
        return withdrawPush(one.challenge);
      }),
    );
  };

  return {
    async pull(tokenHash, { waitMs, signal }) {
      const poll = new AbortController();
      if (waitMs > 0) {
        polls.get(tokenHash)?.abort();
        polls.set(tokenHash, poll);
      }
      const either = signal ? AbortSignal.any([signal, poll.signal]) : poll.signal;
      const look = async () => (either.aborted ? [] : delivery(tokenHash));
      try {
        return (await wakeUps.until(key(tokenHash), look, { waitMs, signal: either })) ?? [];
      } finally {
        if (polls.get(tokenHash) === poll) polls.delete(tokenHash);
      }
    },
    async pushDetails(guid, tokenHash) {
      const now = nowMs();
      const sent = await pushedChallenge(reader, guid, tokenHash);
      if (!sent) return 'notOpen';
      const { challenge, request } = sent;
      if (sent.isOpen && toMs(challenge.expiresAt) > now)
        return { ...(await pushOf(sent, await installation())), azureObjectId: sent.objectId };
      const settled = request.endedAt !== null && request.state !== 'expired';
      return settled && toMs(request.endedAt!) + answeredForMs > now ? 'answered' : 'notOpen';
    },
  };
};

/** Tokens that a new push was sent to. */
const tokensAddressed = (events: readonly StoredEvent[]): Set<string> => {
  const tokens = new Set<string>();
  for (const { type, data } of events) {
    if (type === 'ActivationBegun') tokens.add(data.tokenHash);
    if (type === 'DeviceTokenChanged') tokens.add(data.tokenHash);
    if (type === 'AuthenticationChallengeSent')
      for (const device of data.devices) tokens.add(device.tokenHash);
  }
  return tokens;
};

/** Requests with a challenge that came or went. */
const requestsChanged = (events: readonly StoredEvent[]): string[] => {
  const changed = new Set<string>();
  for (const { stream } of events) {
    const { category, id } = parseStream(stream);
    if (category === 'authentication') changed.add(id);
  }
  return [...changed];
};

/** Remembers which withdrawals were delivered, while their pushes could still be seen. */
const createWithdrawn = (nowMs: () => number) => {
  const until = new Map<string, number>();
  return {
    has: ({ guid }: ChallengeRow): boolean => until.has(guid),
    add({ guid, expiresAt }: ChallengeRow): void {
      if (until.size >= maxWithdrawn)
        for (const [old, at] of until) if (at <= nowMs()) until.delete(old);
      if (until.size >= maxWithdrawn) until.delete(until.keys().next().value!);
      until.set(guid, toMs(expiresAt));
    },
  };
};
