import { randomBytes, webcrypto } from 'node:crypto';
import { hostname } from 'node:os';
import { classifyPush } from '../../api/pad/push.ts';
import { newDeviceKey, writePrivateKey } from '../../domain/deviceKeys.ts';
import { CommandFault } from '../fault.ts';
import { padUrlFor } from './answers.ts';
import type { Phone } from './phone.ts';
import { makeFolder, updateState, withAccount, type Account } from './state.ts';
import { Away } from './transport.ts';
import { appVersion, contextFor, envelope, pad, pull, soap, type Push } from './wire.ts';

const tokenBytes = 32;
const stepSeconds = 30;
const pollSeconds = 25;
const confirmTries = 5;
const firstPauseMs = 500;

export type Activated = Pick<Account, 'url' | 'username' | 'accountName' | 'deviceId'>;

/** Activates this phone for an account (contracts/mobile-app.md 8.2). @throws {CommandFault | Away} */
export const activate = async (
  phone: Phone,
  given: { readonly url: string; readonly soapUrl: string; readonly code: string },
  deviceName = `${hostname()} (terminal)`,
): Promise<Activated> => {
  await makeFolder(phone.folder);
  const { subtle } = webcrypto;
  const key = await newDeviceKey(subtle, true);
  const account: Account = {
    url: given.url,
    deviceToken: `csa-${randomBytes(tokenBytes).toString('base64url')}`,
    status: 'activating',
    username: '',
    accountName: '',
    deviceId: '',
    groupKey: '',
    privateKey: await writePrivateKey(subtle, key),
  };
  // Whatever happens behind this line, the token of a device that may exist is on disk.
  await updateState(phone.folder, (state) => withAccount(state, account));
  const done = new AbortController();
  const validated = validate(phone, account, done.signal);
  try {
    const response = await soap(phone.send, given.soapUrl, {
      op: 'ActivateNew',
      activationCode: given.code,
      deviceToken: account.deviceToken,
      deviceName,
      oathCounter: String(Math.floor(phone.now() / 1_000 / stepSeconds)),
      version: appVersion,
      publicKey: key.publicKey,
      typesSixDigits: true,
    });
    if (response.op !== 'ActivateNew') throw new TypeError('an answer to another call');
    if (!response.result) throw new CommandFault(response.errorDescription);
    const unconfirmed: Account = {
      ...account,
      status: 'unconfirmed',
      username: response.username,
      accountName: await Promise.race([validated, Promise.resolve('')]),
      deviceId: response.phoneAppDetailId,
      groupKey: response.groupKey,
      confirmationCode: response.confirmationCode,
      ...(response.oathTokenSecretKey === undefined
        ? {}
        : { oathSecret: response.oathTokenSecretKey }),
    };
    await updateState(phone.folder, (state) => withAccount(state, unconfirmed));
    return await confirm(phone, unconfirmed, given.soapUrl);
  } catch (error) {
    if (error instanceof CommandFault) await forget(phone, account);
    throw error;
  } finally {
    done.abort();
    await validated;
  }
};

/** Answers N1 as soon as it arrives. @returns the account's name, `''` where none came */
const validate = async (phone: Phone, account: Account, signal: AbortSignal): Promise<string> => {
  while (!signal.aborted) {
    try {
      const pushes = await pull(phone.send, account, pollSeconds, signal);
      const push = pushes.find((candidate) => classifyPush(candidate) === 'validate');
      if (push !== undefined) return await sayYes(phone, account, push);
    } catch (error) {
      // ActivateNew tells what is wrong; this only has to go on until it has.
      if (!(error instanceof Away)) return '';
      await phone.sleep(error.retryAfterMs ?? firstPauseMs, signal);
    }
  }
  return '';
};

const sayYes = async (phone: Phone, account: Account, push: Push): Promise<string> => {
  const reply = await pad(phone.send, padUrlFor(account, push), {
    message: 'phoneAppValidateDeviceTokenRequest',
    ...envelope(),
    context: contextFor(push['guid'] ?? '', account.deviceToken, ''),
    validationResult: true,
    accounts: [],
  });
  return 'accountName' in reply ? reply.accountName : '';
};

/**
 * Confirms, again where no answer came. A refusal after a lost answer means that the lost one was a yes: the
 * code was good, and it works once.
 */
const confirm = async (phone: Phone, account: Account, soapUrl: string): Promise<Activated> => {
  const { confirmationCode = '0' } = account;
  if (confirmationCode !== '0') await sendConfirmation(phone, soapUrl, confirmationCode);
  const active = activeOf(account);
  await updateState(phone.folder, (state) => withAccount(state, active));
  const { url, username, accountName, deviceId } = active;
  return { url, username, accountName, deviceId };
};

/**
 * Finishes an activation that was killed between its answer and its confirmation. Whether the confirmation had
 * arrived is not known, so a refusal says nothing.
 */
export const resumeActivation = async (phone: Phone, account: Account): Promise<Account> => {
  if (account.status !== 'unconfirmed') return account;
  try {
    await confirm(phone, account, `${account.url}/PfPaWs.asmx`);
  } catch (error) {
    if (!(error instanceof CommandFault)) throw error;
    await updateState(phone.folder, (state) => withAccount(state, activeOf(account)));
  }
  return activeOf(account);
};

const activeOf = ({ confirmationCode: _used, ...account }: Account): Account => ({
  ...account,
  status: 'active',
});

const sendConfirmation = async (
  phone: Phone,
  soapUrl: string,
  confirmationCode: string,
): Promise<void> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const request = { op: 'ConfirmActivation', confirmationCode } as const;
      const response = await soap(phone.send, soapUrl, request);
      if (response.op === request.op && !response.result && attempt === 1) {
        throw new CommandFault(response.errorDescription);
      }
      return;
    } catch (error) {
      if (!(error instanceof Away) || attempt >= confirmTries) throw error;
      await phone.sleep(error.retryAfterMs ?? firstPauseMs * 2 ** attempt);
    }
  }
};

const forget = (phone: Phone, { deviceToken }: Account) =>
  updateState(phone.folder, (state) => ({
    ...state,
    accounts: state.accounts.filter((kept) => kept.deviceToken !== deviceToken),
  }));
