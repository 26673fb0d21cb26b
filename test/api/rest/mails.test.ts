import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { restServer, type RestServer } from './server.ts';

let rest: RestServer;
beforeAll(async () => {
  rest = await restServer();
});
afterAll(() => rest.stop());

test('mails are listed, read and tried again', async () => {
  const list = await rest.call('GET', '/mails?state=failed');
  expect(list.json.items).toMatchObject([{ state: 'failed', to: 'a…@example.org' }]);
  expect((await rest.call('GET', '/mails?state=queued')).json.items).toEqual([]);
  const { mailId } = list.json.items[0];
  expect((await rest.call('GET', `/mails/${mailId}`)).json).toMatchObject({ reason: '550 5.1.1' });
  expect((await rest.call('POST', `/mails/${mailId}/retry`, {})).status).toBe(202);
  expect((await rest.call('GET', '/mails/none')).status).toBe(404);
  expect((await rest.call('POST', '/mails/none/retry', {})).status).toBe(404);
  expect((await rest.call('GET', '/mails?state=lost')).status).toBe(400);
});

test('SEC-57 a test goes to one address, on one line', async () => {
  const sent = await rest.call('POST', '/smtp/test', { to: 'jo@example.org' });
  expect(sent).toMatchObject({ status: 202, json: { mailId: 'mailTest-1-1' } });
  for (const to of ['jo', 'a@b,c@d', 'a@b\r\nBcc: c@d', ''])
    expect((await rest.call('POST', '/smtp/test', { to })).status).toBeGreaterThanOrEqual(400);
});
