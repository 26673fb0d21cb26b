import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { DomainEvent } from '../../domain/events.ts';
import { toIso } from '../../domain/instants.ts';
import { defaultSettings } from '../../domain/settings.ts';
import { normaliseAnswer, normaliseSpareCode, spelledSpareCode } from '../../domain/spareCodes.ts';
import { absentUser, evolveUser, type User } from '../../domain/user.ts';
import { decideUser, resultOf, type UserCommand } from '../../domain/userRules.ts';
import { givenBy } from '../support/given.ts';
import { count, seed } from '../support/profile.ts';
import { added, minuteMs, nowMs, sealed, userId } from './people.ts';
import { anyText } from '../support/anyText.ts';

const letters = fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.split(''));
const code = fc.array(letters, { minLength: 13, maxLength: 32 }).map((all) => all.join(''));
const options = { seed, numRuns: count(2_000) };

describe('spare codes as they are typed', () => {
  test('groups, blanks and lower case do not matter', () => {
    fc.assert(
      fc.property(code, (plain) => {
        expect(normaliseSpareCode(plain)).toBe(plain);
        expect(normaliseSpareCode(spelledSpareCode(plain))).toBe(plain);
        expect(normaliseSpareCode(` ${plain.toLowerCase().slice(0, 5)} ${plain.slice(5)}\n`)).toBe(
          plain,
        );
      }),
      options,
    );
    expect(spelledSpareCode('ABCDEFGHIJKLMNOP')).toBe('ABCD-EFGH-IJKL-MNOP');
  });

  test.each(['', '123456', '12345678', 'ABCDEFGHIJKL', 'ABCDEFGH0JKLMNOP', 'A'.repeat(33), 'Ä'])(
    '%j is no try of one',
    (text) => expect(normaliseSpareCode(text)).toBeUndefined(),
  );

  test('any text ends as a code or as none', () => {
    fc.assert(
      fc.property(anyText(), (text) => {
        const plain = normaliseSpareCode(text);
        expect(plain === undefined || /^[A-Z2-7]{13,32}$/.test(plain)).toBe(true);
      }),
      options,
    );
  });
});

describe('answers to security questions', () => {
  test.each([
    ['Müller', ' muller '],
    ['Straße', 'STRASSE'],
    ['Crème Brûlée', 'creme brulee'],
    ['É', 'É'],
  ])('%j and %j are one answer', (one, other) =>
    expect(normaliseAnswer(one)).toBe(normaliseAnswer(other)),
  );

  test('blanks within and other words are told apart', () => {
    expect(normaliseAnswer('New York')).not.toBe(normaliseAnswer('NewYork'));
    expect(normaliseAnswer('Rex')).not.toBe(normaliseAnswer('Max'));
  });

  test('an answer that was normalised stays as it is', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const answer = normaliseAnswer(text);
        expect(normaliseAnswer(answer)).toBe(answer);
      }),
      options,
    );
  });
});

const given = givenBy<UserCommand, User>({
  initialState: absentUser,
  decide: (command, user) =>
    decideUser(command, user, { userId, settings: defaultSettings, nowMs }).user,
  evolve: evolveUser,
});
const jo = added();
const hashes = Array.from({ length: 10 }, (_, index) => `hash${index}`);

describe('SEC-52 recovery codes', () => {
  const issued: DomainEvent = { type: 'RecoveryCodesIssued', data: { codeHashes: hashes } };

  test('there are ten, and new ones take the place of all before', () => {
    given(jo).when({ type: 'issueRecoveryCodes', codeHashes: hashes }).then(issued);
    const others = hashes.map((hash) => `${hash}b`);
    const after = [
      issued,
      { type: 'RecoveryCodesIssued', data: { codeHashes: others } } as const,
    ].reduce<User>(evolveUser, evolveUser(absentUser, jo));
    expect(after).toMatchObject({ recoveryHashes: others, usedRecoveryHashes: [] });
  });

  test('fewer, or equal ones, are refused', () => {
    given(jo)
      .when({ type: 'issueRecoveryCodes', codeHashes: hashes.slice(1) })
      .isRejected('invalid');
    given(jo)
      .when({ type: 'issueRecoveryCodes', codeHashes: [...hashes.slice(1), 'hash1'] })
      .isRejected('invalid');
  });

  test('a code that was used is no longer there', () => {
    const used: DomainEvent = {
      type: 'RecoveryCodeUsed',
      data: { requestId: 'R1', codeHash: 'hash3', at: toIso(nowMs) },
    };
    const after = [jo, issued, used].reduce(evolveUser, absentUser);
    expect(after).toMatchObject({ usedRecoveryHashes: ['hash3'] });
    expect(after.status === 'present' && after.recoveryHashes).toHaveLength(9);
  });
});

describe('temporary access pass', () => {
  const order = {
    type: 'issuePass',
    passId: 'pass2',
    codeHash: 'hash2',
    once: true,
    minutes: 60,
    reason: 'new phone',
  } as const;
  const issued = (passId: string, minutes: number): DomainEvent => ({
    type: 'AccessPassIssued',
    data: {
      passId,
      codeHash: 'hash2',
      once: true,
      until: toIso(nowMs + minutes * minuteMs),
      reason: 'new phone',
    },
  });

  test('lives for ten minutes to eight hours', () => {
    given(jo).when(order).then(issued('pass2', 60));
    given(jo)
      .when({ ...order, minutes: 480 })
      .then(issued('pass2', 480));
    for (const minutes of [9, 481, Number.NaN])
      given(jo)
        .when({ ...order, minutes })
        .isRejected('invalid');
  });

  test('a new one ends the one before; one whose time is over needs no end', () => {
    const ended: DomainEvent = {
      type: 'AccessPassEnded',
      data: { passId: 'pass1', ended: 'replaced' },
    };
    given(jo, issued('pass1', 5)).when(order).then(ended, issued('pass2', 60));
    given(jo, issued('pass1', -5)).when(order).then(issued('pass2', 60));
  });

  test('is revoked where there is one', () => {
    const ended: DomainEvent = {
      type: 'AccessPassEnded',
      data: { passId: 'pass1', ended: 'revoked' },
    };
    given(jo, issued('pass1', 5)).when({ type: 'revokePass' }).then(ended);
    given(jo, issued('pass1', 5), ended).when({ type: 'revokePass' }).isRejected('notFound');
    given(jo).when({ type: 'revokePass' }).isRejected('notFound');
  });

  test('its end is told to the one who made it', () => {
    const pass = issued('pass2', 60);
    expect(resultOf(userId, [pass], [jo, pass].reduce(evolveUser, absentUser))).toMatchObject({
      passUntil: toIso(nowMs + 60 * minuteMs),
    });
  });
});

describe('security questions', () => {
  const questions = ['One?', 'Two?', 'Three?', 'Four?'];
  const set: DomainEvent = { type: 'QuestionsSet', data: { questions, answers: sealed('a') } };

  test('there are four, and they can be removed', () => {
    given(jo)
      .when({ type: 'setQuestions', questions, answers: sealed('a') })
      .then(set);
    given(jo)
      .when({ type: 'setQuestions', questions: ['One?'], answers: sealed('a') })
      .isRejected('invalid');
    given(jo, set).when({ type: 'resetQuestions' }).then({ type: 'QuestionsReset', data: {} });
    given(jo).when({ type: 'resetQuestions' }).then();
  });
});
