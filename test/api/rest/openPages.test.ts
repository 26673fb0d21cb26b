import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { operationsOf } from '../../../api/rest/operations.ts';
import { fakeFacade } from './fakeFacade.ts';
import { restServer, type RestServer } from './server.ts';

let rest: RestServer;
// oxlint-disable-next-line typescript/no-explicit-any -- the assertions describe it
type Described = Record<string, any>;
let description: Described;
const anybody = { authorization: '' };
beforeAll(async () => {
  rest = await restServer();
  description = (await rest.call('GET', '/openapi.json', undefined, anybody)).json;
});
afterAll(() => rest.stop());

describe('health', () => {
  test('live and ready answer without a token and say no more than that', async () => {
    expect((await rest.call('GET', '/health/live', undefined, anybody)).json).toEqual({
      status: 'live',
    });
    const ready = await rest.call('GET', '/health/ready', undefined, anybody);
    expect([ready.status, ready.json]).toEqual([200, { status: 'ready' }]);
  });

  test('not ready is 503, also where the question fails; many questions are asked as one', async () => {
    let asked = 0;
    const readiness = async () => {
      asked += 1;
      throw new Error('no log at /srv');
    };
    const broken = await restServer({ readiness, clock: () => 0 });
    try {
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => broken.call('GET', '/health/ready', undefined, anybody)),
      );
      expect(answers.map(({ status, text }) => `${status} ${text}`)).toEqual(
        Array.from({ length: 20 }, () => '503 {"status":"notReady"}'),
      );
      expect(asked).toBe(1);
    } finally {
      await broken.stop();
    }
  });
});

/** Every object below a value, with the JSON pointer to it. */
function* objectsOf(value: unknown, at = ''): Generator<[string, Record<string, unknown>]> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield [at, value as Record<string, unknown>];
  for (const [key, inner] of Object.entries(value)) yield* objectsOf(inner, `${at}/${key}`);
}

const isBounded = (schema: Described): boolean => {
  if ('enum' in schema || 'const' in schema) return true;
  if (schema['type'] === 'string')
    return 'maxLength' in schema || 'pattern' in schema || 'format' in schema;
  if (schema['type'] === 'integer') return 'minimum' in schema && 'maximum' in schema;
  if (schema['type'] === 'array') return 'maxItems' in schema;
  if (schema['type'] !== 'object' || schema['additionalProperties'] === false) return true;
  return 'propertyNames' in schema && 'maxProperties' in schema;
};

describe('the description', () => {
  test('has the shape of OpenAPI 3.1', () => {
    expect(description['openapi']).toBe('3.1.0');
    expect(description['info']).toMatchObject({ title: 'Countersign', version: '1' });
    const ids = new Set<string>();
    for (const [path, item] of Object.entries(description['paths']))
      for (const [method, operation] of Object.entries(item as Described)) {
        expect(['get', 'post', 'put', 'patch', 'delete']).toContain(method);
        expect(ids.has(operation.operationId)).toBe(false);
        ids.add(operation.operationId);
        expect(Object.keys(operation.responses).length).toBeGreaterThan(0);
        const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
        const inPath = (operation.parameters ?? []).filter(
          (parameter: { in: string }) => parameter.in === 'path',
        );
        expect(inPath.map(({ name }: { name: string }) => name)).toEqual(named);
        for (const parameter of operation.parameters ?? []) {
          expect(Object.keys(parameter.schema).length).toBeGreaterThan(0);
          expect(typeof parameter.required).toBe('boolean');
        }
        for (const [status, reply] of Object.entries<Described>(operation.responses)) {
          expect(status).toMatch(/^(default|[1-5]\d\d)$/);
          expect(typeof (reply['$ref'] ?? reply['description'])).toBe('string');
        }
      }
  });

  test('every reference in it resolves', () => {
    for (const [, object] of objectsOf(description)) {
      const { $ref: reference } = object;
      if (typeof reference !== 'string') continue;
      expect(reference.startsWith('#/')).toBe(true);
      let target: unknown = description;
      for (const step of reference.slice(2).split('/'))
        target = (target as Record<string, unknown>)[step];
      expect(target).toBeDefined();
    }
  });

  test('every string and number that comes in is bounded, every object closed', () => {
    for (const { schemas, id } of operationsOf(fakeFacade().facade))
      for (const schema of [schemas.params, schemas.query, schemas.body])
        for (const [at, object] of objectsOf(schema?.toJSONSchema({ io: 'input' })))
          expect([id, at, isBounded(object)]).toEqual([id, at, true]);
  });

  test('each operation is described with its scope, and each description is served', async () => {
    for (const { path, method, scope, kind } of operationsOf(fakeFacade().facade)) {
      const described = description['paths'][path][method];
      expect(described.security).toEqual([
        { token: [scope] },
        { oauth: [scope] },
        { certificate: [scope] },
      ]);
      // A stream has no end to wait for.
      if (kind === 'stream') continue;
      const url = path.replaceAll(/\{\w+\}/g, 'none');
      const answer = await rest.call(method.toUpperCase(), url);
      expect([method, path, answer.status === 405]).toEqual([method, path, false]);
    }
  });

  test('the page lists every operation and runs nothing', async () => {
    const page = await rest.call('GET', '/docs', undefined, anybody);
    expect(page.headers.get('content-type')).toMatch(/^text\/html/);
    expect(page.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'sha256-/,
    );
    expect(page.text).not.toMatch(/<script|src=|https?:/);
    for (const { path } of operationsOf(fakeFacade().facade)) expect(page.text).toContain(path);
  });
});
