import type { Operation } from '../../support/linearizable.ts';
import type { PersonCall, PersonResult } from '../../support/personRegister.ts';
import { newId } from '../../../adapters/ids.ts';
import { otplibOtp } from '../../../adapters/otp/otplib.ts';
import { pause, type Chance } from './chance.ts';
import type { OathUser } from './people.ts';
import type { RestClient } from './rest.ts';

const otp = otplibOtp();
const stepMs = 30_000;
const restMs = 200;
/** Longer than a server is held up or away. */
const lateSteps = 3;
const stepNow = (): number => Math.floor(Date.now() / stepMs);

export type PersonOperation = Operation<PersonCall, PersonResult>;
/** Somebody with what was done to them so far. */
export type Subject = {
  readonly user: OathUser;
  readonly history: PersonOperation[];
  /** Attempts that wait for a code. */
  readonly waiting: string[];
};

type Answer = { readonly status: number; readonly body: Readonly<Record<string, unknown>> };
/** What an answer says; undefined where it leaves open what happened. */
type Reading = PersonResult | undefined;

const endings: Readonly<Record<string, PersonResult>> = {
  APPROVED: 'accepted',
  CODE_REUSED: 'refused',
  THROTTLED: 'throttled',
  USER_BLOCKED: 'blocked',
  USER_DISABLED: 'disabled',
  CODE_RETRY_LIMIT: 'refused',
};

const readLogin = ({ status, body }: Answer): Reading => {
  if (status === 202) return 'asked';
  if (status !== 200) return undefined;
  if (body['state'] === 'awaiting-code') return 'asked';
  return endings[String(body['code'])];
};

/** A wrong code leaves an attempt open; here a wrong one was used, or is not of now by what the token has taught. */
const readApproval = ({ status, body }: Answer): Reading => {
  if (status === 404 || status === 409 || status === 410) return 'over';
  if (status !== 200) return undefined;
  const ending = endings[String(body['code'])];
  return ending ?? (body['state'] === 'awaiting-code' ? 'refused' : undefined);
};

const readChange = ({ status }: Answer): Reading => (status < 300 ? 'done' : undefined);
const readUnblock = (answer: Answer): Reading =>
  answer.status === 404 ? 'notBlocked' : readChange(answer);

/** As often as each stands here. */
const kinds: readonly PersonCall['kind'][] = [
  'block',
  'unblock',
  'unblock',
  'disable',
  'enable',
  'enable',
  'login',
  'login',
  'login',
  'ask',
  'approve',
  'approve',
];

const isRefused = (error: unknown): boolean =>
  error instanceof Error &&
  error.cause instanceof Error &&
  'code' in error.cause &&
  error.cause.code === 'ECONNREFUSED';

/**
 * One random call for one of the subjects, written into its history with when it began and when it was told.
 * @returns whether there was an answer
 */
export const callOnce = async (
  rest: RestClient,
  { user, history, waiting }: Subject,
  luck: Chance,
): Promise<boolean> => {
  // The next step's code mostly passes as well as this one's, and stays good for as long as a pause holds it up.
  const from = stepNow();
  const step = from + luck.below(2);
  const code = otp.codeAt(user.secret, step, 6);
  const { username } = user;
  const kind = luck.of(kinds);
  const requestId = kind === 'approve' ? waiting.shift() : undefined;
  if (kind === 'approve' && requestId === undefined) return false;
  const ways = {
    block: () => rest.call('POST', '/blocks', { username, reason: 'x' }),
    unblock: () => rest.call('POST', `/blocks/${username}/unblock`, { reason: 'x' }),
    disable: () => rest.call('POST', `/users/${username}/disable`),
    enable: () => rest.call('POST', `/users/${username}/enable`),
    login: () => rest.call('POST', '/authentications', { user: username, application: 'V', code }),
    // Each is a login of its own: equal ones would join.
    ask: () => rest.call('POST', '/authentications', { user: username, application: newId() }),
    approve: () => rest.call('POST', `/authentications/${requestId}/code`, { code }),
  };
  const read = {
    block: readChange,
    unblock: readUnblock,
    disable: readChange,
    enable: readChange,
    login: readLogin,
    ask: readLogin,
    approve: readApproval,
  }[kind];
  const invokedAt = performance.now();
  let result: Reading;
  try {
    const answer = await ways[kind]();
    if (answer.status === 429) return false; // Turned away at the door: it never happened.
    result = read(answer);
    if (kind === 'ask' && result === 'asked') waiting.push(String(answer.body['requestId']));
  } catch (error) {
    await pause(restMs);
    if (isRefused(error)) return false; // Nobody is there: it never happened.
    result = undefined; // The connection was cut.
  }
  const at = performance.now();
  // A call without an answer may still be decided for a while.
  const until = result === undefined ? from + lateSteps : stepNow();
  const serverSteps = Array.from({ length: until - from + 1 }, (_, index) => from + index);
  const call: PersonCall =
    kind === 'login' || kind === 'approve' ? { kind, step, serverSteps } : { kind };
  history.push({ call, invokedAt, ...(result === undefined ? {} : { told: { result, at } }) });
  return result !== undefined;
};
