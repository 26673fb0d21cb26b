import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { restServer, type RestServer } from './server.ts';

let rest: RestServer;
beforeAll(async () => {
  rest = await restServer();
  await rest.call('POST', '/users', { username: 'ann@example.com' });
});
afterAll(() => rest.stop());

const ask = async (): Promise<string> => {
  const body = { user: 'ann@example.com', application: 'VPN' };
  return (await rest.call('POST', '/authentications', body)).json.requestId;
};
const statesIn = (text: string) => [...text.matchAll(/^event: (.*)$/gm)].map(([, state]) => state);
const follow = (id: string, headers = {}) =>
  rest.call('GET', `/authentications/${id}/stream`, undefined, headers);

test('H65-3 a stream tells each state, the last one within 500 ms of the decision, and ends', async () => {
  const id = await ask();
  const following = follow(id);
  await rest.until(() => rest.waiting.has(id));
  const decidedAt = performance.now();
  rest.decide(id, 'USER_DENIED');
  const { status, headers, text } = await following;
  expect(performance.now() - decidedAt).toBeLessThan(500);
  expect([status, headers.get('content-type')]).toEqual([200, 'text/event-stream']);
  expect(statesIn(text)).toEqual(['awaiting-user', 'denied']);
  const [, last = ''] = text.split('data: ').slice(-2);
  expect(JSON.parse(last)).toMatchObject({ requestId: id, state: 'denied', code: 'USER_DENIED' });
});

test('a stream goes on from the state that was seen last', async () => {
  const id = await ask();
  const following = follow(id, { 'last-event-id': 'awaiting-user' });
  await rest.until(() => rest.waiting.has(id));
  rest.decide(id, 'APPROVED');
  expect(statesIn((await following).text)).toEqual(['approved']);
  expect(statesIn((await follow(id)).text)).toEqual(['approved']);
  expect(statesIn((await follow(id, { 'last-event-id': 'approved' })).text)).toEqual([]);
});

test('SEC-63 a stranger’s stream is not there', async () => {
  const other = await rest.clientWith('verify');
  const answer = await follow(await ask(), other);
  expect([answer.status, answer.json.code]).toEqual([404, 'NOT_FOUND']);
});
