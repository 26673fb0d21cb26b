import { z } from 'zod';
import type { Facade } from '../facade.ts';
import * as field from './fields.ts';
import { route, type Operation } from './route.ts';

const tag = 'privacy';
const scope = 'privacy';

const about = z.strictObject({ username: field.username });
const withReason = z.strictObject({ username: field.username, reason: field.reason });

const personalData = z.object({
  format: z.literal('countersign-personal-data-1'),
  exportedAt: field.instant,
  people: z.array(z.record(z.string(), z.unknown())).readonly(),
});

/** Export, erasure and legal hold of all that is on record about a person (spec/85). */
export const privacy = ({ commands }: Facade): readonly Operation[] => [
  route({
    method: 'post',
    path: '/privacy/exports',
    id: 'exportPerson',
    summary: 'Everything on record about a person, also a removed one',
    tag,
    scope,
    idempotency: 'remade',
    body: about,
    replies: { 200: personalData },
    async run({ body, caller }, reply) {
      return reply(200, await commands.exportPerson(caller, body.username));
    },
  }),
  route({
    method: 'post',
    path: '/privacy/erasures',
    id: 'erasePerson',
    summary: 'Remove a person and make everything personal on record unreadable for good',
    tag,
    scope,
    body: withReason,
    replies: { 200: z.object({ userIds: z.array(z.string()).readonly() }) },
    async run({ body, caller }, reply) {
      return reply(200, await commands.erasePerson(caller, body.username, body.reason));
    },
  }),
  route({
    method: 'post',
    path: '/privacy/holds',
    id: 'setLegalHold',
    summary: 'Keep the records of a person from being erased',
    tag,
    scope,
    body: withReason,
    replies: { 204: field.noContent },
    async run({ body, caller }, reply) {
      await commands.setLegalHold(caller, body.username, body.reason);
      return reply(204, undefined);
    },
  }),
  route({
    method: 'post',
    path: '/privacy/hold-releases',
    id: 'endLegalHold',
    summary: 'Let the records of a person be erased again',
    tag,
    scope,
    body: withReason,
    replies: { 204: field.noContent },
    async run({ body, caller }, reply) {
      await commands.endLegalHold(caller, body.username, body.reason);
      return reply(204, undefined);
    },
  }),
];
