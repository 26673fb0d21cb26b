import { classifyPush, type PushAction } from '../../api/pad/push.ts';
import { otplibOtp } from '../../adapters/otp/otplib.ts';
import { stepAt } from '../../domain/otpWindow.ts';
import { present } from '../../domain/present.ts';
import { CommandFault, UsageFault } from '../fault.ts';
import { needsOf, type Needs } from './needs.ts';
import { decide, padUrlFor, sendOnce, type Answered, type Choice } from './answers.ts';
import { readState, type Account } from './state.ts';
import { Away, type Transport } from './transport.ts';
import { pull, type Push } from './wire.ts';

/** What a phone works with; the clock and the pauses are handed in. */
export type Phone = {
  /** Folder of the phone's memory. */
  readonly folder: string;
  readonly send: Transport;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Ends early, without error, where the signal is aborted. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
};

/** A request that waits for its person. */
export type Prompt = {
  readonly guid: string;
  readonly application: string;
  readonly account: string;
  readonly username: string;
  /** Where the sign-in comes from, `''` where the server does not say. */
  readonly address: string;
  /** Unix seconds. */
  readonly expiresAt: number;
  readonly kind: PushAction;
  /** What an approval takes beside the wish to. */
  readonly needs: Needs;
  /** What the caller wants to be shown, where it wants something. */
  readonly title?: string;
  /** JSON of pairs, as the server sends it. */
  readonly details?: string;
};

export const promptOf = (push: Push): Prompt => ({
  guid: push['guid'] ?? '',
  application: push['applicationName'] ?? push['MessageTitle'] ?? 'Sign-in',
  account: push['accountName'] ?? '',
  username: push['username'] ?? '',
  address: push['clientAddress'] ?? '',
  expiresAt: Number(push['expiration'] ?? 0),
  kind: classifyPush(push),
  needs: needsOf(push),
  ...present({ title: push['contextTitle'], details: push['contextDetails'] }),
});

export const isPrompt = (push: Push): boolean => classifyPush(push).startsWith('prompt');

export type Waiting = { readonly account: Account; readonly push: Push };

/** Accounts that can receive requests. @throws {CommandFault} where there is none */
export const accountsOf = async ({ folder }: Phone): Promise<readonly Account[]> => {
  const { accounts } = await readState(folder);
  const usable = accounts.filter(({ status }) => status !== 'activating');
  if (usable.length > 0) return usable;
  throw new CommandFault('this phone has no account yet: run "authenticator activate" first');
};

/** Requests that wait for an answer, oldest first. @throws {Away | CommandFault} */
export const waitingRequests = async (phone: Phone): Promise<readonly Waiting[]> => {
  const accounts = await accountsOf(phone);
  const mailboxes = await Promise.all(
    accounts.map(async (account) => {
      const pushes = await pull(phone.send, account, 0);
      return pushes.filter(isPrompt).map((push) => ({ account, push }));
    }),
  );
  const { answers } = await readState(phone.folder);
  return mailboxes
    .flat()
    .filter(({ push }) => (answers[push['guid'] ?? '']?.status ?? 'sending') === 'sending')
    .toSorted((left, right) => promptOf(left.push).expiresAt - promptOf(right.push).expiresAt);
};

/** How long after its end a request is still asked about, so that a lost acknowledgement is found out. */
const graceMs = 5_000;
const firstPauseMs = 250;
const longestPauseMs = 5_000;

/** An open request: the given one (guid or the beginning of it), else the newest. @throws {Away | CommandFault} */
export const chooseRequest = async (phone: Phone, id: string | undefined): Promise<Waiting> => {
  const wanted = id?.toLowerCase() ?? '';
  const found = (await waitingRequests(phone)).filter(({ push }) =>
    (push['guid'] ?? '').startsWith(wanted),
  );
  if (wanted !== '' && found.length > 1) throw new UsageFault(`"${id}" fits more than one request`);
  const chosen = found.at(-1);
  if (chosen === undefined) {
    throw new CommandFault(
      id === undefined ? 'nothing is waiting' : `no open request fits "${id}"`,
    );
  }
  return chosen;
};

/**
 * Answers one request. An answer that gets lost is sent again, always the same one, until the server has it or the
 * request is over.
 * @throws {Away | CommandFault}
 */
export const answer = async (
  phone: Phone,
  choice: Choice,
  { account, push }: Waiting,
): Promise<Answered & { readonly resent: boolean }> => {
  const stored = await decide(phone.folder, account, push, choice);
  if (stored.answer !== choice) {
    throw new CommandFault(`this request was already answered here: ${stored.answer}`);
  }
  return persist(phone, account, push);
};

const persist = async (
  phone: Phone,
  account: Account,
  push: Push,
): Promise<Answered & { readonly resent: boolean }> =>
  await insist(phone, push, async (resent) => {
    const { guid } = promptOf(push);
    const answered = await sendOnce(phone.folder, phone.send, guid, padUrlFor(account, push));
    if (answered === undefined) throw new TypeError('an answer that was never decided');
    return { ...answered, resent };
  });

/** Does something again until the server answers or the request is over; `resent` says that it is not the first time. */
export const insist = async <T>(
  phone: Phone,
  push: Push,
  send: (resent: boolean) => Promise<T>,
): Promise<T> => {
  const { expiresAt } = promptOf(push);
  for (let pauseMs = firstPauseMs, resent = false; ; resent = true) {
    try {
      return await send(resent);
    } catch (error) {
      const isOver = phone.now() > expiresAt * 1_000 + graceMs;
      if (!(error instanceof Away) || isOver) throw error;
      await phone.sleep(error.retryAfterMs ?? pauseMs);
      pauseMs = Math.min(pauseMs * 2, longestPauseMs);
    }
  }
};

const stepSeconds = 30;
const codeDigits = 6;

export type Code = {
  readonly username: string;
  readonly account: string;
  readonly code: string;
  readonly secondsLeft: number;
};

/** The current codes, one an account; works without any network. @throws {CommandFault} */
export const codes = async (phone: Phone): Promise<readonly Code[]> => {
  const otp = otplibOtp();
  const step = stepAt(phone.now(), stepSeconds);
  const shown = (await accountsOf(phone)).flatMap(({ username, accountName, oathSecret }) =>
    oathSecret === undefined
      ? []
      : [
          {
            username,
            account: accountName,
            code: otp.codeAt(oathSecret, step, codeDigits),
            secondsLeft: Math.ceil((step + 1) * stepSeconds - phone.now() / 1_000),
          },
        ],
  );
  if (shown.length === 0) throw new CommandFault('no account of this phone has codes');
  return shown;
};
