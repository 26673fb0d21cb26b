import type { ChallengeRow, RequestRow, Views } from '../../adapters/views/port.ts';

/** Pushes that one poll delivers, at most. */
const maxPushes = 50;

export type AskedRequest = Pick<
  RequestRow,
  | 'requestId'
  | 'userId'
  | 'at'
  | 'endedAt'
  | 'state'
  | 'application'
  | 'initiatingIpSealed'
  | 'contextSealed'
  | 'fraudAllowed'
  | 'fraudBlock'
  | 'mode'
  | 'numberMatch'
  | 'pinTries'
  | 'pinChange'
>;

/** A push that was sent, with what decides whether it is open. */
export type Sent = SentValidate | SentAuth;
type Common = {
  readonly challenge: ChallengeRow;
  readonly isOpen: boolean;
  /** It ended elsewhere: this device should take the notification away. */
  readonly wantsWithdrawal: boolean;
};
type SentValidate = Common & { readonly kind: 'validate' };
export type SentAuth = Common & {
  readonly kind: 'auth';
  readonly request: AskedRequest;
  readonly username: string;
  readonly objectId: string;
  readonly showsCodes: boolean;
};

/**
 * Pushes to the device behind a token that have not expired, oldest first. A push belongs to the device: after a
 * token change it is found under the new token only. N1 goes to a device that is not registered yet, so
 * that one is found by the token it was sent to.
 */
export const openChallenges = async (
  reader: Views['reader'],
  tokenHash: string,
  now: string,
): Promise<readonly Sent[]> => {
  const validates = await reader
    .selectFrom('challenges')
    .innerJoin('activations', 'activations.activationId', 'challenges.activationId')
    .selectAll('challenges')
    .where('challenges.tokenHash', '=', tokenHash)
    .where('challenges.expiresAt', '>', now)
    .where('challenges.kind', '=', 'validate')
    .where('activations.state', '=', 'begun')
    .whereRef('activations.guid', '=', 'challenges.guid')
    .limit(maxPushes)
    .execute();
  const auths = await authQuery(reader)
    .where('devices.tokenHash', '=', tokenHash)
    .where('challenges.expiresAt', '>', now)
    // What was answered here needs nothing more; however many those are, the newest push is among the others.
    .where('challenges.answeredAt', 'is', null)
    .orderBy('challenges.position', 'desc')
    .limit(maxPushes)
    .execute();
  const sent: Sent[] = validates.map((challenge) => ({
    kind: 'validate',
    challenge,
    isOpen: true,
    wantsWithdrawal: false,
  }));
  for (const row of auths) sent.push(sentAuth(row));
  return sent.toSorted((a, b) => a.challenge.position - b.challenge.position);
};

/** One N2, where it was sent to the device behind this token. */
export const pushedChallenge = async (
  reader: Views['reader'],
  guid: string,
  tokenHash: string,
): Promise<SentAuth | undefined> => {
  const row = await authQuery(reader)
    .where('challenges.guid', '=', guid)
    .where('devices.tokenHash', '=', tokenHash)
    .executeTakeFirst();
  return row && sentAuth(row);
};

const authQuery = (reader: Views['reader']) =>
  reader
    .selectFrom('devices')
    .innerJoin('challenges', 'challenges.deviceId', 'devices.deviceId')
    .innerJoin('requests', 'requests.requestId', 'challenges.requestId')
    .innerJoin('users', 'users.userId', 'requests.userId')
    .selectAll('challenges')
    .select([
      'devices.showsCodes',
      'users.username',
      'users.objectId',
      'requests.at as requestedAt',
      'requests.endedAt',
      'requests.userId',
      'requests.state as requestState',
      'requests.application',
      'requests.initiatingIpSealed',
      'requests.contextSealed',
      'requests.fraudAllowed',
      'requests.fraudBlock',
      'requests.mode',
      'requests.numberMatch',
      'requests.pinTries',
      'requests.pinChange',
    ]);

type AuthRow = Awaited<ReturnType<ReturnType<typeof authQuery>['executeTakeFirstOrThrow']>>;

const sentAuth = (row: AuthRow): SentAuth => {
  const ended = row.endedAt !== null;
  const answeredHere = row.answeredAt !== null;
  return {
    kind: 'auth',
    challenge: row,
    isOpen: !ended && !answeredHere,
    wantsWithdrawal: ended && !answeredHere && row.requestState !== 'expired',
    request: {
      requestId: row.requestId ?? '',
      userId: row.userId,
      at: row.requestedAt,
      endedAt: row.endedAt,
      state: row.requestState,
      application: row.application,
      initiatingIpSealed: row.initiatingIpSealed,
      contextSealed: row.contextSealed,
      fraudAllowed: row.fraudAllowed,
      fraudBlock: row.fraudBlock,
      mode: row.mode,
      numberMatch: row.numberMatch,
      pinTries: row.pinTries,
      pinChange: row.pinChange,
    },
    username: row.username,
    objectId: row.objectId,
    showsCodes: row.showsCodes === 1,
  };
};
