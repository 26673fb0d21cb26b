import { describe, expect, test } from '@jest/globals';
import { isLinearizable, type Operation } from './linearizable.ts';
import { personRegister, type PersonCall, type PersonResult } from './personRegister.ts';

type Op = Operation<PersonCall, PersonResult>;
const told = (invokedAt: number, at: number, call: PersonCall, result: PersonResult): Op => ({
  call,
  invokedAt,
  told: { result, at },
});
const lost = (invokedAt: number, call: PersonCall): Op => ({ call, invokedAt });
const login = (step: number): PersonCall => ({ kind: 'login', step, serverSteps: [step] });
const fits = (...history: readonly Op[]): boolean => isLinearizable(history, personRegister);

describe('the search for an order', () => {
  test('finds one where calls overlap, in whatever order they were told', () => {
    expect(fits(told(0, 10, { kind: 'block' }, 'done'), told(1, 9, login(1), 'accepted'))).toBe(
      true,
    );
    expect(
      fits(
        told(0, 10, { kind: 'block' }, 'done'),
        told(5, 20, { kind: 'unblock' }, 'done'),
        told(11, 19, login(1), 'blocked'),
        told(21, 22, login(1), 'accepted'),
      ),
    ).toBe(true);
  });
  test('finds none for an accept that began after a block was acknowledged', () => {
    expect(fits(told(0, 10, { kind: 'block' }, 'done'), told(11, 12, login(1), 'accepted'))).toBe(
      false,
    );
    expect(
      fits(told(0, 10, { kind: 'disable' }, 'done'), told(11, 12, { kind: 'ask' }, 'asked')),
    ).toBe(false);
  });
  test('finds none where one code passes twice, or a stale state is seen after a new one', () => {
    expect(fits(told(0, 10, login(1), 'accepted'), told(0, 10, login(1), 'accepted'))).toBe(false);
    expect(fits(told(0, 10, login(1), 'accepted'), told(0, 10, login(1), 'refused'))).toBe(true);
    expect(
      fits(
        told(0, 30, { kind: 'block' }, 'done'),
        told(1, 2, login(1), 'blocked'),
        told(3, 4, login(1), 'accepted'),
      ),
    ).toBe(false);
  });
  test('SEC-32 knows what a code has taught: the next step is refused only where the last code came late', () => {
    const late: PersonCall = { kind: 'login', step: 1, serverSteps: [1, 2] };
    const next: PersonCall = { kind: 'login', step: 3, serverSteps: [2] };
    expect(fits(told(0, 1, late, 'accepted'), told(2, 3, next, 'refused'))).toBe(true);
    expect(fits(told(0, 1, login(1), 'accepted'), told(2, 3, next, 'refused'))).toBe(false);
    const last = told(4, 5, { kind: 'login', step: 2, serverSteps: [2] }, 'accepted');
    expect(fits(told(0, 1, late, 'accepted'), last, told(6, 7, next, 'refused'))).toBe(false);
    expect(fits(told(0, 1, late, 'accepted'), last, told(6, 7, next, 'accepted'))).toBe(true);
  });
  test('lets a call whose answer was lost have happened at any time, or never', () => {
    const block = lost(0, { kind: 'block' });
    expect(fits(block, told(100, 101, login(1), 'blocked'))).toBe(true);
    expect(fits(block, told(100, 101, login(1), 'accepted'))).toBe(true);
    expect(fits(block, told(1, 2, login(1), 'blocked'), told(3, 4, login(1), 'accepted'))).toBe(
      false,
    );
    expect(fits(lost(5, { kind: 'block' }), told(1, 2, login(1), 'blocked'))).toBe(false);
  });
});
