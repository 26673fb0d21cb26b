import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import {
  catalogue,
  createCatalogue,
  UnfitEvent,
  UnreadableEvent,
  type EventRow,
} from '../../../adapters/eventStore/catalogue.ts';
import { openMemoryEventStore } from '../../../adapters/eventStore/memory.ts';
import type { NewEvent } from '../../../adapters/eventStore/port.ts';
import { workMs } from '../../support/speed.ts';
import { append, enabled, meta, ruleMatched } from './given.ts';

const id = '0190a0b0-0000-7000-8000-000000000000';
const sealed = 's1:AbCdEfGhIjKlMnOp:q83vEjRWeJA';

const event = (type: string, data: unknown, around: unknown = meta): NewEvent =>
  ({ id, type, data, meta: around }) as NewEvent;

const row = (type: string, data: unknown, more: Partial<EventRow> = {}): EventRow => ({
  position: 17,
  id,
  stream: 'user-1',
  revision: 3,
  type,
  version: 1,
  data: JSON.stringify(data),
  meta: JSON.stringify(meta),
  recordedAt: '2026-01-01T00:00:00.000Z',
  ...more,
});

const requested = {
  channel: 'sdk',
  application: 'vpn',
  callerId: 'c',
  originKey: 'o',
  requireUserMatch: false,
  username: sealed,
};

describe('on the way in', () => {
  test('prints an event that fits, with its version', () => {
    expect(catalogue.print(event('AuthenticationRequested', requested))).toEqual({
      id,
      type: 'AuthenticationRequested',
      version: 1,
      data: JSON.stringify(requested),
      meta: JSON.stringify(meta),
    });
  });

  const secret = 'do-not-show';
  test.each([
    ['an unknown type', event('UserCloned', {}), 'UserCloned'],
    [
      'a missing field',
      event('UserCodeRefused', { requestId: 'r', reason: 'WRONG_CODE' }),
      'data: at',
    ],
    ['an unknown field', event('UserEnabled', { extra: secret }), 'extra (unknown)'],
    ['a wrong value', event('UserMethodChanged', { method: secret, appMode: 'pin' }), 'method'],
    [
      'a name in the clear',
      event('AuthenticationRequested', { ...requested, username: secret }),
      'username',
    ],
    ['an absent value', event('UserUpdated', { group: undefined }), 'group'],
    [
      'a local time',
      event('UserCodeRefused', {
        requestId: 'r',
        reason: 'WRONG_CODE',
        at: '2026-01-01T00:00:00+01:00',
      }),
      'at',
    ],
    [
      'a fault deep inside',
      event('AuthenticationChallengeSent', {
        method: 'app',
        expiresAt: meta.at,
        fraudAllowed: true,
        fraudBlock: false,
        devices: [{ deviceId: 'd', guid: 'g', tokenHash: 't', oathCounter: 5 }],
      }),
      'devices.0.oathCounter',
    ],
    ['an unknown result code', event('AuthenticationDenied', { code: secret }), 'code'],
    ['an inherited result code', event('AuthenticationDenied', { code: 'toString' }), 'code'],
    ['a field of meta', event('UserEnabled', {}, { ...meta, ip: secret }), 'meta: ip (unknown)'],
    [
      'an unknown actor',
      event('UserEnabled', {}, { ...meta, actor: { kind: secret, id: 'x' } }),
      'actor.kind',
    ],
  ])('refuses %s, naming type and field but no value', (_, unfit, field) => {
    const print = () => catalogue.print(unfit);
    expect(print).toThrow(UnfitEvent);
    expect(print).toThrow(unfit.type);
    expect(print).toThrow(field);
    expect(print).not.toThrow(secret);
  });

  test('a commit with one event that does not fit writes nothing', async () => {
    const store = openMemoryEventStore();
    const step = [
      append('user-1', -1),
      append('user-2', -1, enabled(), event('UserUpdated', { x: 1 })),
    ];
    await expect(store.commit(step)).rejects.toThrow(UnfitEvent);
    expect(await store.head()).toBe(0);
  });
});

describe('on the way out', () => {
  test('parses what it printed', () => {
    const printed = catalogue.print(event('AuthenticationRequested', requested));
    expect(catalogue.parse({ ...row('', {}), ...printed })).toEqual({
      ...event('AuthenticationRequested', requested),
      version: 1,
      stream: 'user-1',
      revision: 3,
      position: 17,
      recordedAt: '2026-01-01T00:00:00.000Z',
    });
  });

  test.each([
    ['an unknown type', row('UserCloned', {}), /unknown type UserCloned/],
    ['a newer version', row('UserEnabled', {}, { version: 2 }), /version 2, the newest known is 1/],
    ['an impossible version', row('UserEnabled', {}, { version: 0 }), /version 0/],
    ['a fault', row('UserEnabled', { more: 1 }), /UserEnabled: data: more \(unknown\)/],
    ['a broken text', row('UserEnabled', {}, { data: '{' }), /data is not JSON/],
    ['broken meta', row('UserEnabled', {}, { meta: '{}' }), /UserEnabled: meta: at/],
  ])('stops at %s, naming the position', (_, unreadable, message) => {
    const parse = () => catalogue.parse(unreadable);
    expect(parse).toThrow(UnreadableEvent);
    expect(parse).toThrow('position 17');
    expect(parse).toThrow(message);
  });

  test('a reader and a subscription stop there too', async () => {
    const strict = z.strictObject({ rule: z.string() });
    const writing = createCatalogue({
      AuthenticationRuleMatched: { data: strict },
      UserEnabled: { data: z.strictObject({}) },
    });
    const reading = createCatalogue({ UserEnabled: { data: z.strictObject({}) } });
    const store = openMemoryEventStore({ print: writing.print, parse: reading.parse });
    await store.commit([append('user-1', -1)]);
    await store.commit([append('authentication-1', -1, ruleMatched('r'))]);
    await expect(store.readAll(0)).rejects.toThrow('position 2');
    const failed = Promise.withResolvers<unknown>();
    store.subscribe(0, () => {}, failed.resolve);
    expect(await failed.promise).toMatchObject({ name: 'UnreadableEvent', position: 2 });
  });
});

describe('older versions', () => {
  const third = createCatalogue({
    UserEnabled: {
      data: z.strictObject({ full: z.string(), by: z.string() }),
      upcasters: [
        ({ first, last }) => ({ full: `${String(first)} ${String(last)}` }),
        (data) => ({ ...data, by: 'unknown' }),
      ],
    },
  });

  test.each([
    [1, { first: 'A', last: 'B' }],
    [2, { full: 'A B' }],
    [3, { full: 'A B', by: 'unknown' }],
  ])('version %d is lifted to the current one, step by step', (version, data) => {
    expect(third.parse(row('UserEnabled', data, { version }))).toMatchObject({
      version: 3,
      data: { full: 'A B', by: 'unknown' },
    });
  });

  test('an older version that is not even an object is named', () => {
    expect(() => third.parse(row('UserEnabled', 'x', { version: 1 }))).toThrow(UnreadableEvent);
  });
});

/** In the work of this thread: a test shares its machine. */
const micros = (run: () => unknown): number => {
  const rounds = 2_000;
  const times = Array.from({ length: 9 }, () =>
    workMs(() => {
      for (let round = 0; round < rounds; round++) run();
    }),
  );
  return (Math.min(...times) * 1_000) / rounds;
};

test('checking an event costs less than 20 µs', () => {
  const input = event('AuthenticationRequested', requested);
  const output = row('AuthenticationRequested', requested);
  expect(micros(() => catalogue.print(input))).toBeLessThan(20);
  expect(micros(() => catalogue.parse(output))).toBeLessThan(20);
});
