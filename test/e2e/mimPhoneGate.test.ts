import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startNodes, type Nodes } from './support/nodes.ts';
import { buildPhoneGate, type PhoneGate } from './support/phoneGate.ts';
import { pocketPhone, type PocketPhone } from './support/pocketPhone.ts';
import { temporaryData } from './support/serverProcess.ts';
import { until } from './support/until.ts';

/* MIM's custom phone provider as it is shipped, compiled with Mono; what plays MIM is ours (test/e2e/mono). */

const data = temporaryData();
const username = 'mia@example.com';
const number = '+1 5555550147';
let nodes: Nodes;
let phone: PocketPhone;
let gate: PhoneGate;

beforeAll(async () => {
  nodes = await startNodes(data.path);
  const { rest, info } = nodes.first;
  await rest.ok('POST', '/users', { username, phone: number, method: 'app' });
  const activation = await rest.ok<{ url: string; code: string }>(
    'POST',
    `/users/${username}/activations`,
  );
  phone = await pocketPhone({ folder: `${data.path}-phone`, ca: info.ca, ...activation });
  const { token } = await rest.ok<{ token: string }>('POST', '/api-clients', {
    name: 'mim',
    scopes: ['verify'],
  });
  await until('the other node to know the number', async () => {
    const { body } = await nodes.second.rest.call<{ phone?: string }>('GET', `/users/${username}`);
    return body.phone !== undefined && body.phone !== '';
  });
  const orders = [[nodes.first], [nodes.second, nodes.first]];
  gate = await buildPhoneGate({ home: join(data.path, 'mim'), token, orders });
}, 120_000);
afterAll(async () => {
  phone?.close();
  await nodes?.end('SIGTERM');
  await data.remove();
});

const threads = 6;
const played = async (choice: 'approve' | 'deny') => {
  const watching = phone.watch(choice);
  const { requestId: _, ...heard } = await gate.play(number, threads);
  await watching.stop();
  return heard;
};

test('two servers of MIM with several threads hear the same: the person approved', async () => {
  expect(await played('approve')).toEqual({
    begun: 'Pending',
    ended: ['Success'],
    texts: [''],
    unknown: ['Failed'],
  });
  const asked = phone.shown().filter(({ application }) => application === 'Password reset');
  expect(asked).toHaveLength(1);
});

test('… or denied, with the reason for the log', async () => {
  expect(await played('deny')).toEqual({
    begun: 'Pending',
    ended: ['Failed'],
    texts: ['The person denied it.'],
    unknown: ['Failed'],
  });
});

test('a number of nobody fails at once, and a node that is gone is passed over', async () => {
  await nodes.second.kill('SIGKILL');
  const { begun, ended, texts } = await gate.play('+1 5555550199', threads);
  expect({ begun, ended, texts }).toEqual({
    begun: 'Failed',
    ended: ['Failed'],
    texts: ['Nobody has this phone number.'],
  });
});
