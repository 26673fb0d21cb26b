import { expect, test } from '@jest/globals';
import type { Attempt } from '../../../api/facade.ts';
import { createDuplicates } from '../../../api/radius/duplicates.ts';
import { types } from '../../../api/radius/attributes.ts';
import { codes } from '../../../api/radius/packet.ts';
import { writeTicket } from '../../../api/radius/state.ts';
import { approved, client, handlerWith, login, peer } from './handlerRig.ts';

test('SEC-09 an answer is sent again for ten seconds at least and thirty at most', () => {
  let now = 0;
  const duplicates = createDuplicates(() => now);
  const answer = Buffer.from('the answer');
  try {
    expect([duplicates.meet('one'), duplicates.meet('one')]).toEqual(['new', 'open']);
    now += 100_000;
    expect(duplicates.meet('one')).toBe('open');
    duplicates.settle('one', answer);
    now += 10_000;
    expect(duplicates.meet('one')).toEqual(answer);
    now += 20_000;
    expect(duplicates.meet('one')).toBe('new');
    // Nothing was answered, so a repetition is a new try.
    duplicates.settle('one', undefined);
    expect(duplicates.meet('one')).toBe('new');
  } finally {
    duplicates.stop();
  }
});

const questioned = { requestId: approved.requestId, state: 'awaiting-code' } as const;
test.each([
  ['an end of a moment ago', approved, { ageMs: 17_000, what: 'end' }, codes.accessAccept],
  ['an end of a while ago', approved, { ageMs: 19_000, what: 'end' }, undefined],
  ['a question of a while ago', questioned, { ageMs: 19_000, what: 'question' }, undefined],
  ['an end, where a code was asked for', approved, { ageMs: 0, what: 'question' }, undefined],
] as const)('SEC-09 octets that another process answered: %s', async (_, attempt, told, code) => {
  const { handle, monitor } = handlerWith(client(), {
    findAttempt: async () => attempt,
    awaitAttempt: async () => attempt,
    firstTold: async () => ({ at: Date.now() - told.ageMs, what: told.what }),
  });
  expect((await handle(login(), peer, 'authentication'))?.[0]).toBe(code);
  const { accept, duplicate } = monitor.status().clients[0]!.counters;
  expect([accept, duplicate]).toEqual(code === undefined ? [0, 1] : [1, 0]);
});

test.each([
  ['a moment ago', 17_000, codes.accessAccept],
  ['a while ago', 19_000, undefined],
] as const)('SEC-09 an answer to a question that was given %s', async (_, ageMs, code) => {
  const { handle } = handlerWith(client(), {
    submitTicket: async () => ({ ...approved, toldAt: Date.now() - ageMs }),
  });
  const state = { type: types.state, value: writeTicket('A'.repeat(66)) };
  expect((await handle(login(state), peer, 'authentication'))?.[0]).toBe(code);
});

test('SEC-09 a duplicate is the same address, port, socket, identifier and authenticator', async () => {
  let asked = 0;
  const { handle, monitor } = handlerWith(client(), {
    async authenticate() {
      asked += 1;
      return approved;
    },
  });
  const request = login();
  const reply = await handle(request, peer, 'authentication');
  expect(reply?.[0]).toBe(codes.accessAccept);
  for (let times = 0; times < 4; times += 1)
    expect(await handle(request, peer, 'authentication')).toEqual(reply);
  expect([asked, monitor.status().clients[0]?.counters.duplicate]).toEqual([1, 4]);
  await handle(request, { ...peer, port: peer.port + 1 }, 'authentication');
  await handle(request, peer, 'tls');
  await handle(login(), peer, 'authentication');
  expect(asked).toBe(4);
});

test('SEC-09 a packet that cannot prove itself touches nothing: before, while it is open, and after', async () => {
  const gate = Promise.withResolvers<Attempt>();
  const { handle, monitor } = handlerWith(client(), {
    authenticate: async () => ({ requestId: '0'.repeat(32), state: 'challenging' }),
    awaitAttempt: () => gate.promise,
  });
  const request = login();
  // The same identifier and authenticator; each of the other octets in turn is another one.
  const forge = async (): Promise<void> => {
    for (let at = 20; at < request.length; at += 1) {
      const forged = Buffer.from(request);
      forged[at]! ^= 1;
      expect(await handle(forged, peer, 'authentication')).toBeUndefined();
    }
  };
  await forge();
  const first = handle(request, peer, 'authentication');
  await forge();
  expect(await handle(request, peer, 'authentication')).toBeUndefined();
  gate.resolve(approved);
  const reply = await first;
  expect(reply?.[0]).toBe(codes.accessAccept);
  await forge();
  expect(await handle(request, peer, 'authentication')).toEqual(reply);
  expect(monitor.status().clients[0]?.counters).toMatchObject({ accept: 1, duplicate: 2 });
});
