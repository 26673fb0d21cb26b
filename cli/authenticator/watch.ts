import { classifyPush } from '../../api/pad/push.ts';
import { resumeActivation } from './activate.ts';
import { decide, padUrlFor, sendOnce, type Answered, type Choice } from './answers.ts';
import { needsNothing } from './needs.ts';
import { accountsOf, isPrompt, promptOf, type Phone, type Prompt } from './phone.ts';
import { readState, updateState, type Account } from './state.ts';
import { Away } from './transport.ts';
import { pull, type Push } from './wire.ts';

export type WatchEvent =
  | ({ readonly event: 'prompt' } & Prompt)
  | ({ readonly event: 'answered' } & Answered)
  | { readonly event: 'withdrawn'; readonly guid: string }
  /** The server does not answer; it is asked again, less and less often. */
  | { readonly event: 'away'; readonly reason: string }
  | { readonly event: 'back' };

export type WatchOptions = {
  readonly choice?: Choice;
  readonly signal: AbortSignal;
  readonly tell: (event: WatchEvent) => void;
};

const pollSeconds = 25;
const firstPauseMs = 500;
const longestPauseMs = 15_000;

/**
 * Polls all accounts until the signal is aborted: shows each request once and, with a choice, answers it once.
 * Answers that a kill or a lost server left open are sent again first.
 * @throws {CommandFault} where there is no account, or a server is none of ours
 */
export const watch = async (phone: Phone, options: WatchOptions): Promise<void> => {
  const accounts = await accountsOf(phone);
  await Promise.all(accounts.map((account) => watchAccount(phone, account, options)));
};

const watchAccount = async (
  phone: Phone,
  known: Account,
  { choice, signal, tell }: WatchOptions,
): Promise<void> => {
  let account = known;
  let pauseMs = firstPauseMs;
  let isAway = false;
  let waitSeconds = 0; // The first poll tells at once that the server is there.
  while (!signal.aborted) {
    try {
      account = await resumeActivation(phone, account);
      await resend(phone, account, tell);
      const pushes = await pull(phone.send, account, waitSeconds, signal);
      if (isAway) tell({ event: 'back' });
      isAway = false;
      pauseMs = firstPauseMs;
      const news = await show(phone, pushes, tell);
      if (choice !== undefined) await answerAll(phone, account, pushes, choice, tell);
      // Requests that stay open come with every poll, at once: without a pause that would be a flood.
      const isQuiet = pushes.length === 0 || news;
      waitSeconds = pollSeconds;
      if (!isQuiet) await phone.sleep(openPauseMs, signal);
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof Away)) throw error;
      if (!isAway) tell({ event: 'away', reason: error.message });
      isAway = true;
      waitSeconds = 0;
      await phone.sleep(error.retryAfterMs ?? pauseMs, signal);
      pauseMs = Math.min(pauseMs * 2, longestPauseMs);
    }
  }
};

/** 60 polls a minute are allowed. */
const openPauseMs = 1_500;

/** Shows what has not been shown. @returns whether there was any */
const show = async (
  phone: Phone,
  pushes: readonly Push[],
  tell: WatchOptions['tell'],
): Promise<boolean> => {
  for (const { guid = '' } of pushes.filter((push) => classifyPush(push) === 'withdraw')) {
    tell({ event: 'withdrawn', guid });
  }
  const { seen } = await readState(phone.folder);
  const known = new Set(seen);
  const fresh = pushes.filter((push) => isPrompt(push) && !known.has(push['guid'] ?? ''));
  if (fresh.length === 0) return false;
  const guids = fresh.map(({ guid = '' }) => guid);
  await updateState(phone.folder, (state) => ({ ...state, seen: [...state.seen, ...guids] }));
  for (const push of fresh) tell({ event: 'prompt', ...promptOf(push) });
  return true;
};

const answerAll = async (
  phone: Phone,
  account: Account,
  pushes: readonly Push[],
  choice: Choice,
  tell: WatchOptions['tell'],
): Promise<void> => {
  for (const push of pushes.filter(isPrompt)) {
    const { guid, needs } = promptOf(push);
    // A plain yes to one that wants a PIN or a number is refused, and three of them end it.
    if (choice === 'approve' && !needsNothing(needs)) continue;
    const { answers } = await readState(phone.folder);
    if (answers[guid] !== undefined) continue;
    await decide(phone.folder, account, push, choice);
    const answered = await sendOnce(phone.folder, phone.send, guid, padUrlFor(account, push));
    if (answered !== undefined) tell({ event: 'answered', ...answered });
  }
};

const resend = async (
  phone: Phone,
  account: Account,
  tell: WatchOptions['tell'],
): Promise<void> => {
  const { answers } = await readState(phone.folder);
  for (const [guid, stored] of Object.entries(answers)) {
    if (stored.status !== 'sending' || stored.deviceToken !== account.deviceToken) continue;
    const answered = await sendOnce(phone.folder, phone.send, guid, padUrlFor(account));
    if (answered !== undefined) tell({ event: 'answered', ...answered });
  }
};
