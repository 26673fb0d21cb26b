import type { NewApprovalRequest } from '../../domain/approval/inputs.ts';
import { Rejected } from '../../domain/errors.ts';
import { approvalStream } from '../../domain/ids.ts';
import { toIso } from '../../domain/instants.ts';
import type { Sealed } from '../../domain/sealed.ts';
import { canonicalName } from '../../domain/username.ts';
import { present } from '../../domain/present.ts';
import {
  cancelApprovalUpdate,
  closeGrantUpdate,
  decideUpdate,
  openedUpdate,
} from '../../workflows/contracts.ts';
import { Unavailable, type Caller } from '../facade.ts';
import { ApprovalRefused, type ApprovalCommands, type NewApproval } from '../facade/approvals.ts';
import { describeAttempt, isOnRecord } from './describeAttempt.ts';
import { callerIdOf, originOf, shown, type CommandContext } from './context.ts';
import { NotRunning } from './engine.ts';
import { userIdOf } from './person.ts';
import { userChanger } from './users.ts';

/** Longest texts, in characters; details also in bytes, since they are sealed as one. */
const limits = {
  title: 80,
  label: 80,
  value: 500,
  details: 20,
  detailsBytes: 10_000,
  link: 500,
  justification: 1_000,
  comment: 1_000,
  reference: 128,
  subject: 256,
} as const;

/** An attempt is decided upon, or asks, a moment after it was started. */
const onRecordWithinMs = 5_000;

const invalid = (message: string): never => {
  throw new Rejected('invalid', message);
};
const atMost = (field: string, text: string | undefined, max: number): void => {
  if (text !== undefined && text.length > max) invalid(`${field}: at most ${max} characters`);
};

/** Instants are stored in one spelling. */
const instant = (field: string, text: string): string => {
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? invalid(`${field}: write it as 2026-01-31T09:00:00Z`) : toIso(ms);
};

const checkTexts = (input: NewApproval): void => {
  const { title, details = [], link, justification, reference, subject } = input;
  if (title.trim() === '') invalid('title: it must not be empty');
  atMost('title', title, limits.title);
  atMost('link', link, limits.link);
  atMost('justification', justification, limits.justification);
  atMost('reference', reference, limits.reference);
  for (const text of [subject.kind, subject.id, subject.name])
    atMost('subject', text, limits.subject);
  if (details.length > limits.details) invalid(`details: at most ${limits.details} pairs`);
  for (const { label, value } of details) {
    atMost('details', label, limits.label);
    atMost('details', value, limits.value);
  }
  if (Buffer.byteLength(JSON.stringify(details)) > limits.detailsBytes)
    invalid(`details: at most ${limits.detailsBytes} bytes altogether`);
  if (link !== undefined && !/^https?:\/\//.test(link)) invalid('link: it begins with https://');
};

/** Requests for approval: every order goes to the request's own workflow. */
export const approvalCommands = (context: CommandContext): ApprovalCommands => {
  const { engine, secrets, newId, newGuid, views } = context;
  const change = userChanger(context);

  const who = (username: string) => ({
    usernameKey: secrets.hash('username', canonicalName(username)),
  });
  const seal = async (
    approvalId: string,
    field: string,
    text: string | undefined,
  ): Promise<Sealed | undefined> =>
    text === undefined || text === ''
      ? undefined
      : await secrets.seal({ owner: 'requests', stream: approvalStream(approvalId), field }, text);

  const stateOf = async (approvalId: string) => {
    const row = await views.reader
      .selectFrom('approvals')
      .select('state')
      .where('approvalId', '=', approvalId)
      .executeTakeFirst();
    return row?.state;
  };

  /** Equal references of one caller name one request: the id itself makes the second start meet the first. */
  const idOf = (caller: Caller, reference: string | undefined): string =>
    reference === undefined
      ? newId()
      : secrets
          .hash('origin', ['approval', callerIdOf(caller), reference].join('\0'))
          .slice(0, 32)
          .toUpperCase();

  const opening = async (
    caller: Caller,
    approvalId: string,
    input: NewApproval,
  ): Promise<NewApprovalRequest> => {
    const { details = [] } = input;
    return present({
      requestor: who(input.requestor),
      beneficiary: input.beneficiary === undefined ? undefined : who(input.beneficiary),
      subject: input.subject,
      texts: present({
        title: (await seal(approvalId, 'title', input.title))!,
        details:
          details.length === 0
            ? undefined
            : await seal(approvalId, 'details', JSON.stringify(details)),
        link: await seal(approvalId, 'link', input.link),
        justification: await seal(approvalId, 'justification', input.justification),
      }),
      requestedTime:
        input.requestedTime === undefined
          ? undefined
          : instant('requestedTime', input.requestedTime),
      requestedTtlSeconds: input.requestedTtlSeconds,
      policyId: input.policyId,
      reference: input.reference,
      webhookId: input.callback,
      callerId: callerIdOf(caller),
      origin: await originOf(context, caller, approvalId),
    });
  };

  /** Sends an order to a request's workflow; one that has ended says how. */
  const order = async <T>(approvalId: string, send: () => Promise<T>): Promise<T> => {
    const state = await stateOf(approvalId);
    if (state === undefined) throw new Rejected('notFound', 'there is no such request');
    try {
      return await send();
    } catch (error) {
      if (!(error instanceof NotRunning)) throw error;
      await shown(context, await context.events.head());
      const now = await stateOf(approvalId);
      throw new Rejected('alreadyDecided', `the request is ${now ?? state}`);
    }
  };

  /** The verification is started by the request's workflow: it may take a moment until it is on record. */
  const numberOf = async (requestId: string): Promise<string | undefined> => {
    const watched = context.attempts.watch(requestId);
    try {
      watched.lookUp();
      const attempt = await watched.until(isOnRecord, onRecordWithinMs);
      return isOnRecord(attempt)
        ? describeAttempt(secrets, requestId, attempt).displayNumber
        : undefined;
    } finally {
      watched.close();
    }
  };

  return {
    async createApproval(caller, input) {
      checkTexts(input);
      const approvalId = idOf(caller, input.reference);
      const mayBeKnown = input.reference !== undefined || context.isRepeat();
      const known = mayBeKnown ? await stateOf(approvalId) : undefined;
      if (known !== undefined) return { approvalId, state: known, isNew: false };
      const stream = approvalStream(approvalId);
      const open = await opening(caller, approvalId, input);
      const isNew = await engine.start('approval', stream, { approvalId, open }, { again: true });
      try {
        const opened = await engine.update(stream, openedUpdate, newGuid(), { approvalId });
        if (opened.kind === 'refused') {
          const { kind, code, message } = opened.refusal;
          throw new ApprovalRefused(kind, code, message);
        }
        await shown(context, opened.position);
        return { approvalId, state: opened.state, isNew };
      } catch (error) {
        if (!(error instanceof NotRunning)) throw error;
        // It was over at once: nobody had to be asked.
        await shown(context, await context.events.head());
        const state = await stateOf(approvalId);
        if (state === undefined) throw new Unavailable('the request was not recorded');
        return { approvalId, state, isNew };
      }
    },

    async decideApproval(caller, approver, approvalId, input) {
      atMost('comment', input.comment, limits.comment);
      const { actor } = caller;
      const decision = present({
        approver: who(approver),
        decision: input.decision,
        comment: await seal(approvalId, 'comment', input.comment),
        hash: input.hash,
        ttlSeconds: input.ttlSeconds,
        signedInAs: actor.kind === 'user' ? actor.id : undefined,
        origin: await originOf(context, caller, approvalId),
      });
      const { authenticationId } = await order(approvalId, () =>
        engine.update(approvalStream(approvalId), decideUpdate, newGuid(), decision),
      );
      if (authenticationId !== undefined)
        return present({
          kind: 'verifying' as const,
          requestId: authenticationId,
          displayNumber: await numberOf(authenticationId),
        });
      await shown(context, await context.events.head());
      return { kind: 'recorded' };
    },

    verificationNumber: numberOf,

    async cancelApproval(caller, approvalId) {
      const origin = await originOf(context, caller, approvalId);
      const cancel = { force: false, callerId: callerIdOf(caller), origin };
      const { position } = await order(approvalId, () =>
        engine.update(approvalStream(approvalId), cancelApprovalUpdate, newGuid(), cancel),
      );
      await shown(context, position);
    },

    async forceCancelApproval(caller, approvalId, reason) {
      if (reason.trim() === '') invalid('reason: it must not be empty');
      atMost('reason', reason, limits.comment);
      const origin = await originOf(context, caller, approvalId);
      const cancel = { force: true, reason, callerId: callerIdOf(caller), origin };
      const { position } = await order(approvalId, () =>
        engine.update(approvalStream(approvalId), cancelApprovalUpdate, newGuid(), cancel),
      );
      await shown(context, position);
    },

    async closeGrant(caller, approvalId, reason) {
      atMost('reason', reason, limits.comment);
      const origin = await originOf(context, caller, approvalId);
      const close = { reason, callerId: callerIdOf(caller), origin };
      const { position } = await order(approvalId, () =>
        engine.update(approvalStream(approvalId), closeGrantUpdate, newGuid(), close),
      );
      await shown(context, position);
    },

    async setDelegation(caller, username, { to, from, until }) {
      const delegationId = newId();
      const toUserId = await userIdOf(context, to);
      const data = {
        delegationId,
        toUserId,
        from: instant('from', from),
        until: instant('until', until),
      };
      await change(caller, { username }, { type: 'setDelegation', data });
      return { delegationId };
    },

    async endDelegation(caller, username, delegationId) {
      await change(caller, { username }, { type: 'endDelegation', delegationId });
    },
  };
};
