import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { restServer, type RestServer } from './server.ts';

let rest: RestServer;
beforeAll(async () => {
  rest = await restServer();
});
afterAll(() => rest.stop());

test('checkpoints are signed, keys changed and events proven by those who may', async () => {
  const signed = await rest.call('POST', '/audit/checkpoints');
  expect(signed).toMatchObject({ status: 201, json: { size: 7, note: expect.any(String) } });
  const key = await rest.call('POST', '/audit/ledger-keys');
  expect(key).toMatchObject({ status: 201, json: { keyId: '00c0ffee' } });
  expect((await rest.call('GET', '/audit/proofs/3')).json).toMatchObject({ position: 3, size: 7 });
  expect((await rest.call('GET', '/audit/proofs/8')).status).toBe(404);
  const reader = await rest.clientWith('events.read');
  expect((await rest.call('GET', '/audit/proofs/3', undefined, reader)).status).toBe(200);
  for (const path of ['/audit/checkpoints', '/audit/ledger-keys'])
    expect((await rest.call('POST', path, undefined, reader)).status).toBe(403);
  expect(rest.calls.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['signCheckpoint', 'rotateKey']),
  );
});
