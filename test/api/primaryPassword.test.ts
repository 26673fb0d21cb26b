import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { nodesOf, sourcesIn } from '../e2e/support/syntax.ts';

/*
 * Wrong password: no provider is called (SEC-41, spec/10 'Must hold' 2). Doors that take a password themselves (RADIUS,
 * LDAP, web gate, portal) do not exist yet: what exists is called by programs that have checked it before. This holds
 * until a door of that kind comes, which then brings a test of its own.
 */

const folders = ['domain', 'activities', 'workflows', 'api', 'server', 'adapters'] as const;
/** Tables that say what a code means to a caller. */
const tables = ['domain/results.ts', 'api/soap/pfWsSdkCodes.ts'];

test('SEC-41 H10-2 nothing ends an attempt as a wrong password, since no door takes one and goes on to ask', () => {
  const says = folders
    .flatMap(sourcesIn)
    .filter((path) =>
      nodesOf(path).some(
        ({ type, value }) =>
          (type === 'StringLiteral' || type === 'Identifier') && value === 'PRIMARY_FAILED',
      ),
    );
  expect(says.toSorted()).toEqual(tables.toSorted());
});

test('SEC-41 the input of an attempt has no place for a password', () => {
  const source = readFileSync(
    fileURLToPath(new URL('../../domain/inputs.ts', import.meta.url)),
    'utf8',
  );
  const input = /export type OpenAttempt = \{[^]*?\n\};/.exec(source)?.[0];
  expect(input).toMatch(/readonly code\?/);
  expect(input).not.toMatch(/passw/i);
});
