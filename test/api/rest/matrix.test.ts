import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { restApi } from '../../../api/rest/app.ts';
import { operationsOf } from '../../../api/rest/operations.ts';
import type { Operation } from '../../../api/rest/route.ts';
import { scopes } from '../../../api/rest/scopes.ts';
import { fakeFacade } from './fakeFacade.ts';
import { isLong } from '../../support/profile.ts';
import { restServer, type RestServer } from './server.ts';

/* Who may call what, made from the list of operations itself: a new one is in it on the day it exists. */

const operations = operationsOf(fakeFacade().facade);
const atATime = 8;
let rest: RestServer;
beforeAll(async () => {
  rest = await restServer({ limits: { callsPerSecond: 1e6, failuresPerSecond: 1e6 } });
});
afterAll(() => rest.stop());

const inParts = async <T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> => {
  for (let at = 0; at < all.length; at += atATime)
    await Promise.all(all.slice(at, at + atATime).map(work));
};

/** Without a body, which nobody gets to who may not call at all. */
const callOf = ({ method, path }: Operation, headers?: Record<string, string>) =>
  rest.call(method.toUpperCase(), path.replaceAll(/\{\w+\}/g, 'none'), undefined, headers);

describe('SEC-60 the matrix of operations and scopes', () => {
  test('SEC-60 holds every route that is served, but for the pages that anybody may read', () => {
    const { facade } = fakeFacade();
    const app = restApi({ facade, adminTokenHash: '0'.repeat(64), logger: { error: () => {} } });
    const { stack } = app.router as unknown as { stack: { route?: { path: string } }[] };
    const served = stack.flatMap(({ route }) => (route ? [route.path] : []));
    const open = ['/health/live', '/health/ready', '/openapi.json', '/docs'];
    const described = operations.map(({ path }) => path.replaceAll(/\{(\w+)\}/g, ':$1'));
    expect(new Set(served)).toEqual(new Set([...open, ...described]));
    for (const { id, scope } of operations)
      expect([id, scopes.includes(scope)]).toEqual([id, true]);
  });

  test(`SEC-60 SEC-63 ${operations.length} operations × ${scopes.length} scopes: only its own opens each, and nothing happens without it`, async () => {
    const tokens = new Map<string, Record<string, string>>();
    for (const scope of scopes) {
      tokens.set(scope, await rest.clientWith(scope));
      tokens.set(
        `all but ${scope}`,
        await rest.clientWith(...scopes.filter((one) => one !== scope)),
      );
    }
    for (const operation of operations) {
      rest.calls.length = 0;
      // Who has every other scope and is refused would be with each of them alone; the long profile tries that, too.
      const single = isLong ? scopes.filter((scope) => scope !== operation.scope) : [];
      await inParts([`all but ${operation.scope}`, ...single], async (scope) => {
        const { status, json } = await callOf(operation, tokens.get(scope));
        const seen = [operation.id, scope, status, json?.code];
        expect(seen).toEqual([operation.id, scope, 403, 'SCOPE_MISSING']);
      });
      const without = [{ authorization: '' }, { authorization: 'Bearer x' }];
      for (const headers of without)
        expect([operation.id, (await callOf(operation, headers)).status]).toEqual([
          operation.id,
          401,
        ]);
      expect([operation.id, rest.calls.map(({ name }) => name)]).toEqual([operation.id, []]);
      // A stream answers for as long as its reader stays.
      if (operation.kind === 'stream') continue;
      const { status, json } = await callOf(operation, tokens.get(operation.scope));
      expect([operation.id, status === 401, json?.code === 'SCOPE_MISSING']).toEqual([
        operation.id,
        false,
        false,
      ]);
    }
  }, 300_000);

  test('SEC-63 who may only verify has these operations and no other', () => {
    const open = operations.filter(({ scope }) => scope === 'verify').map(({ id }) => id);
    expect(open.toSorted()).toEqual([
      'cancelAuthentication',
      'createAuthentication',
      'followAuthentication',
      'getAuthentication',
      'getAuthenticationAsOf',
      'getMimCall',
      'getMimCallFailure',
      'initiateMimCall',
      'submitCode',
      'testUser',
    ]);
  });
});

/** Every schema of an object in a JSON schema, with where it stands. */
const objectsIn = (
  schema: unknown,
  at = '',
): readonly (readonly [string, z.core.JSONSchema.JSONSchema])[] => {
  if (Array.isArray(schema))
    return schema.flatMap((one, index) => objectsIn(one, `${at}/${index}`));
  if (typeof schema !== 'object' || schema === null) return [];
  const here = schema as z.core.JSONSchema.JSONSchema;
  const own = here.type === 'object' ? [[at, here] as const] : [];
  return [
    ...own,
    ...Object.entries(here).flatMap(([name, inner]) => objectsIn(inner, `${at}/${name}`)),
  ];
};
const toJson = (schema: z.ZodType, io: 'input' | 'output') =>
  z.toJSONSchema(schema, { io, unrepresentable: 'any' });
const namesIn = (schema: z.ZodType, io: 'input' | 'output'): readonly string[] =>
  objectsIn(toJson(schema, io)).flatMap(([, { properties }]) => Object.keys(properties ?? {}));

describe('SEC-60 no mass assignment', () => {
  test('SEC-60 no object of any body, query or path takes a field that it does not name', () => {
    const loose = operations.flatMap(({ id, schemas: { body, query, params } }) =>
      [body, query, params].flatMap((schema) =>
        schema === undefined
          ? []
          : objectsIn(toJson(schema, 'input'))
              // A record names no fields, and says what its values are.
              .filter(([, found]) => found.properties ?? found.additionalProperties === undefined)
              .filter(([, found]) => found.additionalProperties !== false)
              .map(([at]) => `${id}${at}`),
      ),
    );
    expect(loose).toEqual([]);
  });

  test('SEC-60 no body takes a field that only answers have, or another body', () => {
    const names = new Set(
      operations.flatMap(({ schemas: { body, replies } }) => [
        ...Object.values(replies).flatMap((schema) => namesIn(schema, 'output')),
        ...(body === undefined ? [] : namesIn(body, 'input')),
      ]),
    );
    expect(names.size).toBeGreaterThan(100);
    const taken: string[] = [];
    let tried = 0;
    for (const { id, schemas } of operations) {
      const { body } = schemas;
      if (body === undefined) continue;
      for (const name of names) {
        if (name in body.shape) continue;
        tried += 1;
        const { error } = body.safeParse({ [name]: 1 });
        const refused = error?.issues.some(
          (issue) => issue.code === 'unrecognized_keys' && issue.keys.includes(name),
        );
        if (refused !== true) taken.push(`${id} takes ${name}`);
      }
    }
    expect(taken).toEqual([]);
    process.stderr.write(`SEC-60: ${tried} foreign fields in ${names.size} names refused\n`);
  });
});
