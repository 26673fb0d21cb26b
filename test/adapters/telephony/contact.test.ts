import { beforeAll, describe, expect, test } from '@jest/globals';
import { createServer, type Socket } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { ContactUncertain } from '../../../adapters/telephony/port.ts';
import { freePort } from '../../support/freePort.ts';
import { closeAfterwards, phoneNetwork } from '../../phonenet/support.ts';
import { contactFor, fromNumber, newNumber, now, providerAt, telephonyOf } from './support.ts';

type Started = Awaited<ReturnType<typeof phoneNetwork>>;
let first: Started;
let second: Started;
beforeAll(async () => {
  [first, second] = await Promise.all([phoneNetwork(), phoneNetwork()]);
});

const kinds = [
  ['twilio', 'text'],
  ['twilio', 'call'],
  ['http', 'text'],
  ['http', 'call'],
] as const;

/** Contacts that reached this phone through one network. */
const reached = async ({ phones }: Started, number: string) => {
  const { calls, texts } = await phones.log(number);
  return [...calls, ...texts];
};

describe.each(kinds)('a provider of type %s and a %s', (type, kind) => {
  const both = () => [
    providerAt(first, type, { providerId: 'first', order: 1 }),
    providerAt(second, type, { providerId: 'second', order: 2 }),
  ];
  const tryIt = async (fault?: Parameters<Started['phones']['set']>[1]) => {
    const to = newNumber();
    if (fault) await first.phones.set(to, fault);
    const contact = contactFor(to, kind);
    const outcome = await telephonyOf(both())
      .contact(contact, false, now())
      .catch((error: unknown) => error);
    return {
      contact,
      outcome,
      first: await reached(first, to),
      second: await reached(second, to),
    };
  };

  test('takes the contact', async () => {
    const { contact, outcome, ...contacts } = await tryIt();
    expect(outcome).toMatchObject({ kind: 'accepted', provider: 'first' });
    expect(contacts.first).toMatchObject([{ to: contact.to, from: fromNumber }]);
    expect(contacts.first[0]?.sid).toBe((outcome as { providerRef: string }).providerRef);
    if (contact.kind === 'text') expect(contacts.first).toMatchObject([{ body: contact.text }]);
    expect(contacts.second).toEqual([]);
  });

  test.each(['http500', 'http503', 'resetBeforeAccepting', 'silentBeforeAccepting'] as const)(
    'that certainly did not take it (%s) leaves it to the next one',
    async (fault) => {
      const { outcome, ...contacts } = await tryIt({ fault });
      expect(outcome).toMatchObject({ kind: 'accepted', provider: 'second' });
      expect([contacts.first.length, contacts.second.length]).toEqual([0, 1]);
    },
  );

  test.each(['resetAfterAccepting', 'silentAfterAccepting'] as const)(
    'that took it and did not say so (%s) is asked, and nobody else tries',
    async (fault) => {
      const { outcome, ...contacts } = await tryIt({ fault });
      expect(outcome).toMatchObject({ kind: 'accepted', provider: 'first' });
      expect([contacts.first.length, contacts.second.length]).toEqual([1, 0]);
    },
  );

  test.each(['http500', 'silent'] as const)(
    'that cannot be asked (%s) leaves it uncertain, and nobody else tries',
    async (faultWhenAsked) => {
      const to = newNumber();
      await first.phones.set(to, { fault: 'resetAfterAccepting', faultWhenAsked });
      const contact = contactFor(to, kind);
      const startedAt = now();
      const telephony = telephonyOf(both());
      await expect(telephony.contact(contact, false, startedAt)).rejects.toThrow(ContactUncertain);
      await expect(telephony.contact(contact, true, startedAt)).rejects.toThrow(ContactUncertain);
      await first.phones.set(to, {});
      expect(await telephony.contact(contact, true, startedAt)).toMatchObject({
        kind: 'accepted',
        provider: 'first',
      });
      expect([(await reached(first, to)).length, (await reached(second, to)).length]).toEqual([
        1, 0,
      ]);
    },
  );

  test('says that a number is none, and nobody else tries', async () => {
    const { outcome, ...contacts } = await tryIt({ fault: 'invalid' });
    expect(outcome).toMatchObject({ kind: 'refused', provider: 'first', code: 'INVALID_PHONE' });
    expect([contacts.first.length, contacts.second.length]).toEqual([0, 0]);
  });

  test('with a wrong secret leaves it to the next one', async () => {
    const to = newNumber();
    const [wrong, right] = both();
    const telephony = telephonyOf([{ ...wrong!, secret: 'wrong' }, right!]);
    const outcome = await telephony.contact(contactFor(to, kind), false, now());
    expect(outcome).toMatchObject({ kind: 'accepted', provider: 'second' });
  });

  test('that is not there at all leaves it to the next one, or the contact fails', async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    const [, there] = both();
    const gone = { ...there!, providerId: 'gone', baseUrl: url, order: 0 };
    const contact = contactFor(newNumber(), kind);
    expect(await telephonyOf([gone, there!]).contact(contact, false, now())).toMatchObject({
      kind: 'accepted',
      provider: 'second',
    });
    expect(await telephonyOf([gone]).contact(contact, false, now())).toEqual({
      kind: 'refused',
      code: 'PROVIDER_ERROR',
      detail: 'gone: no answer: connect',
    });
  });

  test('REL-10 a second try asks every provider first, also the one that comes last', async () => {
    const to = newNumber();
    const contact = contactFor(to, kind);
    const startedAt = now();
    const [one, two] = both();
    expect(await telephonyOf([two!]).contact(contact, false, startedAt)).toMatchObject({
      provider: 'second',
    });
    expect(await telephonyOf([one!, two!]).contact(contact, true, startedAt)).toMatchObject({
      kind: 'accepted',
      provider: 'second',
    });
    expect([(await reached(first, to)).length, (await reached(second, to)).length]).toEqual([0, 1]);
  });

  test('REL-10 a second try of what nobody has happens once', async () => {
    const contact = contactFor(newNumber(), kind);
    expect(await telephonyOf(both()).contact(contact, true, now())).toMatchObject({
      kind: 'accepted',
      provider: 'first',
    });
    expect(await reached(first, contact.to)).toHaveLength(1);
  });

  test('REL-10 a second try waits while any provider cannot be asked', async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    const [one, two] = both();
    const contact = contactFor(newNumber(), kind);
    const telephony = telephonyOf([one!, { ...two!, baseUrl: url }]);
    await expect(telephony.contact(contact, true, now())).rejects.toThrow(ContactUncertain);
    expect(await reached(first, contact.to)).toEqual([]);
  });

  test('an earlier contact to the same phone is not taken for this one', async () => {
    const to = newNumber();
    const telephony = telephonyOf(both());
    // Times at the provider have whole seconds, and clocks may differ a little.
    const longAgo = { ...contactFor(to, kind) };
    await telephony.contact(longAgo, false, now());
    const contact = contactFor(to, kind);
    const later = new Date(Date.now() + 10_000).toISOString();
    expect(await telephony.contact(contact, true, later)).toMatchObject({ kind: 'accepted' });
    expect(await reached(first, to)).toHaveLength(2);
  });

  test('REL-22 a provider that takes connections and says nothing does not hold the person up', async () => {
    const sockets: Socket[] = [];
    const mute = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1');
    await once(mute, 'listening');
    closeAfterwards({
      close: async () => {
        for (const socket of sockets) socket.destroy();
        mute.close();
        await once(mute, 'close');
      },
    });
    const { port } = mute.address() as AddressInfo;
    const [one, two] = both();
    const slow = { ...one!, providerId: 'slow', baseUrl: `https://127.0.0.1:${port}` };
    const before = Date.now();
    const contact = contactFor(newNumber(), kind);
    // It never got as far as TLS, so it has certainly not heard of this person.
    expect(await telephonyOf([slow, two!]).contact(contact, false, now())).toMatchObject({
      kind: 'accepted',
      provider: 'second',
    });
    expect(Date.now() - before).toBeLessThan(3_000);
    // Where it has had the request and cannot be asked, nothing is a success and nobody is contacted twice.
    const plain = { ...slow, baseUrl: `http://127.0.0.1:${port}` };
    await expect(
      telephonyOf([plain, two!]).contact(contactFor(newNumber(), kind), false, now()),
    ).rejects.toThrow(ContactUncertain);
  });

  test('SEC-62 an inner address that is not allowed gets nothing', async () => {
    const to = newNumber();
    const [one] = both();
    const telephony = telephonyOf([one!], { allow: () => [] });
    expect(await telephony.contact(contactFor(to, kind), false, now())).toMatchObject({
      kind: 'refused',
      code: 'PROVIDER_ERROR',
      detail: 'first: target refused: scheme',
    });
    expect(await reached(first, to)).toEqual([]);
  });
});

describe('a provider that can only be asked by number and time', () => {
  test.each([3_600_000, -3_600_000])(
    'REL-10 is understood with a clock that is %d ms ahead',
    async (aheadMs) => {
      const network = await phoneNetwork({ now: () => new Date(Date.now() + aheadMs) });
      const telephony = telephonyOf([providerAt(network, 'twilio')]);
      const to = newNumber();
      const startedAt = now();
      const contact = contactFor(to, 'call');
      const before = await telephony.contact(contact, false, startedAt);
      expect(await telephony.contact(contact, true, startedAt)).toEqual(before);
      const later = new Date(Date.now() + 10_000).toISOString();
      await telephony.contact(contactFor(to, 'call'), true, later);
      expect(await reached(network, to)).toHaveLength(2);
    },
  );

  test('REL-10 tells texts apart by their words, whatever stands before them', async () => {
    const to = newNumber();
    const telephony = telephonyOf([providerAt(first, 'twilio')]);
    const startedAt = now();
    const [one, other] = [contactFor(to, 'text'), contactFor(to, 'text')];
    await telephony.contact(one, false, startedAt);
    await telephony.contact(other, true, startedAt);
    expect(await reached(first, to)).toHaveLength(2);
    const trial = { ...one, text: `"${(one as { text: string }).text}"` } as typeof one;
    await telephony.contact(trial, true, startedAt);
    expect(await reached(first, to)).toHaveLength(2);
  });
});

test('providers are tried in their order, by what they can do', async () => {
  const calls = providerAt(first, 'http', { providerId: 'calls', texts: false, order: 1 });
  const texts = providerAt(second, 'http', { providerId: 'texts', calls: false, order: 2 });
  const last = providerAt(second, 'twilio', { providerId: 'last', order: 3 });
  const telephony = telephonyOf([last, texts, calls]);
  const by = async (kind: 'text' | 'call') =>
    telephony.contact(contactFor(newNumber(), kind), false, now());
  expect([await by('call'), await by('text')]).toMatchObject([
    { provider: 'calls' },
    { provider: 'texts' },
  ]);
  expect(await telephonyOf([calls]).contact(contactFor(newNumber(), 'text'), false, now())).toEqual(
    {
      kind: 'refused',
      code: 'PROVIDER_ERROR',
      detail: 'no provider for texts',
    },
  );
});

test('an extension is dialled after the answer', async () => {
  for (const type of ['twilio', 'http'] as const) {
    const contact = { ...contactFor(newNumber(), 'call'), extension: '1234' };
    await telephonyOf([providerAt(first, type)]).contact(contact, false, now());
    expect(await first.phones.log(contact.to)).toMatchObject({ calls: [{ extension: '1234' }] });
  }
});

test('an account that cannot be one is told, not tried', async () => {
  const telephony = telephonyOf([providerAt(first, 'twilio', { account: 'me' })]);
  expect(await telephony.contact(contactFor(newNumber(), 'text'), false, now())).toMatchObject({
    kind: 'refused',
    detail: 'twilio-1: the account does not start with AC',
  });
});

test('no detail for an operator holds the number or the text', async () => {
  for (const fault of ['http500', 'invalid', 'silentBeforeAccepting'] as const) {
    const to = newNumber();
    await first.phones.set(to, { fault });
    const contact = contactFor(to, 'text');
    const outcome = await telephonyOf([providerAt(first, 'twilio')]).contact(contact, false, now());
    const words = JSON.stringify(outcome);
    expect(words).toContain('refused');
    expect(words).not.toContain(to.slice(1));
    expect(words).not.toContain('Your code');
  }
});
