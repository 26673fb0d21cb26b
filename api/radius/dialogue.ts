import { Rejected } from '../../domain/errors.ts';
import { liesIn } from '../../domain/addresses.ts';
import { letsIn, outcomeOf, resultCodes, type ResultCode } from '../../domain/results.ts';
import type { AuthenticateInput, Facade } from '../facade.ts';
import type { AnsweredTicket, TicketAnswer } from '../facade/logins.ts';
import { all, first, nasAddressOf, types } from './attributes.ts';
import type { Clients } from './clients.ts';
import { recordedWithinMs } from './duplicates.ts';
import { nasOf, type Login } from './login.ts';
import { usernameIn } from './passThrough.ts';
import { checkPrimary, type TargetRound } from './primary.ts';
import { promptFor } from './prompt.ts';
import { accept, challenge, reject, relay, type Reply } from './replies.ts';
import type { Attribute } from './packet.ts';
import { isOwnProxyState, readState } from './state.ts';

export type DialogueOptions = {
  readonly facade: Facade;
  readonly clients: Clients;
  /** Tell people why they are rejected. */
  readonly explainRejects: boolean;
  /** Life of a push, which ends before its client has given up. */
  readonly pushSeconds: number;
  /** Told how the password of a login came out. */
  readonly onPrimary: (clientId: string, accepted: boolean) => void;
  /** Told of a packet that gets silence, since its answer is too long ago to be told again. */
  readonly onOldRepetition: (clientId: string) => void;
};

const defaultApplication = 'RADIUS';

/** Ends that leave room for another way: nobody said no (spec/40 'enable fallback OATH token'). */
const unanswered: ReadonlySet<ResultCode> = new Set([
  'NO_RESPONSE',
  'NO_DEVICE',
  'PUSH_FAILED',
  'PROVIDER_ERROR',
  'UNREACHABLE',
  'NO_ANSWER',
  'BUSY',
  'VOICEMAIL',
  'HUNG_UP',
]);

const endOfPrimary = {
  refused: 'PRIMARY_FAILED',
  unreachable: 'DIRECTORY_ERROR',
  notSpoken: 'BAD_REQUEST',
} as const;

const waiting = (login: Login) => ({
  waitMs: Math.max(0, Math.ceil(login.left())),
  signal: login.signal,
});

/**
 * Equal octets are one login for as long as a client may repeat them. After that they are another one: an access server
 * that has run out of randomness must not let people in by what was answered before.
 */
const repeatedWithinMs = 180_000;
const keysOf = (key: string): readonly [string, string] => {
  const period = Math.floor(Date.now() / repeatedWithinMs);
  return [`${key}/${period}`, `${key}/${period - 1}`];
};

const isLongAgo = (toldAt: number): boolean => toldAt + recordedWithinMs < Date.now();

const canAskForCode = ({ client, protocol }: Login): boolean =>
  client.challengeCapable && (protocol === 'PAP' || protocol === 'none');

const isExempt = ({ client: { exemptNas = [] }, packet }: Login): boolean => {
  const nas = nasAddressOf(packet.attributes);
  return nas !== undefined && liesIn(nas, exemptNas);
};

/** Turns access requests into commands and their answers into replies (spec/40 'Flow'). */
export const createDialogue = (options: DialogueOptions) => {
  const { facade, clients, explainRejects, pushSeconds } = options;
  const { commands } = facade;

  const refuse = (login: Login, because: ResultCode | undefined): Reply =>
    reject(login, explainRejects ? { because } : {});

  const inputOf = (login: Login, more: Partial<AuthenticateInput>): AuthenticateInput => {
    const { client, username, key, station } = login;
    const nas = nasOf(login.packet);
    return {
      username,
      application: client.application ?? defaultApplication,
      requireUserMatch: client.requireUserMatch,
      idempotencyKey: key,
      expiresInSeconds: client.fallbackOath ? Math.ceil(pushSeconds / 2) : pushSeconds,
      typesCodes: canAskForCode(login),
      trusted: isExempt(login),
      ...(nas === undefined ? {} : { reference: nas }),
      // Without a place to come from, a login is equal to nothing but itself.
      ...(station === undefined ? { loginKey: key } : { initiatingIp: station }),
      ...more,
    };
  };

  const isLoop = ({ packet }: Login): boolean =>
    all(packet.attributes, types.proxyState).some((value) =>
      clients.targetSecrets().some((secret) => isOwnProxyState(secret, value)),
    );

  /** An attempt that ended before anybody was asked: on record for who looks after it. */
  const failed = async (
    login: Login,
    endAs: NonNullable<AuthenticateInput['endAs']>,
    {
      said = [],
      because,
    }: { readonly said?: readonly Attribute[]; readonly because?: string } = {},
  ): Promise<Reply> => {
    const input = inputOf(login, {
      endAs,
      ...(because === undefined ? {} : { endBecause: because }),
    });
    await commands.authenticate(login.caller, input, { waitMs: 0 });
    return said.length > 0 ? reject(login, { said }) : refuse(login, endAs);
  };

  const fallback = async (login: Login, note: string | undefined): Promise<Reply | undefined> => {
    const username = note === undefined ? undefined : usernameIn(note);
    const again = inputOf(login, {
      method: 'oath',
      idempotencyKey: `${login.key}/oath`,
      ...(note === undefined ? {} : { note }),
      ...(username === undefined ? {} : { username }),
    });
    const attempt = await commands.authenticate(login.caller, again, waiting(login));
    return await conclude({ ...login, client: { ...login.client, fallbackOath: false } }, attempt);
  };

  /** What was told this long ago is told to nobody any more: whoever has the octets still is not who sent them first. */
  const isOld = async (
    { caller, repeats }: Login,
    { requestId, state, toldAt }: AnsweredTicket,
  ): Promise<boolean> => {
    if (toldAt !== undefined) return isLongAgo(toldAt);
    const told = repeats ? await commands.firstTold(caller, requestId) : undefined;
    if (told === undefined) return false;
    // Who was asked for a code hears of the end where they give it.
    const isSame = (told.what === 'question') === (state === 'awaiting-code');
    return !isSame || isLongAgo(told.at);
  };

  const ignore = ({ client }: Login): undefined => {
    options.onOldRepetition(client.clientId);
  };

  const conclude = async (login: Login, attempt: AnsweredTicket): Promise<Reply | undefined> => {
    const { requestId, state } = attempt;
    if (state === 'awaiting-code') {
      if (await isOld(login, attempt)) return ignore(login);
      const ticket = commands.issueTicket(login.caller, login.username, attempt);
      return challenge(await promptFor(facade, login, attempt), ticket);
    }
    // A server that stops leaves the login to whoever hears its repetition.
    if (!Object.hasOwn(resultCodes, attempt.code ?? '') && login.signal.aborted) return undefined;
    const { code } = attempt;
    // What failed on our side was not decided: silence brings the client back (REL-03).
    if (code === 'INTERNAL') return undefined;
    if (code === undefined) return refuse(login, 'NO_RESPONSE');
    if (unanswered.has(code) && login.client.fallbackOath && canAskForCode(login))
      return await fallback(login, await commands.noteOf(login.caller, requestId));
    if (await isOld(login, attempt)) return ignore(login);
    return letsIn(outcomeOf(code))
      ? accept(login, requestId, await commands.noteOf(login.caller, requestId))
      : refuse(login, code);
  };

  const answerTicket = async (
    login: Login,
    { ticket, answerId }: Pick<TicketAnswer, 'ticket' | 'answerId'>,
  ): Promise<Reply | undefined> => {
    const { username, caller, password } = login;
    const code = password?.toString('utf8') ?? '';
    try {
      const answer = { username, ticket, code, answerId };
      const attempt = await commands.submitTicket(caller, answer, waiting(login));
      return await conclude(login, attempt);
    } catch (error) {
      if (!(error instanceof Rejected)) throw error;
      return refuse(login, 'CODE_EXPIRED');
    }
  };

  const begin = async (login: Login, round?: TargetRound): Promise<Reply | undefined> => {
    const primary = await checkPrimary(login, round);
    if (login.signal.aborted) return undefined;
    if (primary.kind === 'relay') return relay(primary.attributes);
    if (primary.kind === 'accepted' || primary.kind === 'refused')
      options.onPrimary(login.client.clientId, primary.kind === 'accepted');
    if (primary.kind !== 'accepted')
      return await failed(login, endOfPrimary[primary.kind], {
        ...(primary.kind === 'refused' ? { said: primary.attributes } : {}),
        ...(primary.because === undefined ? {} : { because: primary.because }),
      });
    const { note, code, username } = primary;
    const input = inputOf(login, {
      ...(note === undefined ? {} : { note }),
      // Who has proved a password is who the directory says, however they spelled it.
      ...(username === undefined ? {} : { username }),
      ...(code === undefined ? {} : { code }),
    });
    const begun = await commands.authenticate(login.caller, input, { waitMs: 0 });
    // A code in the password has decided it: nothing is read again to be told what is known.
    if (begun.code !== undefined) return await conclude(login, begun);
    const { requestId } = begun;
    return await conclude(
      login,
      await commands.awaitAttempt(login.caller, requestId, waiting(login)),
    );
  };

  return {
    /** @returns undefined for silence */
    async answer(login: Login): Promise<Reply | undefined> {
      const { caller, packet } = login;
      const [key, earlier] = keysOf(login.key);
      const named = { ...login, key };
      if (login.username === '') return await failed(named, 'BAD_REQUEST');
      if (isLoop(login)) return await failed(named, 'LOOP');
      // Another node has it, or this one had it before its restart.
      for (const name of [key, earlier]) {
        const known = await commands.findAttempt(caller, name);
        if (known === undefined || known.code === 'INTERNAL') continue;
        const { requestId } = known;
        const attempt = await commands.awaitAttempt(caller, requestId, waiting(login));
        return await conclude({ ...login, key: name, repeats: true }, attempt);
      }
      const stateOctets = first(packet.attributes, types.state);
      if (stateOctets === undefined) return await begin(named);
      const state = readState(login.client.secret, stateOctets);
      if (state === undefined) return refuse(login, 'CODE_EXPIRED');
      return state.kind === 'ticket'
        ? await answerTicket(named, { ticket: state.ticket, answerId: login.key })
        : await begin(named, state);
    },
  };
};
