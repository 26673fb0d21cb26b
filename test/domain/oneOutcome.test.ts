import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { fold } from '../../domain/decider.ts';
import type { DomainEvent } from '../../domain/events.ts';
import { terminalStates, type TerminalState } from '../../domain/results.ts';
import { count, seed } from '../support/profile.ts';
import { attemptRules, hit, type AttemptCommand, type AttemptState } from './attempts.ts';
import { added, minuteMs, nowMs, phone, tokenAssigned } from './people.ts';

const terminalTypes: ReadonlySet<string> = new Set(
  terminalStates.map((state) => `Authentication${state.charAt(0).toUpperCase()}${state.slice(1)}`),
);
const isTerminal = ({ type }: DomainEvent): boolean => terminalTypes.has(type);

const six = {
  approve: { type: 'answer', answer: 'approve' },
  deny: { type: 'answer', answer: 'deny' },
  fraud: { type: 'answer', answer: 'fraud' },
  timeout: { type: 'end', code: 'NO_RESPONSE', atMs: nowMs + minuteMs },
  cancel: { type: 'end', code: 'CALLER_GONE' },
  block: { type: 'block' },
} as const satisfies Record<string, AttemptCommand>;
type Name = keyof typeof six;
const names = Object.keys(six) as Name[];

/** What may come out where this command is the first to be decided. */
const allowed: Record<Name, TerminalState> = {
  approve: 'approved',
  deny: 'denied',
  fraud: 'denied',
  timeout: 'expired',
  cancel: 'cancelled',
  block: 'denied',
};

const apply = (command: AttemptCommand, state: AttemptState) => {
  const events = attemptRules.decide(command, state);
  return { events, state: fold(attemptRules, events, state) };
};

const opened = (story: readonly DomainEvent[]): AttemptState =>
  apply({ type: 'open' }, fold(attemptRules, story)).state;
const asked = opened([added(), ...phone()]);

/** Walks all orders of the six to a depth, each command `times` in a row; @returns the number of orders */
const walk = (depth: number, times: number): number => {
  let orders = 0;
  const visit = (state: AttemptState, outcome: unknown, left: number): void => {
    if (left === 0) {
      orders += 1;
      return;
    }
    for (const name of names) {
      let now = state;
      let terminals = 0;
      for (let time = 0; time < times; time += 1) {
        const step = apply(six[name], now);
        terminals += step.events.filter(isTerminal).length;
        now = step.state;
      }
      const { attempt } = now;
      if (attempt.status !== 'ended') throw new Error(`${name} did not end the attempt`);
      if (terminals !== (outcome === undefined ? 1 : 0)) throw new Error(`${terminals} ends`);
      if (outcome === undefined) expect(attempt.outcome.state).toBe(allowed[name]);
      else if (attempt.outcome !== outcome) throw new Error('the outcome changed');
      visit(now, attempt.outcome, left - 1);
    }
  };
  visit(asked, undefined, depth);
  return orders;
};

describe('REL-04 the first decision wins', () => {
  test('REL-04 in all orders of approve, deny, fraud, timeout, cancel and block to depth 5', () => {
    expect(walk(5, 1)).toBe(6 ** 5);
  });

  test('REL-04 in the same orders with every command doubled', () => {
    expect(walk(5, 2)).toBe(6 ** 5);
  });

  test('REL-04 no stream of commands, at whatever times, reaches two outcomes', () => {
    const atMs = fc.integer({ min: nowMs - minuteMs, max: nowMs + 3 * minuteMs });
    const commands = fc.oneof(
      fc.constantFrom(...Object.values(six)),
      fc.constant<AttemptCommand>({ type: 'open' }),
      fc.constant<AttemptCommand>({ type: 'code', match: undefined }),
      fc
        .integer({ min: 1, max: 4 })
        .map((step): AttemptCommand => ({ type: 'code', match: hit(step) })),
      fc
        .constantFrom('FRAUD_REPORTED', 'APPROVED', 'INTERNAL', 'SUPERSEDED' as const)
        .map((code): AttemptCommand => ({ type: 'end', code: code as 'APPROVED' })),
    );
    const stream = fc.array(fc.record({ command: commands, atMs }), { maxLength: 30 });
    const people = fc.constantFrom(
      [added(), ...phone()],
      [added({ method: 'oath' }), tokenAssigned()],
      [added()],
    );
    fc.assert(
      fc.property(people, stream, (story, orders) => {
        let state = fold(attemptRules, story);
        const ends: DomainEvent[] = [];
        for (const order of orders) {
          const step = apply({ ...order.command, atMs: order.atMs }, state);
          ends.push(...step.events.filter(isTerminal));
          state = step.state;
        }
        expect(ends.length).toBeLessThanOrEqual(1);
        expect(state.attempt.status === 'ended').toBe(ends.length === 1);
        if (state.attempt.status === 'ended')
          expect(ends[0]!.data).toMatchObject({ code: state.attempt.outcome.code });
      }),
      { seed, numRuns: count(4_000) },
    );
  });

  test('REL-04 a later terminal event in the log changes nothing either', () => {
    const { state } = apply(six.deny, asked);
    const later: DomainEvent = { type: 'AuthenticationApproved', data: { code: 'APPROVED' } };
    expect(fold(attemptRules, [later], state).attempt).toEqual(state.attempt);
  });
});
