import { z } from 'zod';
import { passMinutes, questionCount } from '../../domain/userRules/spareCodes.ts';
import type { Facade } from '../facade.ts';
import * as field from './fields.ts';
import { Problem } from './problem.ts';
import { route, type Operation } from './route.ts';
import { userPath } from './users.ts';

const pair = z.strictObject({ question: field.line(200), answer: field.line(100) });

const spareCodesReply = z.object({
  recoveryCodesLeft: z.int(),
  pass: z.object({ until: field.instant, once: z.boolean() }).optional(),
  questions: z.array(z.string()).readonly(),
});
export type SpareCodesReply = z.output<typeof spareCodesReply>;

/** What a user falls back on: recovery codes, a temporary access pass, security questions. */
export const spareCodes = ({ commands, queries }: Facade): readonly Operation[] => [
  route({
    method: 'get',
    path: '/users/{username}/spare-codes',
    id: 'getSpareCodes',
    summary: 'What a user may fall back on: how many codes, a pass, which questions',
    tag: 'users',
    scope: 'users.read',
    params: userPath,
    replies: { 200: spareCodesReply },
    async run({ params }, reply) {
      const found = await queries.spareCodes(params.username);
      if (!found) throw new Problem(404, 'NOT_FOUND', 'There is no such user.');
      return reply(200, found);
    },
  }),
  route({
    method: 'post',
    path: '/users/{username}/recovery-codes',
    id: 'issueRecoveryCodes',
    summary: 'Make ten recovery codes; they are in this answer only, and older ones end',
    tag: 'users',
    scope: 'devices.write',
    idempotency: 'remade',
    params: userPath,
    replies: { 201: z.object({ codes: z.array(z.string()).readonly() }) },
    async run({ params, caller }, reply) {
      return reply(201, await commands.issueRecoveryCodes(caller, params.username));
    },
  }),
  route({
    method: 'post',
    path: '/users/{username}/access-pass',
    id: 'issueAccessPass',
    summary: 'Make a temporary access pass; its code is in this answer only',
    tag: 'users',
    scope: 'devices.write',
    idempotency: 'remade',
    params: userPath,
    body: z.strictObject({
      minutes: z
        .int()
        .min(passMinutes.min)
        .max(passMinutes.max)
        .exactOptional()
        .meta({ description: `${passMinutes.default} where absent.` }),
      once: z
        .boolean()
        .exactOptional()
        .meta({ description: 'Ends with its first use; true where absent.' }),
      reason: field.reason,
    }),
    replies: { 201: z.object({ passId: z.string(), code: z.string(), until: field.instant }) },
    async run({ params, body, caller }, reply) {
      return reply(201, await commands.issueAccessPass(caller, params.username, body));
    },
  }),
  route({
    method: 'delete',
    path: '/users/{username}/access-pass',
    id: 'revokeAccessPass',
    summary: 'End the temporary access pass',
    tag: 'users',
    scope: 'devices.write',
    params: userPath,
    replies: { 204: field.noContent },
    async run({ params, caller }, reply) {
      await commands.revokeAccessPass(caller, params.username);
      return reply(204, undefined);
    },
  }),
  route({
    method: 'put',
    path: '/users/{username}/questions',
    id: 'setSecurityQuestions',
    summary: 'Set the four security questions; answers are never given back',
    tag: 'users',
    scope: 'users.write',
    params: userPath,
    body: z.strictObject({ questions: z.array(pair).length(questionCount).readonly() }),
    replies: { 204: field.noContent },
    async run({ params, body, caller }, reply) {
      await commands.setSecurityQuestions(caller, params.username, body.questions);
      return reply(204, undefined);
    },
  }),
  route({
    method: 'delete',
    path: '/users/{username}/questions',
    id: 'resetSecurityQuestions',
    summary: 'Remove the security questions',
    tag: 'users',
    scope: 'users.write',
    params: userPath,
    replies: { 204: field.noContent },
    async run({ params, caller }, reply) {
      await commands.resetSecurityQuestions(caller, params.username);
      return reply(204, undefined);
    },
  }),
];
