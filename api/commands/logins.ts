import { timingSafeEqual } from 'node:crypto';
import type { Attempt as AttemptOnRecord } from '../../domain/attempt.ts';
import { Rejected } from '../../domain/errors.ts';
import { authenticationStream } from '../../domain/ids.ts';
import { toMs } from '../../domain/instants.ts';
import { userKey } from '../../domain/sealed.ts';
import { canonicalName } from '../../domain/username.ts';
import type { Attempt, Caller, Waiting } from '../facade.ts';
import type { LoginCommands } from '../facade/logins.ts';
import { idempotentId, maxTriesOfKey } from './attempts.ts';
import { codeAnswers } from './codeAnswers.ts';
import { callerIdOf, type CommandContext } from './context.ts';
import { describeAttempt, isOnRecord } from './describeAttempt.ts';
import { NotRunning } from './engine.ts';
import { heard } from './joinedAttempt.ts';

const idDigits = 32;
const tryDigits = 2;
const sealDigits = 32;
const ticketPattern = /^[\dA-F]{66}$/;
/** Stands for "all tries are left"; no attempt has as many. */
const allLeft = 255;

/** Somebody who begins anew while a code is asked for is asked for that code; numbers cannot be shown at these doors. */
const asksForCode = ({ status }: AttemptOnRecord): boolean => status === 'awaiting-code';

const unlessOver = (error: unknown): undefined => {
  if (!(error instanceof NotRunning)) throw error;
};

type Question = { readonly requestId: string; readonly triesLeft?: number | undefined };

export const loginCommands = (context: CommandContext): LoginCommands => {
  const { attempts, secrets, events } = context;
  const codes = codeAnswers(context);

  const own = async (caller: Caller, requestId: string): Promise<AttemptOnRecord> => {
    const attempt = await attempts.read(requestId);
    if (attempt.status === 'none' || attempt.callerId !== callerIdOf(caller))
      throw new Rejected('notFound', 'there is no such request');
    return attempt;
  };

  const awaited = async (requestId: string, waiting: Waiting): Promise<Attempt> => {
    const watched = attempts.watch(requestId);
    try {
      watched.lookUp();
      const begun = await watched.until(isOnRecord, waiting.waitMs, waiting.signal);
      return await heard(context, { requestId, begun, watched, asks: asksForCode }, waiting);
    } finally {
      watched.close();
    }
  };

  const seal = (caller: Caller, username: string, body: string): string =>
    secrets
      .hash('ticket', [callerIdOf(caller), canonicalName(username), body].join('\0'))
      .slice(0, sealDigits)
      .toUpperCase();

  const ticketFor = (caller: Caller, username: string, { requestId, triesLeft }: Question) => {
    const left = (triesLeft ?? allLeft).toString(16).padStart(tryDigits, '0').toUpperCase();
    const body = requestId + left;
    return body + seal(caller, username, body);
  };

  /** @throws {Rejected} notFound */
  const readTicket = (caller: Caller, username: string, ticket: string): Question => {
    const body = ticket.slice(0, idDigits + tryDigits);
    const given = Buffer.from(ticket.slice(body.length));
    const right = Buffer.from(seal(caller, username, body));
    if (!ticketPattern.test(ticket) || !timingSafeEqual(given, right))
      throw new Rejected('notFound', 'there is no such question');
    const left = Number.parseInt(body.slice(idDigits), 16);
    return {
      requestId: body.slice(0, idDigits),
      triesLeft: left === allLeft ? undefined : left,
    };
  };

  return {
    async findAttempt(caller, idempotencyKey) {
      let found: Attempt | undefined;
      for (let tries = 0; tries < maxTriesOfKey; tries += 1) {
        const requestId = idempotentId(secrets, [callerIdOf(caller), idempotencyKey], tries);
        const attempt = await attempts.read(requestId);
        if (!isOnRecord(attempt)) return found;
        found = describeAttempt(secrets, requestId, attempt);
        if (found.code !== 'INTERNAL') return found;
      }
      return found;
    },

    async awaitAttempt(caller, requestId, waiting) {
      await own(caller, requestId);
      return await awaited(requestId, waiting);
    },

    async firstTold(caller, requestId) {
      const attempt = await own(caller, requestId);
      const since = await attempts.since(requestId);
      const [asked, ended] = [since.get('awaiting-code'), since.get('ended')];
      if (asked !== undefined) return { at: asked, what: 'question' };
      if (ended !== undefined) return { at: ended, what: 'end' };
      if (attempt.status !== 'joined') return undefined;
      const theirs = (await attempts.since(attempt.leaderId)).get('awaiting-code');
      if (theirs === undefined) return undefined;
      return { at: Math.max(since.get('joined') ?? theirs, theirs), what: 'question' };
    },

    async noteOf(caller, requestId) {
      const stream = authenticationStream(requestId);
      // The first fact says whose it is, and has the note.
      const [first] = await events.readStream(stream, 0, 1);
      if (first?.type !== 'AuthenticationRequested' || first.data.callerId !== callerIdOf(caller))
        throw new Rejected('notFound', 'there is no such request');
      const { note, userId } = first.data;
      if (note === undefined) return undefined;
      const owner = userId === undefined ? ('requests' as const) : userKey(userId);
      return await secrets.open({ owner, stream, field: 'note' }, note);
    },

    issueTicket: ticketFor,

    async submitTicket(caller, { username, ticket, code, answerId }, waiting) {
      const question = readTicket(caller, username, ticket);
      const { requestId } = question;
      const joined = await own(caller, requestId);
      // A code for a joined attempt is one for the attempt that it joined.
      const target = joined.status === 'joined' ? joined.leaderId : requestId;
      const attempt = joined.status === 'joined' ? await attempts.read(target) : joined;
      const before = await codes.answered(target, answerId);
      let result = before?.data;
      if (!result && attempt.status === 'awaiting-code') {
        const answer = { code, answerId, triesLeft: question.triesLeft, onlyThen: true } as const;
        const taken = await codes.hand(caller, target, answer).catch(unlessOver);
        result = (await codes.answered(target, answerId))?.data;
        if (!result && taken?.throttled) return await awaited(requestId, waiting);
      }
      if (!result)
        throw new Rejected('alreadyDecided', 'the question has been answered, or is over');
      const now = await awaited(requestId, waiting);
      // A repeated answer is told what it was told before, however far the login has come since.
      const { accepted, triesLeft } = result;
      const hasEnded = accepted || triesLeft === 0;
      const told = hasEnded
        ? now
        : { ...now, requestId, state: 'awaiting-code' as const, triesLeft };
      if (!before) return told;
      const ended = hasEnded ? (await attempts.since(requestId)).get('ended') : undefined;
      return { ...told, toldAt: ended ?? toMs(before.recordedAt) };
    },
  };
};
