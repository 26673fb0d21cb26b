import { beforeAll, describe, expect, test } from '@jest/globals';
import { createBreaker, type BreakerState } from '../../../adapters/telephony/breaker.ts';
import { telephonyLimits } from '../../../adapters/telephony/limits.ts';
import { phoneNetwork } from '../../phonenet/support.ts';
import { contactFor, limits, newNumber, now, providerAt, telephonyOf } from './support.ts';

const started = () => {
  const told: string[] = [];
  const time = { now: 0 };
  const breaker = createBreaker({
    clock: () => time.now,
    limits: telephonyLimits,
    onChange: (state: BreakerState, reason) => told.push(`${state}: ${reason}`),
  });
  const fail = (times: number) => {
    for (let index = 0; index < times; index += 1) {
      if (breaker.admits()) breaker.failed('HTTP 500');
    }
  };
  const succeed = (times: number) => {
    for (let index = 0; index < times; index += 1) {
      if (breaker.admits()) breaker.succeeded();
    }
  };
  return { breaker, told, time, fail, succeed };
};

describe('a breaker', () => {
  test('opens after five failures in a row, and lets one try through after 30 s', () => {
    const { breaker, told, time, fail } = started();
    fail(4);
    expect(breaker.admits()).toBe(true);
    fail(1);
    expect([breaker.admits(), told]).toEqual([false, ['open: HTTP 500']]);
    time.now = 29_999;
    expect(breaker.admits()).toBe(false);
    time.now = 30_000;
    expect([breaker.admits(), breaker.admits()]).toEqual([true, false]);
    breaker.succeeded();
    expect([breaker.admits(), breaker.admits()]).toEqual([true, true]);
    expect(told.slice(1)).toEqual(['halfOpen: time for a try', 'closed: the try succeeded']);
  });

  test('stays open where the try fails', () => {
    const { breaker, told, time, fail } = started();
    fail(5);
    time.now = 30_000;
    expect(breaker.admits()).toBe(true);
    breaker.failed('timeout');
    expect(breaker.admits()).toBe(false);
    time.now = 59_999;
    expect(breaker.admits()).toBe(false);
    time.now = 60_000;
    expect(breaker.admits()).toBe(true);
    expect(told).toHaveLength(4);
  });

  test('opens where half of the tries of a minute fail, not where a few of many do', () => {
    const mixed = started();
    for (let round = 0; round < 4; round += 1) {
      mixed.fail(1);
      mixed.succeed(1);
    }
    expect(mixed.told).toEqual([]);
    mixed.fail(1);
    expect(mixed.told).toEqual(['open: HTTP 500']);
    const busy = started();
    for (let round = 0; round < 100; round += 1) {
      busy.fail(1);
      busy.succeed(3);
    }
    expect(busy.told).toEqual([]);
    const slow = started();
    for (let round = 0; round < 20; round += 1) {
      slow.fail(1);
      slow.time.now += 20_000;
      slow.succeed(1);
    }
    expect(slow.told).toEqual([]);
  });
});

describe.each(['twilio', 'http'] as const)('a failing provider of type %s', (type) => {
  let networks: Awaited<ReturnType<typeof phoneNetwork>>[];
  beforeAll(async () => {
    networks = await Promise.all([phoneNetwork(), phoneNetwork()]);
  });
  const providers = () =>
    networks.map((network, order) => providerAt(network, type, { providerId: `p${order}`, order }));

  test('REL-22 is left out after five failures, tried again after 30 s, and taken back', async () => {
    const told: string[] = [];
    let clock = Date.now();
    const telephony = telephonyOf(providers(), {
      clock: () => clock,
      onBreaker: (provider, state, reason) => told.push(`${provider} ${state} (${reason})`),
    });
    const to = newNumber();
    await networks[0]?.phones.set(to, { fault: 'http503' });
    const contact = async () => {
      const outcome = await telephony.contact(contactFor(to, 'text'), false, now());
      return outcome.kind === 'accepted' ? outcome.provider : outcome.code;
    };
    for (let round = 0; round < 5; round += 1) expect(await contact()).toBe('p1');
    const reason = type === 'twilio' ? 'HTTP 503, error 20503' : 'HTTP 503';
    expect(told).toEqual([`p0 open (${reason})`]);
    await networks[0]?.phones.set(to, {});
    expect(await contact()).toBe('p1');
    clock += 30_000;
    expect(await contact()).toBe('p0');
    expect(told.slice(1)).toEqual([
      'p0 halfOpen (time for a try)',
      'p0 closed (the try succeeded)',
    ]);
  });

  test('REL-22 a slow provider costs a person no more than its budget, and the next ones nothing', async () => {
    const telephony = telephonyOf(providers());
    const to = newNumber();
    await networks[0]?.phones.set(to, { fault: 'silentBeforeAccepting' });
    const times: number[] = [];
    for (let round = 0; round < 8; round += 1) {
      const before = Date.now();
      const outcome = await telephony.contact(contactFor(to, 'call'), false, now());
      expect(outcome).toMatchObject({ kind: 'accepted', provider: 'p1' });
      times.push(Date.now() - before);
    }
    // The budget of these tests; the real one is checked below.
    expect(Math.max(...times.slice(0, 5))).toBeLessThan(1_200);
    expect(Math.max(...times.slice(5))).toBeLessThan(limits.sendTimeoutMs);
  });

  test('with every provider failing there is no success', async () => {
    const to = newNumber();
    for (const { phones } of networks) await phones.set(to, { fault: 'http503' });
    expect(
      await telephonyOf(providers()).contact(contactFor(to, 'call'), false, now()),
    ).toMatchObject({ kind: 'refused', code: 'PROVIDER_ERROR' });
  });
});

test('REL-22 the budget of one provider is 10 s, questions included', () => {
  const { sendTimeoutMs, askTimeoutMs, settleMs } = telephonyLimits;
  expect(sendTimeoutMs + 2 * askTimeoutMs + settleMs).toBeLessThanOrEqual(10_000);
});
