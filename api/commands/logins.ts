import { timingSafeEqual } from 'node:crypto';
import type { StoredEvent } from '../../adapters/eventStore/port.ts';
import type { Attempt as AttemptOnRecord } from '../../domain/attempt.ts';
import { Rejected } from '../../domain/errors.ts';
import { authenticationStream } from '../../domain/ids.ts';
import { userKey } from '../../domain/sealed.ts';
import { canonicalName } from '../../domain/username.ts';
import { submitCodeUpdate } from '../../workflows/contracts.ts';
import type { Attempt, Caller, Waiting } from '../facade.ts';
import type { LoginCommands } from '../facade/logins.ts';
import { idempotentId, maxTriesOfKey } from './attempts.ts';
import { callerIdOf, originOf, type CommandContext } from './context.ts';
import { describeAttempt, isOnRecord, needsNobody } from './describeAttempt.ts';
import { NotRunning } from './engine.ts';

const maxFacts = 200;
const idDigits = 32;
const tryDigits = 2;
const sealDigits = 32;
const ticketPattern = /^[\dA-F]{66}$/;
/** Stands for "all tries are left"; no attempt has as many. */
const allLeft = 255;
/** How often a joined attempt looks whether its leader asks for a code by now. */
const lookAtLeaderMs = 1_000;
/** An answer that the engine did not confirm is on record by then, or was not taken. */
const onRecordWithinMs = 2_000;

type Question = { readonly requestId: string; readonly triesLeft?: number | undefined };

export const loginCommands = (context: CommandContext): LoginCommands => {
  const { attempts, engine, secrets, events, newGuid } = context;

  const own = async (caller: Caller, requestId: string): Promise<AttemptOnRecord> => {
    const attempt = await attempts.read(requestId);
    if (attempt.status === 'none' || attempt.callerId !== callerIdOf(caller))
      throw new Rejected('notFound', 'there is no such request');
    return attempt;
  };

  const follow = async (
    requestId: string,
    fits: (attempt: AttemptOnRecord) => boolean,
    waitMs: number,
    signal: AbortSignal | undefined,
  ): Promise<AttemptOnRecord> => {
    const watched = attempts.watch(requestId);
    try {
      watched.lookUp();
      return await watched.until(fits, waitMs, signal);
    } finally {
      watched.close();
    }
  };

  /** Somebody who begins anew while a code is asked for is asked for that code, not left waiting for it. */
  const followJoined = async (
    requestId: string,
    leaderId: string,
    { waitMs, signal }: Waiting,
  ): Promise<Attempt> => {
    const deadline = context.now() + waitMs;
    for (;;) {
      const leader = await attempts.read(leaderId);
      if (leader.status === 'awaiting-code') return describeAttempt(secrets, leaderId, leader);
      const left = deadline - context.now();
      const wait = Math.max(0, Math.min(lookAtLeaderMs, Math.ceil(left)));
      const attempt = await follow(requestId, needsNobody, wait, signal);
      if (needsNobody(attempt) || left <= 0 || signal?.aborted)
        return describeAttempt(secrets, requestId, attempt);
    }
  };

  const awaited = async (requestId: string, waiting: Waiting): Promise<Attempt> => {
    const begun = await follow(requestId, isOnRecord, waiting.waitMs, waiting.signal);
    if (begun.status === 'joined') return await followJoined(requestId, begun.leaderId, waiting);
    if (needsNobody(begun)) return describeAttempt(secrets, requestId, begun);
    const { waitMs, signal } = waiting;
    return describeAttempt(
      secrets,
      requestId,
      await follow(requestId, needsNobody, waitMs, signal),
    );
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

  /** What became of this very answer, where it is on record. */
  const answered = async (
    requestId: string,
    answerId: string,
  ): Promise<StoredEvent<'AuthenticationCodeSubmitted'>['data'] | undefined> => {
    const facts = await events.readStream(authenticationStream(requestId), 0, maxFacts);
    const found = facts.find(
      (fact) => fact.type === 'AuthenticationCodeSubmitted' && fact.meta.causationId === answerId,
    );
    return found?.type === 'AuthenticationCodeSubmitted' ? found.data : undefined;
  };

  const submit = async (
    caller: Caller,
    { requestId, triesLeft }: Question,
    { code, answerId }: { readonly code: string; readonly answerId: string },
  ): Promise<{ throttled: boolean }> => {
    const stream = authenticationStream(requestId);
    const place = { owner: 'requests', stream, field: 'code' } as const;
    // An empty code is a wrong code.
    const sealed = await secrets.seal(place, code === '' ? ' ' : code);
    const origin = await originOf(context, { ...caller, callId: answerId }, requestId);
    const input = { code: sealed, origin, triesLeft: triesLeft ?? ('all' as const) };
    try {
      return await engine.update(stream, submitCodeUpdate, newGuid(), input);
    } catch (error) {
      if (error instanceof NotRunning) return { throttled: false };
      // The engine may have lost its run after the answer was put on record; the log wins (ADR 1).
      const isTaken = (attempt: AttemptOnRecord): boolean =>
        attempt.status !== 'awaiting-code' || attempt.triesLeft !== triesLeft;
      await follow(requestId, isTaken, onRecordWithinMs, undefined);
      if ((await answered(requestId, answerId)) === undefined) throw error;
      return { throttled: false };
    }
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

    async noteOf(caller, requestId) {
      await own(caller, requestId);
      const stream = authenticationStream(requestId);
      const [first] = await events.readStream(stream, 0, 1);
      if (first?.type !== 'AuthenticationRequested' || first.data.note === undefined)
        return undefined;
      const { note, userId } = first.data;
      const owner = userId === undefined ? ('requests' as const) : userKey(userId);
      return await secrets.open({ owner, stream, field: 'note' }, note);
    },

    issueTicket: ticketFor,

    async submitTicket(caller, { username, ticket, code, answerId }, waiting) {
      const question = readTicket(caller, username, ticket);
      const { requestId } = question;
      const attempt = await own(caller, requestId);
      let result = await answered(requestId, answerId);
      if (!result && attempt.status === 'awaiting-code') {
        const { throttled } = await submit(caller, question, { code, answerId });
        result = await answered(requestId, answerId);
        if (!result && throttled) return await awaited(requestId, waiting);
      }
      if (!result)
        throw new Rejected('alreadyDecided', 'the question has been answered, or is over');
      const now = await awaited(requestId, waiting);
      // A repeated answer is told what it was told before, however far the login has come since.
      return result.accepted || result.triesLeft === 0
        ? now
        : { ...now, requestId, state: 'awaiting-code', triesLeft: result.triesLeft };
    },
  };
};
