import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { CommandFault } from '../fault.ts';
import { hasCode, withLock } from './lock.ts';

const account = z.object({
  /** Service URL as it was given, without trailing slash. */
  url: z.string(),
  /** Bearer of this account's mailbox; each account has its own, so that no server can read another's. */
  deviceToken: z.string(),
  status: z.enum(['activating', 'unconfirmed', 'active']),
  username: z.string(),
  accountName: z.string(),
  deviceId: z.string(),
  groupKey: z.string(),
  confirmationCode: z.string().optional(),
  /** Base32; absent where the server allows no codes. */
  oathSecret: z.string().optional(),
  /** Signs every answer (SEC-49), PKCS #8; absent for accounts of before there were keys. */
  privateKey: z.string().optional(),
});

const answer = z.object({
  deviceToken: z.string(),
  answer: z.enum(['approve', 'deny', 'fraud']),
  oathCode: z.string(),
  signature: z.string().optional(),
  /** Unix seconds after which the server refuses it anyway. */
  expiresAt: z.number(),
  /** `sending` until the server has acknowledged or refused it. */
  status: z.enum(['sending', 'recorded', 'answered', 'notOpen', 'refused']),
});

const phoneState = z.object({
  version: z.literal(1),
  accounts: z.array(account),
  /** The one answer to each request, by guid; written before it is sent. */
  answers: z.record(z.string(), answer),
  /** Requests that were shown, so that each is shown once. */
  seen: z.array(z.string()),
});

export type Account = z.infer<typeof account>;
export type StoredAnswer = z.infer<typeof answer>;
export type PhoneState = z.infer<typeof phoneState>;

/** Requests that are remembered; older ones have long expired. */
const maxRemembered = 1_000;

const empty: PhoneState = { version: 1, accounts: [], answers: {}, seen: [] };

export const fileOf = (folder: string): string => join(folder, 'phone.json');

/** What the phone knows; an empty phone where there is no file yet. */
export const readState = async (folder: string): Promise<PhoneState> => {
  let text: string;
  try {
    text = await readFile(fileOf(folder), 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return empty;
    throw error;
  }
  const parsed = phoneState.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data;
  throw new CommandFault(`${fileOf(folder)} is not a phone's memory; move it away to start anew`);
};

/**
 * Changes the phone's memory in one step that a kill leaves whole, and that other processes with the same
 * folder wait for.
 */
export const updateState = (
  folder: string,
  change: (state: PhoneState) => PhoneState,
): Promise<PhoneState> =>
  withLock(folder, async () => {
    const state = trimmed(change(await readState(folder)));
    const draft = `${fileOf(folder)}.${process.pid}`;
    const file = await open(draft, 'w', 0o600);
    try {
      await file.writeFile(`${JSON.stringify(state, undefined, 2)}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, fileOf(folder));
    return state;
  });

export const makeFolder = async (folder: string): Promise<void> => {
  await mkdir(folder, { recursive: true, mode: 0o700 });
};

const trimmed = (state: PhoneState): PhoneState => ({
  ...state,
  seen: state.seen.slice(-maxRemembered),
  answers: Object.fromEntries(Object.entries(state.answers).slice(-maxRemembered)),
});

/** Puts an account in, in place of the one with the same token. */
export const withAccount = (state: PhoneState, changed: Account): PhoneState => ({
  ...state,
  accounts: [
    ...state.accounts.filter(({ deviceToken }) => deviceToken !== changed.deviceToken),
    changed,
  ],
});
