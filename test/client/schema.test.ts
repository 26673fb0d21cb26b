import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { describedInterface, formatted } from '../../client/generate/description.ts';
import { clientFiles } from '../../client/generate/schemaText.ts';
import { typeText } from '../../client/generate/typeText.ts';
import { countersign, operations, type Body, type Reply } from '../../client/index.ts';

const description = describedInterface();

test('the types are what the description says: npm run client:schema', () => {
  for (const [name, made] of clientFiles(description)) {
    const text = formatted(made);
    const onRecord = readFileSync(new URL(`../../client/${name}`, import.meta.url), 'utf8');
    // A whole file as a difference would say less than the first line of it.
    const lines = text.split('\n');
    const differs = onRecord.split('\n').find((line, index) => line !== lines[index]);
    expect({ name, differs }).toEqual({ name, differs: undefined });
    expect(onRecord.length).toBe(text.length);
  }
});

test('every operation of the description is in it but those that read the past under another base', () => {
  const paths = description['paths'] as Record<string, Record<string, { operationId: string }>>;
  const ids = Object.values(paths).flatMap((item) =>
    Object.values(item).map(({ operationId }) => operationId),
  );
  const missing = ids.filter((id) => !(id in operations));
  expect(missing.filter((id) => !id.endsWith('AsOf'))).toEqual([]);
  expect(missing.every((id) => id.slice(0, -'AsOf'.length) in operations)).toBe(true);
});

test('what the description does not offer does not compile', () => {
  // Never called: the compiler is who is asked.
  const calls = (client: ReturnType<typeof countersign>) => [
    () => client.call('getUser', { path: { username: 'ann' } }),
    // @ts-expect-error -- no such operation
    () => client.call('getUsers'),
    // @ts-expect-error -- the path has a parameter
    () => client.call('getUser'),
    // @ts-expect-error -- it has another name
    () => client.call('getUser', { path: { user: 'ann' } }),
    // @ts-expect-error -- a field that is not there
    () => client.call('unlockUser', { path: { username: 'ann' }, body: { why: 'x' } }),
    // @ts-expect-error -- no such state
    () => client.call('listAuthentications', { query: { state: 'asleep' } }),
    // @ts-expect-error -- not a list
    () => client.rows('getUser', { path: { username: 'ann' } }, 10),
    // @ts-expect-error -- nothing there waits
    () => client.poll('getUser', { path: { username: 'ann' } }, () => true),
  ];
  const body: Body<'createAuthentication'> = { user: 'ann', application: 'VPN' };
  const state: Reply<'createAuthentication'>['state'] = 'approved';
  // @ts-expect-error -- no such state
  const wrong: Reply<'createAuthentication'>['state'] = 'Approved';
  expect([calls.length, body.user, state, wrong]).toEqual([1, 'ann', 'approved', 'Approved']);
});

test('schemas become types', () => {
  const text = (schema: object, side: 'request' | 'reply' = 'reply') =>
    typeText(schema, side).replaceAll(/\s+/g, ' ');
  expect(text({ enum: ['a', 'b'] })).toBe('"a" | "b"');
  expect(text({ type: ['string', 'null'] })).toBe('string | null');
  expect(text({ anyOf: [{ type: 'integer' }, { type: 'number' }] })).toBe('number');
  expect(text({ type: 'array', items: { enum: [1, 2] } })).toBe('readonly (1 | 2)[]');
  expect(text({ prefixItems: [{ type: 'string' }, {}], type: 'array' })).toBe(
    'readonly [string, unknown]',
  );
  const object = { type: 'object', properties: { a: { type: 'string' }, 'b-c': {} } };
  expect(text({ ...object, required: ['a'] })).toBe(
    '{ readonly a: string; readonly "b-c"?: unknown; }',
  );
  expect(text({ type: 'object', properties: { a: { type: 'boolean' } } }, 'request')).toBe(
    '{ readonly a?: boolean | undefined; }',
  );
  expect(text({ type: 'object', additionalProperties: { type: 'string' } })).toBe(
    'Readonly<Record<string, string>>',
  );
  expect(text({ type: 'object' })).toBe('Nothing');
  expect(() => typeText({ $ref: '#/x' }, 'reply')).toThrow(TypeError);
});
