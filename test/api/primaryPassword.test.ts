import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { nodesOf, sourcesIn } from '../e2e/support/syntax.ts';

/*
 * Wrong password: no provider is called (SEC-41, spec/10 'Must hold' 2). RADIUS is the only door that takes a password; that it
 * asks nobody after a wrong one is tested against real targets of each kind (H40-7). All others are called by programs that have
 * checked it before. A further door that takes one has to come here, and with a test of its own.
 */

const folders = ['domain', 'activities', 'workflows', 'api', 'server', 'adapters'] as const;
/** Tables that say what a code means, and the door that takes passwords with the one command that it ends them by. */
const known = [
  'domain/results.ts',
  'api/soap/pfWsSdkCodes.ts',
  'api/facade/attempts.ts',
  'api/radius/dialogue.ts',
];

test('SEC-41 H10-2 only the doors that are known to take passwords end an attempt as a wrong one', () => {
  const says = folders
    .flatMap(sourcesIn)
    .filter((path) =>
      nodesOf(path).some(
        ({ type, value }) =>
          (type === 'StringLiteral' || type === 'Identifier') && value === 'PRIMARY_FAILED',
      ),
    );
  expect(says.toSorted()).toEqual(known.toSorted());
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
