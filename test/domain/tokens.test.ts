import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { Rejected } from '../../domain/errors.ts';
import type { DomainEvent, EventData } from '../../domain/events.ts';
import { toIso } from '../../domain/instants.ts';
import { defaultSettings } from '../../domain/settings.ts';
import { canonicalSerial, evolveToken, noToken, type Token } from '../../domain/token.ts';
import { activatable, activation, resync, resyncRange } from '../../domain/tokenCodes.ts';
import { withoutDoubles, type TokenLine } from '../../domain/tokenFile.ts';
import { assignable, assignToken, importToken, loseToken } from '../../domain/tokenRules.ts';
import { absentUser, evolveUser, usableOathSources, type User } from '../../domain/user.ts';
import { decideUser, type UserCommand } from '../../domain/userRules.ts';
import { count, seed } from '../support/profile.ts';
import { added, minuteMs, nowMs, sealed, tokenAssigned, userId } from './people.ts';

const imported: EventData['TokenImported'] = {
  tokenId: 'T1',
  serial: 'S1',
  secret: sealed('stock'),
  kind: 'totp',
  digits: 6,
  periodSeconds: 30,
  counter: 0,
  batchId: 'B1',
};
const token = (...events: readonly DomainEvent[]): Token => events.reduce(evolveToken, noToken);
const user = (...events: readonly DomainEvent[]): User =>
  [added(), ...events].reduce(evolveUser, absentUser);
const fresh = token({ type: 'TokenImported', data: imported });
const taken: DomainEvent = { type: 'TokenTaken', data: { userId } };
const kindOf = (rule: () => unknown): string | undefined => {
  try {
    rule();
    return undefined;
  } catch (error) {
    return error instanceof Rejected ? error.kind : String(error);
  }
};
const sourceOf = (holder: User, tokenId: string) => {
  const source =
    holder.status === 'present' && holder.oathSources.find((known) => known.tokenId === tokenId);
  if (!source) throw new TypeError('there is no such source');
  return source;
};
const givenTo = (holder: User, from: Token = fresh): User => {
  const free = assignable(from, userId, holder)!;
  return assignToken(free, userId, sealed('own')).user.reduce<User>(evolveUser, holder);
};

describe('a hardware token', () => {
  test('is imported once under its serial number, however that is spelled', () => {
    expect(importToken(noToken, imported).token).toEqual([
      { type: 'TokenImported', data: imported },
    ]);
    expect(kindOf(() => importToken(fresh, imported))).toBe('alreadyExists');
    expect(canonicalSerial(' ab12 ')).toBe('AB12');
  });

  test('is one person’s at a time, and the same person’s again without harm', () => {
    const held = evolveToken(fresh, taken);
    expect(assignable(held, userId, user())).toBeUndefined();
    expect(kindOf(() => assignable(held, 'USER2', user()))).toBe('conflict');
    expect(kindOf(() => assignable(noToken, userId, user()))).toBe('notFound');
    expect(kindOf(() => assignable(fresh, userId, absentUser))).toBe('notFound');
  });

  test('counts only after one right code', () => {
    const holder = givenTo(user());
    expect(holder.status === 'present' && usableOathSources(holder)).toEqual([]);
    const active = evolveUser(holder, { type: 'TokenActivated', data: { tokenId: 'T1', step: 9 } });
    expect(active.status === 'present' && usableOathSources(active)).toMatchObject([
      { tokenId: 'T1', lastStep: 9, hardware: true, serial: 'S1' },
    ]);
  });

  test('taken away it is in stock again, and an event token counts on from where it stands', () => {
    const counting = token({
      type: 'TokenImported',
      data: { ...imported, kind: 'hotp', counter: 5 },
    });
    const holder = givenTo(user(), counting);
    const used = evolveUser(holder, {
      type: 'UserCodeAccepted',
      data: { requestId: 'R', tokenId: 'T1', step: 41, drift: 0, at: toIso(nowMs) },
    });
    const step = decideUser({ type: 'disableToken', tokenId: 'T1' }, used, {
      userId,
      settings: defaultSettings,
      nowMs,
    });
    expect(step.tokens).toEqual([{ serial: 'S1', counter: 42 }]);
    const released: DomainEvent = { type: 'TokenReleased', data: { userId, counter: 42 } };
    const free = assignable([taken, released].reduce(evolveToken, counting), 'USER2', user())!;
    expect(assignToken(free, 'USER2', sealed('own')).user).toMatchObject([
      { data: { counter: 42, kind: 'hotp' } },
    ]);
  });

  test('goes back to stock with a person who is removed; software tokens do not', () => {
    const holder = givenTo(user(tokenAssigned('soft')));
    const step = decideUser({ type: 'remove' }, holder, {
      userId,
      settings: defaultSettings,
      nowMs,
    });
    expect(step.tokens).toEqual([{ serial: 'S1' }]);
  });

  test('stays with a person who registers anew, but must be activated again', () => {
    const holder = evolveUser(givenTo(user()), { type: 'TokenActivated', data: { tokenId: 'T1' } });
    const { user: facts } = decideUser(
      { type: 'resetRegistration' } satisfies UserCommand,
      holder,
      {
        userId,
        settings: defaultSettings,
        nowMs,
      },
    );
    const after = facts.reduce<User>(evolveUser, holder);
    expect(sourceOf(after, 'T1').status).toBe('assigned');
  });

  test('that is lost is nobody’s any more, and never will be again', () => {
    const holder = givenTo(user());
    const held = evolveToken(fresh, taken);
    const step = loseToken(held, holder, 'left in a train');
    expect(step.user).toEqual([{ type: 'TokenDisabled', data: { tokenId: 'T1' } }]);
    const lost = step.token.reduce(evolveToken, held);
    expect(kindOf(() => assignable(lost, userId, user()))).toBe('notAllowed');
    expect(loseToken(lost, absentUser, 'again')).toEqual({ token: [], user: [] });
    expect(loseToken(fresh, absentUser, 'x').user).toEqual([]);
    expect(kindOf(() => loseToken(noToken, absentUser, 'x'))).toBe('notFound');
    expect(evolveToken(lost, { type: 'TokenReleased', data: { userId } }).status).toBe('lost');
  });

  test('a user has at most ten, besides apps', () => {
    const ten = Array.from({ length: 10 }, (_, index) => tokenAssigned(`soft${index}`));
    expect(kindOf(() => assignable(fresh, userId, user(...ten)))).toBe('limitReached');
    expect(assignable(fresh, userId, user(...ten.slice(1)))).toBe(fresh);
  });
});

describe('activation', () => {
  const holder = givenTo(user());
  const refusedAt = (...minutes: readonly number[]): User =>
    minutes.reduce<User>(
      (state, minute) =>
        evolveUser(state, {
          type: 'TokenActivationRefused',
          data: { tokenId: 'T1', at: toIso(nowMs + minute * minuteMs) },
        }),
      holder,
    );
  const at = (state: User, minute: number) =>
    kindOf(() => activatable(state, 'T1', nowMs + minute * minuteMs));

  test('a right code makes it active and is spent', () => {
    const source = activatable(holder, 'T1', nowMs);
    expect(activation(source, { step: 101, serverStep: 100 }, nowMs)).toEqual({
      type: 'TokenActivated',
      data: { tokenId: 'T1', step: 101, drift: 1 },
    });
    expect(activation(source, undefined, nowMs).type).toBe('TokenActivationRefused');
    const once = evolveUser(holder, {
      type: 'TokenResynced',
      data: { tokenId: 'T1', drift: 0, step: 101 },
    });
    const spent = activation(sourceOf(once, 'T1'), { step: 101, serverStep: 100 }, nowMs);
    expect(spent.type).toBe('TokenActivationRefused');
  });

  test('three wrong codes lock the token for 15 minutes after the third', () => {
    expect(at(refusedAt(0, 1), 2)).toBeUndefined();
    expect(at(refusedAt(0, 1, 2), 2)).toBe('throttled');
    expect(at(refusedAt(0, 1, 2), 16.9)).toBe('throttled');
    expect(at(refusedAt(0, 1, 2), 17)).toBeUndefined();
    // The next three are counted anew.
    expect(at(refusedAt(0, 1, 2, 18, 19), 20)).toBeUndefined();
    expect(at(refusedAt(0, 1, 2, 18, 19, 20), 21)).toBe('throttled');
    // Slow guessing is locked too.
    expect(at(refusedAt(0, 14, 28), 29)).toBe('throttled');
  });

  test('an active or unknown token is none to activate', () => {
    const active = evolveUser(holder, { type: 'TokenActivated', data: { tokenId: 'T1' } });
    expect(at(active, 0)).toBe('alreadyDecided');
    expect(kindOf(() => activatable(holder, 'T2', nowMs))).toBe('notFound');
    expect(kindOf(() => activatable(absentUser, 'T1', nowMs))).toBe('notFound');
  });
});

describe('resynchronisation', () => {
  test('a clock is looked for 20 steps to either side, behind what passed before', () => {
    const source = sourceOf(givenTo(user()), 'T1');
    expect(resyncRange(source, 1_000)).toEqual({ from: 980, range: 41 });
    expect(resyncRange({ ...source, lastStep: 990 }, 1_000)).toEqual({ from: 991, range: 30 });
    const ahead = resyncRange({ ...source, lastStep: 2_000 }, 1_000);
    expect(ahead.range).toBeLessThanOrEqual(0);
  });

  test('a counter is looked for 20 ahead', () => {
    const source = { ...sourceOf(givenTo(user()), 'T1'), kind: 'hotp' as const };
    expect(resyncRange({ ...source, lastStep: 7 }, 0)).toEqual({ from: 8, range: 21 });
  });

  test('what was found sets the drift and is spent', () => {
    const source = sourceOf(givenTo(user()), 'T1');
    const fact = resync(source, 1_015, 1_000);
    expect(fact).toEqual({
      type: 'TokenResynced',
      data: { tokenId: 'T1', drift: 15, step: 1_015 },
    });
    expect(sourceOf(evolveUser(givenTo(user()), fact), 'T1')).toMatchObject({
      drift: 15,
      lastStep: 1_015,
    });
    expect(kindOf(() => resync(source, undefined, 1_000))).toBe('invalid');
  });
});

describe('a file of tokens', () => {
  test('a serial number counts where it stands first', () => {
    const serial = fc.constantFrom('a1', 'A1', 'b2', 'c3', ' c3');
    fc.assert(
      fc.property(fc.array(serial), (serials) => {
        const lines = serials.map((text, index): TokenLine => ({
          line: index + 1,
          token: {
            serial: text,
            secret: 'A'.repeat(32),
            weak: false,
            kind: 'totp',
            digits: 6,
            periodSeconds: 30,
            counter: 0,
          },
        }));
        const kept = withoutDoubles(lines).filter((line) => 'token' in line);
        expect(kept.map(({ token: { serial: text } }) => canonicalSerial(text))).toEqual([
          ...new Set(serials.map(canonicalSerial)),
        ]);
      }),
      { seed, numRuns: count(1_000) },
    );
  });
});
