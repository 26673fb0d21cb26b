import { describe, expect, test } from '@jest/globals';
import type { AttemptRequest } from '../../domain/attemptOpening.ts';
import type { DomainEvent } from '../../domain/events.ts';
import { toIso } from '../../domain/instants.ts';
import { noItems, type ItemLists } from '../../domain/items.ts';
import type { CacheRule, TrustedIps } from '../../domain/items/rules.ts';
import type { ResultCode } from '../../domain/results.ts';
import { given, request } from './attempts.ts';
import {
  added,
  blocked,
  challengeClosed,
  challengeOpened,
  hourMs,
  minuteMs,
  nowMs,
  phone,
  secondMs,
} from './people.ts';

const trusting = (...addresses: string[]): ItemLists =>
  lists({ trustedIps: new Map<string, TrustedIps>([['office', { addresses }]]) });
const caching = (rule: Partial<CacheRule> = {}): ItemLists =>
  lists({
    cacheRule: new Map<string, CacheRule>([['c', { type: 'user', seconds: 600, ...rule }]]),
  });
const lists = (some: Partial<ItemLists>): ItemLists => ({ ...noItems, ...some });

const jo = [added(), ...phone()];
const bypass: DomainEvent = {
  type: 'BypassCreated',
  data: { bypassId: 'BY', seconds: 300, until: toIso(nowMs + 5 * minuteMs), reason: 'lost phone' },
};
const around = { channel: 'sdk', application: 'VPN', ipKey: 'office' } as const;
/** An approval five minutes ago. */
const approvedBefore = (code: ResultCode = 'APPROVED'): readonly DomainEvent[] => [
  challengeOpened('R0', around),
  challengeClosed('R0', code, nowMs - 5 * minuteMs),
];

const codeOf = (events: readonly DomainEvent[]) => {
  const last = events.filter(({ type }) => type.startsWith('Authentication')).at(-1);
  return last && 'code' in last.data ? last.data.code : last?.type;
};
const asked = 'AuthenticationChallengeSent';
const open = (items: ItemLists, more: Partial<AttemptRequest> = {}) =>
  ({ type: 'open', items, request: more }) as const;

describe('trusted addresses', () => {
  const from = (initiatingIp: string) => ({ initiatingIp });
  test('let in without asking, from where they lie and for what they are', () => {
    expect(codeOf(given(...jo).when(open(trusting('10.0.0.0/8'), from('10.1.2.3'))).events)).toBe(
      'TRUSTED_IP',
    );
    expect(codeOf(given(...jo).when(open(trusting('10.0.0.0/8'), from('11.1.2.3'))).events)).toBe(
      asked,
    );
    const elsewhere = lists({
      trustedIps: new Map([['portal', { addresses: ['10.0.0.0/8'], channels: ['portal'] }]]),
    });
    expect(codeOf(given(...jo).when(open(elsewhere, from('10.1.2.3'))).events)).toBe(asked);
  });
  test('H10-1 a blocked user on a trusted address with a bypass is denied as blocked', () => {
    const items = {
      ...trusting('10.0.0.0/8'),
      ...caching(),
      trustedIps: trusting('10.0.0.0/8').trustedIps,
    };
    const story = [...jo, ...approvedBefore(), bypass, blocked(nowMs + hourMs)];
    expect(codeOf(given(...story).when(open(items, from('10.1.2.3'))).events)).toBe('USER_BLOCKED');
  });
});

describe('a one-time bypass', () => {
  test('lets in once and is spent in the same step', () => {
    const first = given(...jo, bypass).when(open(noItems));
    expect(codeOf(first.events)).toBe('BYPASSED');
    expect(first.events.map(({ type }) => type)).toContain('BypassUsed');
    expect(
      codeOf(
        given(...jo, bypass, ...first.events.filter(({ type }) => type === 'BypassUsed')).when(
          open(noItems),
        ).events,
      ),
    ).toBe(asked);
  });
  test('ends at its end time, used or not', () => {
    const at = (atMs: number) => ({ ...open(noItems), atMs });
    expect(codeOf(given(...jo, bypass).when(at(nowMs + 5 * minuteMs - 1)).events)).toBe('BYPASSED');
    expect(codeOf(given(...jo, bypass).when(at(nowMs + 5 * minuteMs)).events)).toBe(asked);
  });
  test('stands in for nobody who must be asked', () => {
    expect(codeOf(given(...jo, bypass).when(open(noItems, { mustAsk: true })).events)).toBe(asked);
  });
});

describe('the cache', () => {
  const at = { data: { ...request().data, application: 'VPN' } };
  test('lets in for so many seconds after an approved challenge, by who, where and whence', () => {
    const seen = (rule: Partial<CacheRule>, more: Partial<AttemptRequest> = {}) =>
      codeOf(
        given(...jo, ...approvedBefore()).when(open(caching(rule), { ...at, ...more })).events,
      );
    expect(seen({})).toBe('CACHED');
    expect(seen({ seconds: 299 })).toBe(asked);
    expect(seen({ type: 'application' })).toBe('CACHED');
    expect(seen({ type: 'application' }, { data: { ...at.data, application: 'Mail' } })).toBe(
      asked,
    );
    expect(seen({ type: 'applicationAndIp' }, { ipKey: 'office' })).toBe('CACHED');
    expect(seen({ type: 'applicationAndIp' }, { ipKey: 'home' })).toBe(asked);
    expect(seen({ type: 'applicationAndIp' })).toBe(asked);
    expect(seen({ channel: 'portal' })).toBe(asked);
  });
  test.each<[string, readonly DomainEvent[]]>([
    [
      'a denial',
      [challengeOpened('R1', around), challengeClosed('R1', 'USER_DENIED', nowMs - minuteMs)],
    ],
    [
      'a fraud alert',
      [challengeOpened('R1', around), challengeClosed('R1', 'FRAUD_REPORTED', nowMs - minuteMs)],
    ],
    [
      'another phone',
      [{ type: 'UserPhoneChanged', data: { which: 'primary', masked: '+1 XXX147' } }],
    ],
    ['another device', [...phone('phone2')]],
    [
      'another method',
      [{ type: 'UserMethodChanged', data: { method: 'app', appMode: 'standard' } }],
    ],
    [
      'being disabled and enabled',
      [
        { type: 'UserDisabled', data: {} },
        { type: 'UserEnabled', data: {} },
      ],
    ],
    ['a block that is over', [blocked(nowMs - secondMs)]],
    [
      'a wrong code',
      [
        {
          type: 'UserCodeRefused',
          data: { requestId: 'R1', reason: 'WRONG_CODE', at: toIso(nowMs - minuteMs) },
        },
      ],
    ],
  ])('H10-8 SEC-42 does not survive %s', (_what, between) => {
    expect(codeOf(given(...jo, ...approvedBefore()).when(open(caching(), at)).events)).toBe(
      'CACHED',
    );
    expect(
      codeOf(given(...jo, ...approvedBefore(), ...between).when(open(caching(), at)).events),
    ).toBe(asked);
  });
  test('cached and bypassed answers do not extend it', () => {
    const cached = given(...jo, ...approvedBefore()).when(open(caching(), at)).events;
    expect(cached.every(({ type }) => type.startsWith('Authentication'))).toBe(true);
    expect(
      codeOf(given(...jo, ...approvedBefore('BYPASSED')).when(open(caching(), at)).events),
    ).toBe(asked);
  });
});
