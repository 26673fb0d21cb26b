import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import express from 'express';
import { eventStreams } from '../../../api/rest/eventStream.ts';
import { restLimits } from '../../../api/rest/limits.ts';
import type { RawCall } from '../../../api/rest/route.ts';
import { restServer, type RestServer } from './server.ts';

let rest: RestServer;
beforeAll(async () => {
  rest = await restServer({
    limits: { callsPerSecond: 10_000, openStreamsOfToken: 2 },
  });
});
afterAll(() => rest.stop());

const add = (index: number) => rest.call('POST', '/users', { username: `user-${index}` });
const open = async (path: string, headers: Record<string, string> = {}) => {
  const stop = new AbortController();
  const response = await fetch(rest.base + path, {
    headers: { authorization: `Bearer ${rest.adminToken}`, ...headers },
    signal: stop.signal,
  });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  return {
    response,
    /** What was said up to so many messages. */
    async read(messages: number): Promise<string> {
      if (!reader) return '';
      while (text.split('\n\n').length <= messages) {
        const { value, done } = await reader.read();
        if (done) break;
        text += value;
      }
      return text;
    },
    stop: () => stop.abort(),
  };
};
const idsIn = (text: string) => [...text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id));

describe('the event stream', () => {
  test('SEC-65 begins where it was left, by a header or a parameter, and says only what was asked for', async () => {
    for (let index = 0; index < 4; index += 1) await add(index);
    const first = await open('/events/stream?after=0');
    expect(first.response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    const text = await first.read(2);
    first.stop();
    expect(text).toMatch(/^id: 1\nevent: fake\.addUser\ndata: \{"position":1,/);
    const next = await open('/events?after=0', {
      accept: 'text/event-stream',
      'last-event-id': '2',
    });
    expect(idsIn(await next.read(2)).slice(0, 2)).toEqual([3, 4]);
    next.stop();
    const list = await rest.call('GET', '/events?after=2&limit=1');
    expect(list.json).toMatchObject({ items: [{ position: 3 }], newest: 4 });
    expect((await rest.call('GET', '/events/2')).json).toMatchObject({ position: 2 });
    expect((await rest.call('GET', '/events/99')).status).toBe(404);
  });

  test('a position that the log has not reached, or that is none, is refused', async () => {
    for (const id of ['100000', '-1', 'x', '']) {
      const { response } = await open('/events/stream', { 'last-event-id': id });
      expect([id, response.status]).toEqual([id, 400]);
    }
  });

  test('a token has so many streams and no more, and needs its scope', async () => {
    const streams = [await open('/events/stream?after=0'), await open('/events/stream?after=0')];
    const third = await open('/events/stream?after=0');
    expect(third.response.status).toBe(429);
    for (const { stop } of streams) stop();
    const refused = await open('/events/stream', await rest.clientWith('users.read'));
    expect(refused.response.status).toBe(403);
  });

  test('a reader who takes nothing is cut off, with no more than a batch in memory beyond the sockets', async () => {
    const message = { id: '1', event: 'x', data: { text: 'x'.repeat(1024 * 1024) } };
    let batches = 0;
    let isOver = false;
    async function* endless() {
      for (;;) {
        batches += 1;
        yield [message];
      }
    }
    const send = eventStreams({ ...restLimits, slowReaderMs: 300 });
    const app = express().get('/', async (_request, response) => {
      const call = { principal: { key: 'me' } } as unknown as RawCall;
      await send(
        async () => endless(),
        call,
        response,
        async () => true,
      );
      isOver = true;
    });
    const server = app.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const slow = connect((server.address() as AddressInfo).port, '127.0.0.1');
    slow.on('error', () => undefined);
    slow.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    slow.pause();
    await rest.until(() => isOver);
    // What two sockets of this machine hold between them, and one more.
    expect(batches).toBeLessThan(50);
    slow.destroy();
    server.closeAllConnections();
    server.close();
  }, 30_000);

  test('a token that is taken away ends its streams', async () => {
    const send = eventStreams(restLimits, 0);
    async function* quiet() {
      for (let round = 0; round < 100; round += 1) yield [];
    }
    let asked = 0;
    const app = express().get('/', async (_request, response) => {
      const call = { principal: { key: 'me' } } as unknown as RawCall;
      await send(
        async () => quiet(),
        call,
        response,
        async () => (asked += 1) < 3,
      );
    });
    const server = app.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const text = await (await fetch(`http://127.0.0.1:${port}/`)).text();
    expect(text).toBe(': nothing new\n\n'.repeat(2));
    server.closeAllConnections();
    server.close();
  });
});
