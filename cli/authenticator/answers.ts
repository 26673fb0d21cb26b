import { webcrypto } from 'node:crypto';
import { otplibOtp } from '../../adapters/otp/otplib.ts';
import { padUrlOf } from '../../api/pad/push.ts';
import { answerText, readPrivateKey, signText, type Decision } from '../../domain/deviceKeys.ts';
import { present } from '../../domain/present.ts';
import { readState, updateState, type Account, type StoredAnswer } from './state.ts';
import { Away, type Transport } from './transport.ts';
import { contextFor, envelope, pad, type Push } from './wire.ts';

export type Choice = StoredAnswer['answer'];
export type Settled = Exclude<StoredAnswer['status'], 'sending'>;

export type Answered = { readonly guid: string; readonly answer: Choice; readonly result: Settled };

const otp = otplibOtp();
const results = { approve: 1, deny: 2, fraud: 3 } as const satisfies Record<Choice, 1 | 2 | 3>;

/** Proof of the seed for this push, `''` where the phone has none (contracts/mobile-app.md 10.3). */
export const proofFor = ({ oathSecret }: Account, { oathCounter }: Push): string =>
  oathSecret === undefined || oathCounter === undefined ? '' : otp.proofOf(oathSecret, oathCounter);

/** What the account's key says to an answer: that it is to this push, with what this push shows (SEC-49). */
export const signatureFor = async (
  { privateKey, deviceId }: Account,
  push: Push,
  { decision, number }: { readonly decision: Decision; readonly number?: string | undefined },
): Promise<string | undefined> => {
  if (privateKey === undefined) return undefined;
  const { subtle } = webcrypto;
  const text = await answerText(subtle, {
    guid: push['guid'] ?? '',
    deviceId,
    decision,
    number,
    shown: push,
  });
  return await signText(subtle, await readPrivateKey(subtle, privateKey), text);
};

/** Decides a request once and for all, before anything is sent: the first choice stays, whoever comes later. */
export const decide = async (
  folder: string,
  account: Account,
  push: Push,
  answer: Choice,
): Promise<StoredAnswer> => {
  const guid = push['guid'] ?? '';
  const { deviceToken } = account;
  const chosen: StoredAnswer = {
    deviceToken,
    answer,
    oathCode: proofFor(account, push),
    ...present({ signature: await signatureFor(account, push, { decision: answer }) }),
    expiresAt: Number(push['expiration'] ?? 0),
    status: 'sending',
  };
  const { answers } = await updateState(folder, (state) => ({
    ...state,
    answers: { ...state.answers, [guid]: state.answers[guid] ?? chosen },
  }));
  return answers[guid] ?? chosen;
};

/** Sends the stored answer once and stores how it ended. @throws {Away} where it has to be sent again */
export const sendOnce = async (
  folder: string,
  send: Transport,
  guid: string,
  padUrl: string,
): Promise<Answered | undefined> => {
  const stored = (await readState(folder)).answers[guid];
  if (stored === undefined) return undefined;
  const { deviceToken, oathCode, signature, answer } = stored;
  if (stored.status !== 'sending') return { guid, answer, result: stored.status };
  const reply = await pad(send, padUrl, {
    message: 'phoneAppAuthenticationResultRequest',
    ...envelope(),
    context: contextFor(guid, deviceToken, oathCode, signature),
    authenticationResult: results[answer],
  });
  if ('fail' in reply && reply.errorId === 9005) throw new Away(reply.errorText);
  const result = 'fail' in reply ? settledBy(reply.errorId) : 'recorded';
  await updateState(folder, (state) => ({
    ...state,
    answers: { ...state.answers, [guid]: { ...stored, status: result } },
  }));
  return { guid, answer, result };
};

export const settledBy = (errorId: number): Settled => {
  if (errorId === 9003) return 'answered';
  return errorId === 9002 ? 'notOpen' : 'refused';
};

/**
 * Where an answer goes: what the push says, as long as that is the account's own server; the token must not
 * travel to another.
 */
export const padUrlFor = (account: Account, push?: Push): string => {
  const own = `${account.url}/pad`;
  const told = push?.['url'] === undefined ? own : padUrlOf(push['url']);
  return URL.parse(told)?.origin === URL.parse(own)?.origin ? told : own;
};
