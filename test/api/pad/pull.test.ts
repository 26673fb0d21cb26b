import { afterEach, describe, expect, test } from '@jest/globals';
import { fakeFacade } from './fakeFacade.ts';
import { approval, poll, post, pushesOf, servers, token, tokenHash } from './rig.ts';
import { ask } from './serve.ts';

const { start, stop } = servers();
afterEach(stop);

describe('polls', () => {
  test('deliver an open push until it is answered, and a withdrawal once', async () => {
    const facade = fakeFacade();
    const origin = await start({ facade, now: () => 1_767_225_603_000 });
    const [first, second] = [facade.ask(tokenHash), facade.ask(tokenHash)];
    const answer = await poll(origin);
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(JSON.parse(answer.body)).toMatchObject({ serverTime: '1767225603' });
    expect(pushesOf(answer).map(({ guid }) => guid)).toEqual([first, second]);
    facade.withdraw(tokenHash, first);
    expect(pushesOf(await poll(origin)).map(({ type }) => type)).toEqual(['auth', 'withdraw']);
    expect(pushesOf(await poll(origin)).map(({ guid }) => guid)).toEqual([second]);
    await post(`${origin}/pa/pad`, approval(second));
    expect(pushesOf(await poll(origin))).toEqual([]);
  });

  test('wait for the first push', async () => {
    const facade = fakeFacade();
    const origin = await start({ facade });
    const waiting = poll(origin, '?wait=25');
    setTimeout(() => facade.ask(tokenHash), 30);
    expect(pushesOf(await waiting)).toHaveLength(1);
  });

  test('a newer poll of a token ends the older with an empty list', async () => {
    const facade = fakeFacade();
    const origin = await start({ facade });
    const older = poll(origin, '?wait=25');
    await new Promise((resolve) => setTimeout(resolve, 30));
    const newer = poll(origin, '?wait=25');
    expect(pushesOf(await older)).toEqual([]);
    facade.ask(tokenHash);
    expect(pushesOf(await newer)).toHaveLength(1);
  });

  test.each([undefined, 'Basic eDp5', 'Bearer', 'Bearer short', `Bearer ${token} x`])(
    '401 for %s',
    async (authorization) => {
      const origin = await start({ facade: fakeFacade() });
      const headers = authorization === undefined ? {} : { authorization };
      expect((await ask(`${origin}/pa/pull`, { headers })).status).toBe(401);
    },
  );

  test('60 a minute for a token, 600 for an address', async () => {
    let now = 0;
    const origin = await start({
      facade: fakeFacade(),
      now: () => now,
      limits: { pollsPerMinutePerAddress: 70 },
    });
    for (let round = 0; round < 60; round += 1) expect((await poll(origin)).status).toBe(200);
    expect((await poll(origin)).status).toBe(429);
    const other = 'x'.repeat(32);
    for (let round = 0; round < 9; round += 1)
      expect((await poll(origin, '', other)).status).toBe(200);
    const blocked = await poll(origin, '', other);
    expect([blocked.status, blocked.headers['retry-after']]).toEqual([429, '60']);
    now += 60_000;
    expect((await poll(origin)).status).toBe(200);
  }, 20_000);
});
