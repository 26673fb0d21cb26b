import { expect, test } from '@jest/globals';
import { format, inspect } from 'node:util';
import { Secret } from '../../../adapters/secrets/secret.ts';

const value = 'JBSWY3DPEHPK3PXP';
const secret = new Secret(value);

test('SEC-78 a secret reveals itself when asked', () => {
  expect(secret.reveal()).toBe(value);
});

test.each([
  ['toString', String(secret)],
  // oxlint-disable-next-line typescript/restrict-template-expressions -- what happens then is the subject
  ['a template', `${secret}`],
  ['concatenation', '' + secret],
  ['JSON', JSON.parse(JSON.stringify(secret))],
  ['JSON inside', JSON.parse(JSON.stringify({ secret })).secret],
  ['inspect', inspect(secret)],
  [
    'inspect with everything',
    inspect(secret, { showHidden: true, depth: null, customInspect: true }),
  ],
  ['%s', format('%s', secret)],
  ['%o', format('%o', secret)],
  ['%j', JSON.parse(format('%j', secret))],
])('SEC-78 %s of a secret gives [secret]', (_, shown) => {
  expect(shown).toBe('[secret]');
});

test('SEC-78 no other way shows the text either', () => {
  const ways = [
    inspect({ nested: [secret] }),
    inspect(secret, { customInspect: false, showHidden: true }),
    JSON.stringify(Object.entries(secret)),
    JSON.stringify(structuredClone(secret)),
    JSON.stringify(Object.getOwnPropertyDescriptors(secret)),
    new Error(`failed for ${String(secret)}`).stack ?? '',
  ];
  for (const shown of ways) expect(shown).not.toContain(value);
});
