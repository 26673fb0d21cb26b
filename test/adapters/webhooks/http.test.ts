import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';
import { httpWebhooks } from '../../../adapters/webhooks/http.ts';

const post = (url: string) => ({
  url,
  deliveryId: 'D1',
  type: 'user.added',
  body: '{"id":"D1"}',
  keyId: 'k2',
  secret: 'the secret of k2',
  timestamp: 1_767_603_600,
});

const receiver = async (handler: RequestListener) => {
  const server = createServer(handler);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    target: `127.0.0.1:${port}`,
    url: `http://127.0.0.1:${port}/hook`,
    stop: () => void server.close(),
  };
};

test('a post carries its id, its time, and a signature over both time and body', async () => {
  let headers: IncomingHttpHeaders = {};
  let body = '';
  const { target, url, stop } = await receiver((request, response) => {
    ({ headers } = request);
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => response.writeHead(204).end());
  });
  const answer = await httpWebhooks({ allow: [target] }).post(post(url));
  stop();
  expect(answer).toEqual({ kind: 'answered', status: 204 });
  expect(body).toBe('{"id":"D1"}');
  const hmac = createHmac('sha256', 'the secret of k2')
    .update('1767603600.{"id":"D1"}')
    .digest('hex');
  expect(headers).toMatchObject({
    'content-type': 'application/json',
    'countersign-delivery': 'D1',
    'countersign-event': 'user.added',
    'countersign-timestamp': '1767603600',
    'countersign-signature': `keyId="k2",sha256="${hmac}"`,
  });
});

test('SEC-62 inner targets, other schemes and names that resolve inside are refused', async () => {
  let asked = 0;
  const { target, url, stop } = await receiver((_request, response) => {
    asked += 1;
    response.end();
  });
  const port = target.split(':')[1]!;
  let resolved = 0;
  // A name that is outside when it is looked up first, and inside when it counts.
  const rebinding = httpWebhooks({
    allow: [],
    resolve: async () => {
      resolved += 1;
      return [{ address: resolved === 1 ? '127.0.0.1' : '93.184.215.14', family: 4 }];
    },
  });
  const closed = httpWebhooks({ allow: [] });
  for (const [webhooks, where] of [
    [closed, url],
    [closed, `https://127.0.0.1:${port}/`],
    [closed, `https://localhost:${port}/`],
    [closed, 'https://169.254.169.254/latest/meta-data/'],
    [closed, 'https://[::1]/'],
    [closed, 'https://[::ffff:127.0.0.1]/'],
    [closed, 'https://0x7f000001/'],
    [closed, 'file:///etc/passwd'],
    [rebinding, 'https://rebinding.example.org/'],
  ] as const)
    expect([where, (await webhooks.post(post(where))).kind]).toEqual([where, 'forbidden']);
  stop();
  expect(asked).toBe(0);
});

test('SEC-62 a redirect is an answer, and nobody goes there', async () => {
  let inside = 0;
  const inner = await receiver((_request, response) => {
    inside += 1;
    response.end();
  });
  const outer = await receiver((_request, response) => {
    response.writeHead(307, { location: inner.url }).end();
  });
  const answer = await httpWebhooks({ allow: [outer.target, inner.target] }).post(post(outer.url));
  outer.stop();
  inner.stop();
  expect([answer, inside]).toEqual([{ kind: 'answered', status: 307 }, 0]);
});

test('nobody there is no answer', async () => {
  const { target, url, stop } = await receiver(() => undefined);
  stop();
  expect(await httpWebhooks({ allow: [target] }).post(post(url))).toMatchObject({
    kind: 'noAnswer',
  });
});
