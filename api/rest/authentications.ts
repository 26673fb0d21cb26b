import { z } from 'zod';
import { Rejected } from '../../domain/errors.ts';
import { terminalStates } from '../../domain/results.ts';
import { callerIdOf } from '../commands/context.ts';
import type { Attempt, Caller, Facade, RequestView } from '../facade.ts';
import * as field from './fields.ts';
import { Problem } from './problem.ts';
import { route, type Operation, type Principal } from './route.ts';

const pollAfterSeconds = 1;

export const attemptReply = z.object({
  requestId: z.string(),
  state: field.attemptState,
  code: field.resultCode.optional(),
  method: field.method.optional(),
  triesLeft: z.int().optional(),
  displayNumber: z
    .string()
    .optional()
    .meta({ description: 'Two digits to show at the login; the app wants them.' }),
  approvalId: z.string().optional(),
  expiresAt: field.instant.optional(),
  reference: z.string().optional(),
  pollAfter: z.int().optional().meta({ description: 'Seconds to wait before asking again.' }),
});
export const requestReply = z.object({
  ...attemptReply.shape,
  user: z.string(),
  application: z.string(),
  channel: field.channel,
  callerId: z.string(),
  clientIp: z.string(),
  at: field.instant,
  endedAt: field.instant.optional(),
  devices: z
    .array(
      z.object({
        deviceId: z.string(),
        name: z.string(),
        answer: field.deviceAnswer.optional(),
      }),
    )
    .readonly(),
});
export type AttemptReply = z.output<typeof attemptReply>;
export type RequestReply = z.output<typeof requestReply>;

export const isOpen = (state: Attempt['state']): boolean =>
  !terminalStates.some((terminal) => terminal === state);
const polled = (state: Attempt['state']) => (isOpen(state) ? { pollAfter: pollAfterSeconds } : {});

export const attemptBody = (attempt: Attempt, reference?: string) => ({
  ...attempt,
  ...(reference === undefined ? {} : { reference }),
  ...polled(attempt.state),
});
export const requestBody = ({ username, initiatingIp, ...request }: RequestView) => ({
  ...request,
  user: username,
  clientIp: initiatingIp,
  ...polled(request.state),
});

const waitField = (maxSeconds: number) =>
  z.int().min(0).max(maxSeconds).meta({ description: 'Seconds to wait for the end.' });
const create = z.strictObject({
  user: field.username,
  application: field.line(64),
  method: field.method.exactOptional(),
  requireUserMatch: z.boolean().default(true),
  clientIp: z.union([z.ipv4(), z.ipv6()]).exactOptional(),
  expiresIn: z
    .int()
    .min(15)
    .max(600)
    .exactOptional()
    .meta({ description: 'Seconds that a push stays answerable.' }),
  reference: field.line(128).exactOptional(),
  numberMatch: z.boolean().exactOptional().meta({
    description: 'False where the caller cannot show a number; by policy where absent.',
  }),
  loginKey: field.line(128).exactOptional().meta({
    description: 'Requests with the same key are one login: one prompt, one answer to all.',
  }),
  context: z
    .strictObject({
      title: field.line(80).exactOptional(),
      details: z
        .record(field.line(40), field.line(200))
        .refine((pairs) => Object.keys(pairs).length <= 10, 'at most 10 pairs')
        .meta({ maxProperties: 10 })
        .exactOptional(),
      location: field.line(100).exactOptional(),
    })
    .exactOptional()
    .meta({ description: 'What the person is shown beside the application.' }),
  code: field.code.exactOptional(),
  wait: waitField(90).default(0),
});
export const one = z.strictObject({ id: field.id });

/** A code for a request that has ended came too late, whatever ended it (spec/65). */
const tooLate = (error: unknown): never => {
  if (error instanceof Rejected && error.kind === 'alreadyDecided')
    throw new Rejected('expired', error.message);
  throw error;
};

const notFound = (): Problem => new Problem(404, 'NOT_FOUND', 'There is no such request.');

/** Others' requests do not exist for a caller that may only verify (SEC-63, spec/65 '404'). */
export const visibleTo = (principal: Principal, request: RequestView | undefined): RequestView => {
  if (!request) throw notFound();
  const own = request.callerId === callerIdOf(principal.caller);
  if (own || principal.scopes.has('events.read')) return request;
  throw notFound();
};

export const authentications = ({ commands, queries }: Facade): readonly Operation[] => {
  const own = async (principal: Principal, requestId: string): Promise<void> => {
    const request = await queries.getRequest(requestId);
    // A view may lag behind the attempt (spec/65 'Stale reads'); then the command tells whose it is.
    if (request) visibleTo(principal, request);
  };
  const authenticate = (
    caller: Caller,
    body: z.output<typeof create>,
    key: string | undefined,
    signal: AbortSignal,
  ): Promise<Attempt> => {
    const { user, clientIp, expiresIn, wait, ...same } = body;
    return commands.authenticate(
      caller,
      {
        ...same,
        username: user,
        ...(clientIp === undefined ? {} : { initiatingIp: clientIp }),
        ...(expiresIn === undefined ? {} : { expiresInSeconds: expiresIn }),
        ...(key === undefined ? {} : { idempotencyKey: key }),
      },
      { waitMs: wait * 1000, signal },
    );
  };

  return [
    route({
      method: 'post',
      path: '/authentications',
      id: 'createAuthentication',
      summary: 'Verify a user: 200 once decided, 202 while the user is being asked',
      tag: 'authentications',
      scope: 'verify',
      idempotency: 'passedDown',
      body: create,
      replies: { 200: attemptReply, 202: attemptReply },
      async run({ body, caller, idempotencyKey, signal, base }, reply) {
        const attempt = await authenticate(caller, body, idempotencyKey, signal);
        return reply(isOpen(attempt.state) ? 202 : 200, attemptBody(attempt, body.reference), {
          Location: `${base}/authentications/${attempt.requestId}`,
        });
      },
    }),
    route({
      method: 'get',
      path: '/authentications/{id}',
      id: 'getAuthentication',
      summary: 'How an authentication stands; with wait, as soon as that changes',
      tag: 'authentications',
      scope: 'verify',
      params: one,
      query: z.strictObject({
        wait: field.queryNumber(0, 30).default(0),
      }),
      replies: { 200: requestReply },
      async run({ params, query, principal, signal }, reply) {
        const now = visibleTo(principal, await queries.getRequest(params.id));
        if (query.wait === 0 || !isOpen(now.state)) return reply(200, requestBody(now));
        const waiting = { waitMs: query.wait * 1000, signal };
        const later = await queries.awaitRequest(params.id, now.state, waiting);
        return reply(200, requestBody(later ?? now));
      },
    }),
    route({
      method: 'get',
      path: '/authentications',
      id: 'listAuthentications',
      summary: 'Open and past authentications, newest first',
      tag: 'authentications',
      scope: 'events.read',
      query: z.strictObject({
        user: field.username.optional(),
        state: field.attemptState.optional(),
        application: field.line(64).optional(),
        code: field.resultCode.optional(),
        channel: field.channel.optional(),
        since: field.givenInstant.optional(),
        until: field.givenInstant.optional(),
        ...field.paging,
      }),
      replies: { 200: field.page(requestReply) },
      async run({ query }, reply) {
        const { user: username, state, application, code, channel, since: from, until: to } = query;
        const filter = field.given({ username, state, application, code, channel, from, to });
        const found = await queries.listRequests(filter, field.pagingOf(query));
        const rows = found.rows.map(requestBody);
        return reply(200, field.pageBody({ ...found, rows }));
      },
    }),
    route({
      method: 'post',
      path: '/authentications/{id}/code',
      id: 'submitCode',
      summary: 'Hand in the code that the user typed; a wrong one answers 200 with triesLeft',
      tag: 'authentications',
      scope: 'verify',
      idempotency: 'here',
      params: one,
      body: z.strictObject({ code: field.code }),
      replies: { 200: attemptReply },
      async run({ params, body, caller, principal }, reply) {
        await own(principal, params.id);
        const attempt = await commands.submitCode(caller, params.id, body.code).catch(tooLate);
        return reply(200, attemptBody(attempt));
      },
    }),
    route({
      method: 'post',
      path: '/authentications/{id}/cancel',
      id: 'cancelAuthentication',
      summary: 'End an open authentication',
      tag: 'authentications',
      scope: 'verify',
      params: one,
      replies: { 200: attemptReply },
      async run({ params, caller, principal }, reply) {
        await own(principal, params.id);
        const attempt = await commands.cancelAuthentication(caller, params.id);
        return reply(200, attemptBody(attempt));
      },
    }),
  ];
};
