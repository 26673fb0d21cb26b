import { describe, expect, test } from '@jest/globals';
import { methods } from '../../../domain/methods.ts';
import { letsIn, outcomeOf, resultCodes } from '../../../domain/results.ts';
import type { ResultCode } from '../../../domain/results.ts';
import {
  callResultOf,
  callResults,
  errorOfRefusal,
  errorOfRejection,
  sdkErrors,
} from '../../../api/soap/pfWsSdkCodes.ts';

const results = Object.keys(resultCodes) as ResultCode[];

describe('callResult', () => {
  test.each([
    ['APPROVED', 'app', 21, 'Mobile App Authenticated'],
    ['APPROVED', 'oath', 23, 'OATH Code Verified'],
    ['APPROVED', 'sms', 19, 'Text Message Authenticated'],
    ['APPROVED', 'call', 2, 'Only # Entered'],
    ['BYPASSED', undefined, 7, 'Bypassed Auth'],
    ['CACHED', 'app', 6, 'Used Cache'],
    ['NOT_ENROLLED', undefined, 0, ''],
    ['USER_BLOCKED', 'app', 14, 'User is Blocked'],
    ['USER_LOCKED', 'app', 105, 'Account Locked'],
    ['METHOD_DISABLED', 'app', 149, 'Direct SDK Not Allowed'],
    ['UNREACHABLE', 'call', 102, 'Phone Unreachable'],
    ['FRAUD_REPORTED', 'call', 112, 'Fraud Code Entered'],
    ['FRAUD_REPORTED', 'app', 0, 'Fraud Reported'],
    ['USER_DENIED', 'app', 0, 'Mobile App Denied'],
    ['NO_RESPONSE', 'app', 0, 'Mobile App No Response'],
    ['WRONG_CODE', 'oath', 0, 'OATH Code Incorrect'],
    ['WRONG_PIN', 'call', 1, 'PIN Entered'],
  ] as const)('%s by %s is %d %s', (result, method, Code, Description) => {
    expect(callResultOf(result, method)).toEqual({ Code, Description });
  });

  test('an approval of before says by which rule it counts', () => {
    const cached = (cachedBy: 'user' | 'application' | 'applicationAndIp') =>
      callResultOf('CACHED', undefined, { cachedBy });
    expect(cached('user')).toEqual({ Code: 6, Description: 'Used Cache' });
    expect(cached('applicationAndIp')).toEqual({ Code: 8, Description: 'Used IP-based Cache' });
    expect(cached('application')).toEqual({ Code: 9, Description: 'Used App-based Cache' });
  });

  test('a call that was answered with a PIN says so', () => {
    expect(callResultOf('APPROVED', 'call', { withPin: true }).Code).toBe(1);
    expect(callResultOf('APPROVED', 'app', { withPin: true }).Code).toBe(21);
  });

  test('every end has one, by every method and without', () => {
    for (const result of results) {
      for (const method of [undefined, ...methods]) {
        expect(callResultOf(result, method)).toEqual({
          Code: expect.any(Number),
          Description: expect.any(String),
        });
      }
    }
  });

  test('no number stands for two constants but 0', () => {
    const numbers = Object.values(callResults)
      .map(({ Code }) => Code)
      .filter((code) => code !== 0);
    expect(new Set<number>(numbers).size).toBe(numbers.length);
  });
});

describe('error', () => {
  test('a refusal never has error 0; a plain one has 12', () => {
    for (const result of results.filter((code) => !letsIn(outcomeOf(code)))) {
      expect(errorOfRefusal(result).Code).not.toBe(0);
    }
    expect(errorOfRefusal('USER_DENIED')).toEqual({
      Code: 12,
      Description: 'Multi-Factor Authentication denied.',
    });
    expect(errorOfRefusal('THROTTLED').Code).toBe(12);
    expect(errorOfRefusal('USER_NOT_FOUND').Code).toBe(9020);
    expect(errorOfRefusal('PRIMARY_FAILED').Code).toBe(9022);
  });

  test('what the rules refuse', () => {
    expect(errorOfRejection('notFound', 'userNotFound')).toBe(sdkErrors.userNotFound);
    expect(errorOfRejection('notFound', 'notFound')).toBe(sdkErrors.notFound);
    expect(errorOfRejection('alreadyExists', 'userNotFound').Code).toBe(9021);
    expect(errorOfRejection('throttled', 'userNotFound').Code).toBe(9005);
  });
});
