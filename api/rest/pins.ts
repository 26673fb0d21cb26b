import { z } from 'zod';
import { maxPinLength } from '../../domain/pinRules.ts';
import type { Facade } from '../facade.ts';
import * as field from './fields.ts';
import { route, type Operation } from './route.ts';
import { userPath } from './users.ts';

const tag = 'users';

/** A user's PIN, and what is remembered of earlier approvals. */
export const pins = ({ commands }: Facade): readonly Operation[] => [
  route({
    method: 'put',
    path: '/users/{username}/pin',
    id: 'setPin',
    summary: 'Set the PIN of a user; they change it at the next verification unless told otherwise',
    tag,
    scope: 'users.write',
    params: userPath,
    body: z.strictObject({
      pin: z
        .string()
        .max(maxPinLength)
        .meta({ description: 'Digits, as the PIN rules want them.' }),
      changeRequired: z.boolean().default(true),
    }),
    replies: { 204: field.noContent },
    async run({ params, body, caller }, reply) {
      await commands.setPin(caller, params.username, body);
      return reply(204, undefined);
    },
  }),
  route({
    method: 'delete',
    path: '/users/{username}/pin',
    id: 'removePin',
    summary: 'Take the PIN of a user away; methods that want one cannot be used until there is one',
    tag,
    scope: 'users.write',
    params: userPath,
    replies: { 204: field.noContent },
    async run({ params, caller }, reply) {
      await commands.removePin(caller, params.username);
      return reply(204, undefined);
    },
  }),
  route({
    method: 'post',
    path: '/users/{username}/clear-cache',
    id: 'clearCache',
    summary: 'Earlier approvals of a user let nobody in any more',
    tag,
    scope: 'users.write',
    params: userPath,
    body: z.strictObject({ reason: field.reason }),
    replies: { 204: field.noContent },
    async run({ params, body, caller }, reply) {
      await commands.clearCache(caller, params.username, body.reason);
      return reply(204, undefined);
    },
  }),
];
