import { createHmac } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { evolveAttempt, noAttempt, type Attempt } from '../../domain/attempt.ts';
import type { Context } from '../../domain/attemptEnding.ts';
import { openAttempt, type AttemptRequest } from '../../domain/attemptOpening.ts';
import { answerPush } from '../../domain/attemptPush.ts';
import { attemptSecrets } from '../../domain/attemptSecrets.ts';
import type { DomainEvent } from '../../domain/events.ts';
import { noItems, type ItemLists } from '../../domain/items.ts';
import { defaultSettings, type Settings } from '../../domain/settings.ts';
import { activationOrigin, type PresentUser } from '../../domain/user.ts';
import { below, pick, randomOf } from '../support/fuzz.ts';
import { count, seed } from '../support/profile.ts';
import { challengeOf, request, requestId } from './attempts.ts';
import {
  added,
  deviceActivated,
  deviceConfirmed,
  nowMs,
  person,
  phone,
  tokenAssigned,
  userId,
} from './people.ts';

const own = [deviceActivated('own', { typesSixDigits: true }), deviceConfirmed('own')];
const strict = { numberMatching: 'strict' } as const;

type More = {
  readonly request?: Partial<AttemptRequest>;
  readonly channel?: 'rest' | 'sdk' | 'radius';
  readonly originKey?: string;
  readonly settings?: Partial<Settings>;
  readonly items?: ItemLists;
};

const contextOf = (user: PresentUser, more: More = {}): Context => ({
  userId,
  user,
  settings: { ...defaultSettings, ...strict, ...more.settings },
  items: more.items ?? noItems,
  nowMs,
});

const opened = (user: PresentUser, more: More = {}): readonly DomainEvent[] => {
  const asked = request(more.request);
  const { channel = 'rest', originKey = asked.data.originKey } = more;
  const step = openAttempt(
    { ...asked, data: { ...asked.data, channel, originKey } },
    contextOf(user, more),
    (ids) => ids.map(challengeOf),
  );
  if (step === 'needsCode') throw new Error('no code was given');
  return step.attempt;
};

const challengeIn = (events: readonly DomainEvent[]) =>
  events.find((event) => event.type === 'AuthenticationChallengeSent')?.data;
const endIn = (events: readonly DomainEvent[]) => {
  const end = events.at(-1);
  return end && 'code' in end.data ? end.data.code : undefined;
};

describe('SEC-37 the strict profile', () => {
  test('asks only apps that can type six digits, for six digits', () => {
    const challenge = challengeIn(opened(person(added(), ...phone(), ...own)));
    expect(challenge).toMatchObject({ method: 'app', numberMatch: 'typeSix', pinTries: 3 });
    expect(challenge?.devices.map(({ deviceId }) => deviceId)).toEqual(['own']);
  });

  test('is off by default: two digits, to every phone', () => {
    const settings = defaultSettings;
    const challenge = challengeIn(opened(person(added(), ...phone(), ...own), { settings }));
    expect(challenge).toMatchObject({ numberMatch: 'type' });
    expect(challenge?.devices).toHaveLength(2);
  });

  test('leaves others to their codes, and nobody to a plain push', () => {
    const codes = person(added(), ...phone(), tokenAssigned());
    expect(challengeIn(opened(codes))).toMatchObject({ method: 'oath', devices: [] });
    const without = person(added(), deviceActivated('old'), deviceConfirmed('old'));
    expect(endIn(opened(without))).toBe('NO_METHOD');
    const asked = { request: { method: 'app' } } as const;
    expect(endIn(opened(codes, asked))).toBe('NO_METHOD');
  });

  test('no door without a number, no caller and no policy of one application opens a plain push', () => {
    const jo = person(added(), ...own);
    for (const more of [
      { channel: 'sdk' },
      { channel: 'radius' },
      { channel: 'sdk', request: { method: 'app' } },
      { request: { numberMatch: false } },
      { request: { numberMatch: false, method: 'app' } },
      { channel: 'sdk', settings: { allowPlainPush: true } },
    ] as const)
      expect(endIn(opened(jo, more))).toBe('NO_METHOD');
    const off = { numberMatch: 'off', application: 'VPN' } as const;
    const items = { ...noItems, loginPolicy: new Map([['vpn', off]]) };
    expect(challengeIn(opened(jo, { items }))).toMatchObject({ numberMatch: 'typeSix' });
  });

  test('the push that tries a new device stays as it is: nobody logs in with it', () => {
    const jo = person(added(), ...phone());
    const trying = { method: 'app', numberMatch: false } as const;
    const challenge = challengeIn(
      opened(jo, { request: trying, originKey: activationOrigin('R1') }),
    );
    expect(challenge).toMatchObject({ method: 'app' });
    expect(challenge).not.toHaveProperty('numberMatch');
  });

  const secrets = attemptSecrets({
    hash: (purpose, text) => createHmac('sha256', 'k').update(`${purpose}\0${text}`).digest('hex'),
  });

  test('shows six digits that are another number than the two', () => {
    for (let n = 0; n < 1_000; n += 1) {
      expect(secrets.matchNumber(`R${n}`, 'typeSix')).toMatch(/^\d{6}$/);
      expect(secrets.matchNumber(`R${n}`, 'type')).toBe(secrets.matchNumber(`R${n}`));
      expect(secrets.matchNumber(`R${n}`)).toMatch(/^[1-9]\d$/);
    }
  });

  test(`a wrong number ${count(10_000)} times, and a plain yes as often: no approval`, () => {
    const random = randomOf(seed);
    const jo = person(added(), ...own);
    const attempt = opened(jo).reduce<Attempt>(evolveAttempt, noAttempt);
    const answered = {
      deviceId: 'own',
      guid: 'guid-of-own',
      answer: 'approve',
      blockId: 'block',
      pin: 'missing',
      authenticate: true,
    } as const;
    const context = contextOf(jo);
    for (let round = 0; round < count(10_000); round += 1) {
      const right = secrets.matchNumber(`R${round}`, 'typeSix');
      const typed = pick(random, [
        () => String(below(random, 1_000_000)).padStart(6, '0'),
        () => right.slice(-2),
        () => right.slice(0, 5),
        () => secrets.matchNumber(`R${round}`),
        () => secrets.matchNumber(`R${round + 1}`, 'typeSix'),
      ])();
      if (typed === right) continue;
      const wrong = answerPush(requestId, attempt, context, { ...answered, number: 'wrong' });
      expect(wrong.result).toBe('numberWrong');
      const plain = answerPush(requestId, attempt, context, { ...answered, number: 'missing' });
      expect(plain.result).toBe('pinNeeded');
      const types = [...wrong.step.attempt, ...plain.step.attempt].map(({ type }) => type);
      expect(types).not.toContain('AuthenticationApproved');
    }
    const right = answerPush(requestId, attempt, context, { ...answered, number: 'right' });
    expect(right.step.attempt).toMatchObject([
      { data: { answer: 'approve', form: 'number' } },
      { type: 'AuthenticationApproved' },
    ]);
  });
});
