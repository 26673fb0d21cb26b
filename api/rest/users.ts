import { z } from 'zod';
import type { Facade, UserView } from '../facade.ts';
import * as field from './fields.ts';
import { Problem } from './problem.ts';
import { route, type Operation } from './route.ts';
import { changedFields, filterOf, filterQuery, newFields, userReply } from './userFields.ts';
import { conflictIsStale, versionNamed, versionTag } from './versions.ts';

export type { UserReply } from './userFields.ts';

/** The user that a path names. */
export const userPath = z.strictObject({ username: field.username });

const tag = 'users';

export const users = ({ commands, queries, auditing }: Facade): readonly Operation[] => {
  const find = async (username: string): Promise<UserView> => {
    const user = await queries.findUser(username);
    if (!user) throw new Problem(404, 'NOT_FOUND', 'There is no such user.');
    return user;
  };
  const switching = (enabled: boolean): Operation =>
    route({
      method: 'post',
      path: `/users/{username}/${enabled ? 'enable' : 'disable'}`,
      id: enabled ? 'enableUser' : 'disableUser',
      summary: enabled ? 'Let a user authenticate' : 'Keep a user from authenticating',
      tag,
      scope: 'users.write',
      params: userPath,
      replies: { 204: field.noContent },
      async run({ params, caller }, reply) {
        await commands.setUserEnabled(caller, params.username, enabled);
        return reply(204, undefined);
      },
    });

  const unlocking = route({
    method: 'post',
    path: '/users/{username}/unlock',
    id: 'unlockUser',
    summary: 'Give a user who has guessed too often a new budget of guesses',
    tag,
    scope: 'users.write',
    params: userPath,
    body: z.strictObject({ reason: field.reason }),
    replies: { 204: field.noContent },
    async run({ params, body, caller }, reply) {
      await commands.unlockUser(caller, params.username, body.reason);
      return reply(204, undefined);
    },
  });

  const resetting = route({
    method: 'post',
    path: '/users/{username}/reset-registration',
    id: 'resetRegistration',
    summary: 'Take away phones, devices and software tokens: the user registers anew',
    tag,
    scope: 'users.write',
    params: userPath,
    replies: { 204: field.noContent },
    async run({ params, caller }, reply) {
      await commands.resetRegistration(caller, params.username);
      return reply(204, undefined);
    },
  });

  return [
    unlocking,
    resetting,
    route({
      method: 'post',
      path: '/users',
      id: 'addUser',
      summary: 'Add a user',
      tag,
      scope: 'users.write',
      idempotency: 'remade',
      body: z.strictObject({
        username: field.username,
        ...newFields,
      }),
      replies: { 201: z.object({ userId: z.string(), username: z.string() }) },
      async run({ body, caller, base }, reply) {
        const { userId } = await commands.addUser(caller, body);
        const { username } = body;
        const Location = `${base}/users/${encodeURIComponent(username)}`;
        return reply(201, { userId, username }, { Location });
      },
    }),
    route({
      method: 'get',
      path: '/users',
      id: 'listUsers',
      summary: 'Users, by name',
      tag,
      scope: 'users.read',
      query: z.strictObject({
        ...filterQuery,
        ...field.paging,
      }),
      replies: { 200: field.page(userReply) },
      async run({ query, caller }, reply) {
        const filter = filterOf(query);
        const found = await queries.listUsers(filter, field.pagingOf(query));
        // SEC-85: whoever reads the whole list has no question about somebody.
        if (filter.text)
          await auditing?.searched(caller, {
            operation: 'listUsers',
            by: ['text'],
            found: found.rows.length,
          });
        return reply(200, field.pageBody(found));
      },
    }),
    route({
      method: 'get',
      path: '/users/{username}',
      id: 'getUser',
      summary: 'One user, by any accepted spelling of the name',
      tag,
      scope: 'users.read',
      params: userPath,
      replies: { 200: userReply },
      async run({ params }, reply) {
        const user = await find(params.username);
        return reply(200, user, versionTag(user.version));
      },
    }),
    route({
      method: 'patch',
      path: '/users/{username}',
      id: 'changeUser',
      summary: 'Change some fields of a user',
      tag,
      scope: 'users.write',
      params: userPath,
      versioned: true,
      body: z.strictObject(changedFields),
      replies: { 204: field.noContent },
      async run({ params, body, caller, ifMatch }, reply) {
        const seen = versionNamed(ifMatch);
        await commands.updateUser(caller, params.username, body, seen).catch(conflictIsStale);
        return reply(204, undefined);
      },
    }),
    route({
      method: 'delete',
      path: '/users/{username}',
      id: 'removeUser',
      summary: 'Remove a user with all devices and tokens',
      tag,
      scope: 'users.write',
      params: userPath,
      replies: { 204: field.noContent },
      async run({ params, caller }, reply) {
        await commands.removeUser(caller, params.username);
        return reply(204, undefined);
      },
    }),
    switching(true),
    switching(false),
  ];
};
