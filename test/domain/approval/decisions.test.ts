import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { approverGone, askDecision, settleDecision } from '../../../domain/approval/decisions.ts';
import { Rejected } from '../../../domain/errors.ts';
import { count, seed } from '../../support/profile.ts';
import { begin, moment, policyOf, proof, users, voteOf, type Story } from './stories.ts';

const stateOf = (story: Story) => story.state.state;
const kindOf = (run: () => unknown): string => {
  try {
    run();
    return 'taken';
  } catch (error) {
    if (error instanceof Rejected) return error.kind;
    throw error;
  }
};

describe('quorum', () => {
  const two = policyOf([[users('a', 'b', 'c'), { quorum: 2 }]]);

  test('the second approval ends it, a rejection ends it at once', () => {
    const asked = begin(two).ask();
    expect(stateOf(asked.decide('a'))).toBe('pending');
    expect(stateOf(asked.decide('a').decide('b'))).toBe('approved');
    expect(stateOf(asked.decide('a').decide('b', 'reject'))).toBe('rejected');
  });

  test('where only an impossible quorum ends it, it goes on until then', () => {
    const lenient = policyOf([[users('a', 'b', 'c'), { quorum: 2, rejection: 'impossible' }]]);
    const asked = begin(lenient).ask().decide('a', 'reject');
    expect(stateOf(asked)).toBe('pending');
    expect(stateOf(asked.decide('b').decide('c'))).toBe('approved');
    expect(stateOf(asked.decide('b', 'reject'))).toBe('rejected');
  });

  test('"all" means everybody who was asked', () => {
    const asked = begin(policyOf([[users('a', 'b', 'c'), { quorum: 'all' }]])).ask();
    const almost = asked.decide('a').decide('b');
    expect([stateOf(almost), stateOf(almost.decide('c'))]).toEqual(['pending', 'approved']);
  });

  test('one approval of each of two groups: a tree asks for both', () => {
    const tree = {
      kind: 'all',
      of: [
        { kind: 'group', group: 'a+b' },
        { kind: 'group', group: 'c+d' },
      ],
    } as const;
    const asked = begin(policyOf([[tree, { quorum: 2 }]])).ask();
    expect(stateOf(asked.decide('a').decide('b'))).toBe('pending');
    expect(stateOf(asked.decide('a').decide('d'))).toBe('approved');
  });

  test('the second stage begins once the first one is met', () => {
    const asked = begin(policyOf([[users('a')], [users('b')]])).ask();
    const second = asked.decide('a').ask();
    expect(second.state.open?.stage).toBe(2);
    expect(kindOf(() => second.decide('a'))).toBe('notAllowed');
    expect(stateOf(second.decide('b'))).toBe('approved');
  });
});

describe('what does not count', () => {
  const one = begin(policyOf([[users('a', 'b'), { quorum: 2 }]])).ask();

  test.each([
    ['a denial', { code: 'USER_DENIED' }, 'notVerified'],
    ['a bypass', { code: 'BYPASSED' }, 'notVerified'],
    ['a cached approval', { code: 'CACHED' }, 'notVerified'],
    ['a trusted address', { code: 'TRUSTED_IP' }, 'notVerified'],
    ['somebody else', { userId: 'b' }, 'notAChallenge'],
    ['an attempt that asked nobody', { challenged: false }, 'notAChallenge'],
    ['an attempt of before', { startedAt: '2020-01-01T00:00:00.000Z' }, 'notAChallenge'],
    ['an access pass', { method: 'oath', source: 'pass' }, 'weakMethod'],
    ['a recovery code', { method: 'oath', source: 'recovery' }, 'weakMethod'],
    ['the answers to questions', { method: 'oath', source: 'questions' }, 'weakMethod'],
    ["the requestor's device", { shared: true }, 'sharedDevice'],
  ] as const)('SEC-67 H90-3 %s', (_name, evidence, reason) => {
    const after = one.decide('a', 'approve', { evidence });
    expect(after.facts.at(-1)).toMatchObject({ type: 'ApprovalDecisionRefused', data: { reason } });
    expect(after.state.decisions).toEqual([]);
    expect(after.state.pending).toEqual([]);
  });

  test('SEC-37 a plain tap, where the policy wants the number', () => {
    const strict = policyOf([[users('a')]], {
      confirmation: { required: true, methodClass: 'number' },
    });
    const asked = begin(strict).ask();
    expect(stateOf(asked.decide('a', 'approve', { evidence: { form: 'plain' } }))).toBe('pending');
    expect(stateOf(asked.decide('a'))).toBe('approved');
  });

  test('a verification that was used, or that nobody waits for', () => {
    const [voter, id] = [{ userId: 'a', mayAct: true, inPlaceOf: [] }, 'auth'];
    const asked = one.add(askDecision(one.state, voter, voteOf(), id, moment()));
    const settled = asked.add(settleDecision(asked.state, id, proof('a'), voter, moment()));
    expect(settleDecision(settled.state, id, proof('a'), voter, moment())).toEqual([]);
    const again = settled.add(askDecision(settled.state, voter, voteOf('reject'), id, moment()));
    const facts = settleDecision(again.state, id, proof('a'), voter, moment());
    expect(facts).toMatchObject([{ data: { reason: 'replayed' } }]);
  });

  test('a person who was blocked, disabled or removed meanwhile', () => {
    const voter = { userId: 'a', mayAct: true, inPlaceOf: [] };
    const asked = one.add(askDecision(one.state, voter, voteOf(), 'auth', moment()));
    const gone = { ...voter, mayAct: false };
    const facts = settleDecision(asked.state, 'auth', proof('a'), gone, moment());
    expect(facts).toMatchObject([{ data: { reason: 'notAllowed' } }]);
  });

  test('the wrong text, a missing comment, a longer time', () => {
    const vote = (vote_: object) => () => one.decide('a', 'approve', { vote: vote_ });
    expect(kindOf(vote({ hash: 'other' }))).toBe('conflict');
    expect(kindOf(vote({ ttlSeconds: 60 }))).toBe('notAllowed');
    expect(kindOf(() => one.decide('a', 'reject', { vote: { comment: undefined as never } }))).toBe(
      'invalid',
    );
  });

  test('a decision without a verification, unless policy and session allow it', () => {
    const free = policyOf([[users('a')]], {
      confirmation: { required: false, methodClass: 'any' },
    });
    const voter = { userId: 'a', mayAct: true, inPlaceOf: [] };
    const types = (policy: typeof free, signedIn: boolean) =>
      askDecision(begin(policy).ask().state, voter, { ...voteOf(), signedIn }, 'x', moment()).map(
        ({ type }) => type,
      );
    expect(types(free, true)[0]).toBe('ApprovalDecided');
    expect(types(free, false)).toEqual(['ApprovalDecisionAsked']);
    expect(types(policyOf([[users('a')]]), true)).toEqual(['ApprovalDecisionAsked']);
  });
});

describe('delegation', () => {
  test('a delegate takes one place, in their own name', () => {
    const asked = begin(policyOf([[users('a', 'b'), { quorum: 2 }]])).ask();
    const once = asked.decide('d', 'approve', { inPlaceOf: ['a', 'b'] });
    expect(once.state.decisions).toMatchObject([{ approverId: 'd', delegatedFrom: 'a' }]);
    // The same person does not fill a second place.
    const twice = once.decide('d', 'approve', { inPlaceOf: ['a', 'b'] });
    expect(stateOf(twice)).toBe('pending');
    expect(stateOf(twice.decide('b'))).toBe('approved');
  });

  test('nobody decides in the place of one who has decided', () => {
    const asked = begin(policyOf([[users('a', 'b'), { quorum: 2 }]])).ask();
    const decided = asked.decide('a');
    expect(kindOf(() => decided.decide('d', 'reject', { inPlaceOf: ['a'] }))).toBe('notAllowed');
  });

  test('not where the policy knows none', () => {
    const asked = begin(policyOf([[users('a')]], { delegation: false })).ask();
    expect(kindOf(() => asked.decide('d', 'approve', { inPlaceOf: ['a'] }))).toBe('notAllowed');
  });
});

describe('an approver who is gone', () => {
  test('ends the task; an impossible quorum goes a level up, or ends by rule, never as a yes', () => {
    const level = policyOf([[users('boss')]]).stages[0]!;
    const upwards = begin(policyOf([[users('a'), { escalation: [level] }]])).ask();
    const escalated = upwards.add(approverGone(upwards.state, 'a', 'disabled', moment()));
    expect(escalated.facts.at(-1)).toMatchObject({
      type: 'ApprovalEscalated',
      data: { reason: 'impossible' },
    });
    expect(stateOf(escalated.ask().decide('boss'))).toBe('approved');
    const lenient = begin(policyOf([[users('a'), { onTimeout: 'approve' }]])).ask();
    const ended = lenient.add(approverGone(lenient.state, 'a', 'removed', moment()));
    expect(stateOf(ended)).toBe('expired');
    expect(approverGone(ended.state, 'a', 'removed', moment())).toEqual([]);
  });
});

test('SEC-67 a delegate who is lent another place after deciding counts once', () => {
  const one = begin(policyOf([[users('a', 'b', 'c'), { quorum: 2 }]]))
    .ask()
    .decide('d', 'approve', { inPlaceOf: ['b'] });
  expect(kindOf(() => one.decide('d', 'approve', { inPlaceOf: ['c'] }))).toBe('notAllowed');
  expect(stateOf(one)).toBe('pending');
  expect(stateOf(one.decide('a'))).toBe('approved');
});

test('H90-4 SEC-67 no order of decisions lets the requestor count, or ends a request twice', () => {
  const people = ['R', 'a', 'b', 'c', 'd'] as const;
  const step = fc.record({
    userId: fc.constantFrom(...people),
    decision: fc.constantFrom('approve', 'reject'),
    inPlaceOf: fc.subarray(['R', 'a', 'b', 'c']),
    code: fc.constantFrom('APPROVED', 'APPROVED', 'USER_DENIED', 'BYPASSED'),
    shared: fc.boolean(),
  });
  const policies = fc.record({
    quorum: fc.constantFrom<1 | 2 | 3 | 'all'>(1, 2, 3, 'all'),
    rejection: fc.constantFrom('first', 'impossible'),
  });
  fc.assert(
    fc.property(policies, fc.array(step, { maxLength: 14 }), (stage, steps) => {
      let story = begin(policyOf([[users('R', 'a', 'b', 'c'), stage]])).ask();
      for (const { userId, decision, inPlaceOf, code, shared } of steps) {
        const evidence = { code, shared } as const;
        try {
          story = story.decide(userId, decision, { inPlaceOf, evidence });
        } catch (error) {
          if (!(error instanceof Rejected)) throw error;
        }
      }
      const { decisions } = story.state;
      expect(decisions.some(({ approverId }) => approverId === 'R')).toBe(false);
      expect(decisions.some(({ delegatedFrom }) => delegatedFrom === 'R')).toBe(false);
      const ends = story.facts.filter(
        ({ type }) => type === 'ApprovalGranted' || type === 'ApprovalRejected',
      );
      expect(ends.length).toBeLessThanOrEqual(1);
      if (story.state.state !== 'approved') return;
      const needed = stage.quorum === 'all' ? 3 : stage.quorum;
      const last = new Map(decisions.map((d) => [d.delegatedFrom ?? d.approverId, d]));
      const yes = [...last.values()].filter((d) => d.decision === 'approve' && d.counted);
      expect(new Set(yes.map(({ approverId }) => approverId)).size).toBeGreaterThanOrEqual(needed);
    }),
    { seed, numRuns: count(10_000) },
  );
});

test('all orders of three decisions end alike where nobody changes their mind', () => {
  const people = ['a', 'b', 'c'] as const;
  const orders = [
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
  ] as const;
  for (let mask = 0; mask < 8; mask += 1) {
    const ends = orders.map((order) => {
      let story = begin(
        policyOf([[users(...people), { quorum: 2, rejection: 'impossible' }]]),
      ).ask();
      for (const index of order) {
        if (story.state.state !== 'pending') break;
        story = story.decide(people[index], mask & (1 << index) ? 'approve' : 'reject');
      }
      return story.state.state;
    });
    expect(new Set(ends).size).toBe(1);
  }
});

test('a late decision is told the state', () => {
  const over = begin(policyOf([[users('a', 'b')]]))
    .ask()
    .decide('a');
  expect(() => over.decide('b')).toThrow('the request is approved');
  expect(kindOf(() => over.decide('b'))).toBe('alreadyDecided');
});
