import { expect, test } from '@jest/globals';
import { endedBy } from '../../domain/attemptEnding.ts';
import {
  letsIn,
  outcomeOf,
  resultCodes,
  terminalStates,
  type ResultCode,
} from '../../domain/results.ts';

/** spec/10 'Result codes', the states as they stand there. */
const table: Record<ResultCode, string> = {
  ...all('approved', ['APPROVED', 'CACHED', 'BYPASSED']),
  ...all('skipped', ['NOT_ENROLLED', 'TRUSTED_IP', 'USER_DISABLED_OK', 'UNREACHABLE_OK']),
  ...all('denied', [
    'PRIMARY_FAILED',
    'USER_DENIED',
    'FRAUD_REPORTED',
    'WRONG_PIN',
    'APPROVAL_REJECTED',
  ]),
  ...all('denied', ['WRONG_CODE', 'CODE_RETRY_LIMIT', 'CODE_REUSED', 'CODE_EXPIRED']),
  ...all('denied', ['NO_ANSWER', 'BUSY', 'VOICEMAIL', 'HUNG_UP', 'UNREACHABLE']),
  ...all('expired', ['NO_RESPONSE', 'APPROVAL_EXPIRED']),
  ...all('denied', ['INVALID_PHONE', 'NO_METHOD', 'METHOD_DISABLED', 'NO_DEVICE', 'PUSH_FAILED']),
  ...all('denied', ['USER_NOT_FOUND', 'USER_DISABLED', 'USER_BLOCKED', 'USER_LOCKED', 'THROTTLED']),
  ...all('failed', ['PROVIDER_ERROR', 'DIRECTORY_ERROR', 'INTERNAL', 'CALLER_DENIED']),
  ...all('failed', ['BAD_REQUEST', 'LOOP', 'TICKET_INVALID']),
  ...all('cancelled', ['SUPERSEDED', 'CALLER_GONE']),
};

function all<C extends ResultCode>(state: string, codes: readonly C[]): Record<C, string> {
  return Object.fromEntries(codes.map((code) => [code, state])) as Record<C, string>;
}

const codes = Object.keys(resultCodes) as ResultCode[];

test('every code has one terminal state, the one of the table', () => {
  expect(resultCodes).toEqual(table);
  expect(new Set(Object.values(resultCodes))).toEqual(new Set(terminalStates));
});

test('only approved and skipped let a person in', () => {
  const inside = codes.filter((code) => letsIn(outcomeOf(code)));
  expect(inside.toSorted()).toEqual(
    [
      'APPROVED',
      'BYPASSED',
      'CACHED',
      'NOT_ENROLLED',
      'TRUSTED_IP',
      'UNREACHABLE_OK',
      'USER_DISABLED_OK',
    ].toSorted(),
  );
});

test('every code ends an attempt with the event of its state, and names the person if there is one', () => {
  for (const code of codes) {
    const { state } = outcomeOf(code);
    const type = `Authentication${state.charAt(0).toUpperCase()}${state.slice(1)}`;
    expect(endedBy(code, undefined)).toEqual({ type, data: { code } });
    expect(endedBy(code, 'U')).toEqual({ type, data: { code, userId: 'U' } });
  }
});
