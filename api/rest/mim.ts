import { z } from 'zod';
import { Rejected } from '../../domain/errors.ts';
import type { Attempt, AuthenticateInput, Caller, Facade } from '../facade.ts';
import { isOpen } from './authentications.ts';
import * as field from './fields.ts';
import { failureText } from './mimTexts.ts';
import { route, type Operation } from './route.ts';

/** MIM's own words for how a call stands (its PhoneCallStatus). */
const callStatus = z.enum(['pending', 'success', 'failed']);

const callReply = z.object({
  callId: z.string(),
  status: callStatus,
  requestId: z.string().meta({ description: 'Of the authentication that stands for the call.' }),
});
const one = z.strictObject({ callId: field.id });

/** MIM writes its ids with and without dashes and braces, in either case. */
const keyOf = (callId: string): string => `mim call ${callId.replaceAll('-', '').toLowerCase()}`;

const statusOf = ({ state }: Attempt): z.output<typeof callStatus> => {
  if (isOpen(state)) return 'pending';
  return state === 'approved' || state === 'skipped' ? 'success' : 'failed';
};
const callBody = (callId: string, attempt: Attempt) => ({
  callId,
  status: statusOf(attempt),
  requestId: attempt.requestId,
});

const tag = 'mim';

/**
 * What MIM's custom phone provider needs (spec/65 'Polled provider for MIM'): begin, ask how it stands, ask why it
 * failed. Its id names the attempt, and each answer is read from the log, so that it is the same at whichever node.
 */
export const mim = ({ commands, queries }: Facade): readonly Operation[] => {
  /** Nobody can show a number or type a code at this door. */
  const asked = async (phone: string, application: string): Promise<AuthenticateInput> => {
    const [username, another] = await queries.ownersOfPhone(phone);
    const isClear = username !== undefined && another === undefined;
    return {
      // Whom nobody knows is on record by the number that was given.
      username: isClear ? username : phone,
      application,
      requireUserMatch: true,
      numberMatch: false,
      typesCodes: false,
      ...(another === undefined ? {} : { endAs: 'BAD_REQUEST' }),
    };
  };
  /** @throws {Rejected} notFound */
  const find = async (caller: Caller, callId: string): Promise<Attempt> => {
    const found = await commands.findAttempt(caller, keyOf(callId));
    if (!found) throw new Rejected('notFound', 'There is no such call.');
    return found;
  };

  return [
    route({
      method: 'post',
      path: '/mim/calls',
      id: 'initiateMimCall',
      summary: 'InitiateCall: ask whoever has a phone number, once for each id',
      tag,
      scope: 'verify',
      idempotency: 'passedDown',
      body: z.strictObject({
        callId: field.id.meta({ description: 'MIM’s request id; names the call from now on.' }),
        phone: field.line(40),
        application: field.line(64).default('MIM'),
      }),
      replies: { 200: callReply },
      async run({ body, caller }, reply) {
        const { callId, phone, application } = body;
        const attempt = await commands.authenticate(
          caller,
          { ...(await asked(phone, application)), idempotencyKey: keyOf(callId) },
          { waitMs: 0 },
        );
        return reply(200, callBody(callId, attempt));
      },
    }),
    route({
      method: 'get',
      path: '/mim/calls/{callId}',
      id: 'getMimCall',
      summary: 'GetCallStatus: how a call stands',
      tag,
      scope: 'verify',
      params: one,
      replies: { 200: callReply },
      async run({ params, caller }, reply) {
        return reply(200, callBody(params.callId, await find(caller, params.callId)));
      },
    }),
    route({
      method: 'get',
      path: '/mim/calls/{callId}/failure',
      id: 'getMimCallFailure',
      summary: 'GetFailureMessage: why a call failed; empty where it did not',
      tag,
      scope: 'verify',
      params: one,
      replies: { 200: z.object({ callId: z.string(), text: z.string() }) },
      async run({ params, caller }, reply) {
        const call = await find(caller, params.callId);
        const isFailed = statusOf(call) === 'failed' && call.code !== undefined;
        const text = isFailed ? failureText(call.code) : '';
        return reply(200, { callId: params.callId, text });
      },
    }),
  ];
};
