import { setTimeout as pause } from 'node:timers/promises';
import type { Attempt } from '../../domain/attempt.ts';
import { Rejected } from '../../domain/errors.ts';
import { authenticationStream } from '../../domain/ids.ts';
import { toIso } from '../../domain/instants.ts';
import type { OpenAttempt } from '../../domain/inputs.ts';
import { canonicalName } from '../../domain/username.ts';
import { present } from '../../domain/present.ts';
import { cancelUpdate } from '../../workflows/contracts.ts';
import {
  Unavailable,
  type Attempt as AttemptAnswer,
  type AuthenticateInput,
  type Caller,
  type Commands,
  type Waiting,
} from '../facade.ts';
import { KeyReused } from '../facade/keyReused.ts';
import type { Watched } from './attemptWatch.ts';
import { codeAnswers } from './codeAnswers.ts';
import { callerIdOf, originOf, type CommandContext } from './context.ts';
import { describeAttempt, isOnRecord } from './describeAttempt.ts';
import { NotRunning } from './engine.ts';
import { heard } from './joinedAttempt.ts';
import { createTurns, type Turn } from './turns.ts';

/** Nobody is asked for an attempt that is older than this when its turn comes: its caller was told no. */
const decidedWithinMs = 30_000;
const startAgainMs = 100;
/** What needs nobody is decided this soon. */
const decidedSoonMs = 5_000;
/** Attempts that one idempotency key may stand for: all but the last failed on our side. */
export const maxTriesOfKey = 5;
/** Longest texts that reach the log. */
const maxApplication = 64;
const maxInitiatingIp = 128;
const maxBecause = 200;

export const attemptCommands = (
  context: CommandContext,
): Pick<Commands, 'authenticate' | 'submitCode' | 'cancelAuthentication'> => {
  const { engine, attempts, secrets, newId, newGuid } = context;
  const codes = codeAnswers(context);
  const turns = createTurns(context.now);

  const seal = async (requestId: string, field: string, text: string | undefined) =>
    text === undefined || text === ''
      ? undefined
      : await secrets.seal(
          { owner: 'requests', stream: authenticationStream(requestId), field },
          text,
        );

  /** An empty code is a wrong code: whoever hands one in wants it judged, and nobody asked. */
  const sealCode = (requestId: string, code: string | undefined) =>
    seal(requestId, 'code', code === '' ? ' ' : code);

  const openInput = async (
    caller: Caller,
    input: AuthenticateInput,
    requestId: string,
  ): Promise<OpenAttempt> => {
    const callerId = callerIdOf(caller);
    const application = input.application.slice(0, maxApplication);
    const initiatingIp = input.initiatingIp?.slice(0, maxInitiatingIp);
    // A login that is named is the same one at every door; any other is its caller's own.
    const origin = input.loginKey
      ? ['login', canonicalName(input.username), input.loginKey].join('\0')
      : [callerId, caller.channel, application, initiatingIp ?? ''].join('\0');
    return present({
      requestId,
      who: { usernameKey: secrets.hash('username', canonicalName(input.username)) },
      username: await seal(requestId, 'username', input.username),
      initiatingIp: await seal(requestId, 'initiatingIp', initiatingIp),
      code: await sealCode(requestId, input.code),
      application,
      callerId,
      originKey: secrets.hash('origin', origin),
      inputHash: input.idempotencyKey === undefined ? undefined : hashOf(secrets, input),
      channel: caller.channel,
      requireUserMatch: input.requireUserMatch,
      method: input.method,
      reference: input.reference,
      expiresInSeconds: input.expiresInSeconds,
      ipKey: initiatingIp ? secrets.hash('address', initiatingIp.trim().toLowerCase()) : undefined,
      numberMatch: input.numberMatch,
      hasLoginKey: input.loginKey ? true : undefined,
      mustAsk: input.mustAsk,
      typesCodes: input.typesCodes,
      trusted: input.trusted,
      endAs: input.endAs,
      endBecause: input.endBecause?.slice(0, maxBecause),
      note: await seal(requestId, 'note', input.note),
      context: await seal(
        requestId,
        'context',
        input.context === undefined ? undefined : JSON.stringify(input.context),
      ),
      notAfter: toIso(context.now() + decidedWithinMs),
      origin: await originOf(context, caller, requestId),
    });
  };

  /** An attempt of this caller; somebody else's does not exist for it. */
  const ownAttempt = async (caller: Caller, requestId: string): Promise<Attempt> => {
    const attempt = await attempts.read(requestId);
    const own =
      attempt.status !== 'none' &&
      (caller.actor.kind === 'administrator' || attempt.callerId === callerIdOf(caller));
    if (!own) throw new Rejected('notFound', 'there is no such request');
    return attempt;
  };

  const ended = async (requestId: string): Promise<Error> => {
    const attempt = await attempts.read(requestId);
    return attempt.status === 'ended'
      ? new Rejected('alreadyDecided', 'the request has ended')
      : new Unavailable('the request is on record, but nothing works on it');
  };

  /** Starts it, again and again while others get on record: then the engine is busy, and not away. */
  const start = async (open: OpenAttempt, turn: Turn) => {
    const stream = authenticationStream(open.requestId);
    for (let again = false; ; again = true) {
      try {
        const withinMs = turn.leftMs();
        const isNew = await engine.start('authentication', stream, open, { withinMs });
        // One that was not confirmed may have begun all the same.
        return { isNew, isOurs: isNew || again };
      } catch (error) {
        if (!(error instanceof Unavailable) || turn.leftMs() <= startAgainMs) throw error;
        await pause(startAgainMs);
      }
    }
  };

  /** One attempt under one id: started where it is new, followed where it exists. */
  const attemptAs = async (
    caller: Caller,
    input: AuthenticateInput,
    requestId: string,
    waiting: Waiting,
  ): Promise<AttemptAnswer> => {
    const watched = attempts.watch(requestId);
    const begin = async (turn: Turn): Promise<Attempt> => {
      const open = await openInput(caller, input, requestId);
      const { isNew, isOurs } = await start(open, turn);
      if (!isNew) watched.lookUp();
      const begun = await onRecord(watched, turn);
      // The key names what is on record already; whoever means something else by it is told so (SEC-66).
      if (!isNew && 'inputHash' in begun && begun.inputHash !== open.inputHash)
        throw new KeyReused();
      if (!isOnRecord(begun)) throw new Unavailable('the attempt was not recorded in time');
      if (isOurs) turn.recorded();
      return begun;
    };
    try {
      const since = context.now();
      const begun = await turns.take(callerIdOf(caller), begin, waiting.signal);
      // What it took to begin is part of the wait, for whoever waits longer than for a decision.
      const leftMs = Math.ceil(waiting.waitMs - (context.now() - since));
      const waitMs = Math.max(leftMs, Math.min(waiting.waitMs, decidedSoonMs));
      return await heard(context, { requestId, begun, watched }, { ...waiting, waitMs });
    } finally {
      watched.close();
    }
  };

  return {
    async authenticate(caller, input, waiting) {
      if (input.idempotencyKey === undefined)
        return await attemptAs(caller, input, newId(), waiting);
      const key = [callerIdOf(caller), input.idempotencyKey] as const;
      let answer = await attemptAs(caller, input, idempotentId(secrets, key, 0), waiting);
      // One that failed on our side was answered "try again", so the same key means another try.
      for (let tries = 1; answer.code === 'INTERNAL' && tries < maxTriesOfKey; tries += 1)
        answer = await attemptAs(caller, input, idempotentId(secrets, key, tries), waiting);
      return answer;
    },

    async submitCode(caller, requestId, code) {
      const own = await ownAttempt(caller, requestId);
      // A code for a joined attempt is one for the attempt that it joined.
      const target = own.status === 'joined' ? own.leaderId : requestId;
      const attempt = own.status === 'joined' ? await attempts.read(target) : own;
      const answerId = caller.callId ?? newGuid();
      // A repeat whose first try was taken is told how the request stands.
      if (context.isRepeat() && (await codes.answered(target, answerId)) !== undefined)
        return { ...describeAttempt(secrets, target, attempt), requestId };
      if (attempt.status === 'ended') throw new Rejected('alreadyDecided', 'the request has ended');
      if (attempt.status !== 'awaiting-code')
        throw new Rejected('notAllowed', 'the request waits for no code');
      const answer = { code, answerId, triesLeft: attempt.triesLeft };
      try {
        const { throttled } = await codes.hand(caller, target, answer);
        const read = describeAttempt(secrets, target, await attempts.read(target));
        const after = { ...read, requestId };
        return throttled ? { ...after, code: 'THROTTLED' } : after;
      } catch (error) {
        throw error instanceof NotRunning ? await ended(target) : error;
      }
    },

    async cancelAuthentication(caller, requestId) {
      const attempt = await ownAttempt(caller, requestId);
      if (attempt.status === 'ended' && !context.isRepeat())
        throw new Rejected('alreadyDecided', 'the request has ended');
      const origin = await originOf(context, caller, requestId);
      try {
        await engine.update(authenticationStream(requestId), cancelUpdate, newGuid(), { origin });
      } catch (error) {
        throw error instanceof NotRunning ? await ended(requestId) : error;
      }
      return describeAttempt(secrets, requestId, await attempts.read(requestId));
    },
  };
};

/** The attempt once it is on record, or as it stands when its time is over (REL-09). */
const onRecord = async (watched: Watched, turn: Turn): Promise<Attempt> => {
  for (;;) {
    const begun = await watched.until(isOnRecord, Math.max(0, Math.ceil(turn.leftMs())));
    if (isOnRecord(begun) || turn.leftMs() <= 0) return begun;
  }
};

/**
 * What was asked, but for a typed code: the PIN may be part of it, and its hash must not be on record. Notes are the
 * front end's own and differ between tries.
 */
const hashOf = (
  secrets: CommandContext['secrets'],
  { code, ...input }: AuthenticateInput,
): string => {
  const asked = { ...input, username: canonicalName(input.username), hasCode: code !== undefined };
  const sorted = Object.entries(asked)
    .filter(([name]) => name !== 'note')
    .toSorted(([one], [other]) => (one < other ? -1 : 1));
  return secrets.hash('origin', `input\0${JSON.stringify(sorted)}`);
};

/** Equal keys of one caller name one attempt: the id itself makes the second start meet the first. */
export const idempotentId = (
  secrets: CommandContext['secrets'],
  callerAndKey: readonly [string, string],
  tries: number,
): string =>
  secrets
    .hash('origin', ['idempotency', ...callerAndKey, tries].join('\0'))
    .slice(0, 32)
    .toUpperCase();
