import { describe, expect, test } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { twilioClient } from '../../adapters/telephony/twilioClient.ts';
import { providerAt } from '../adapters/telephony/support.ts';
import { isLive } from '../../phonenet/records.ts';
import { freePort } from '../support/freePort.ts';
import { until } from '../e2e/support/until.ts';
import { spawnNetwork } from './process.ts';
import { phoneNetwork, phonesAt } from './support.ts';

const phone = '+4915100000001';
const own = '+493012345678';

const basic = ({ account, secret }: { account: string; secret: string }) => ({
  authorization: `Basic ${Buffer.from(`${account}:${secret}`).toString('base64')}`,
});
const callsOf = (network: { url: string; account: string }): string =>
  `${network.url}/2010-04-01/Accounts/${network.account}/Calls.json`;
const placeCall = (
  network: { url: string; account: string; secret: string },
  more: Record<string, string> = {},
) =>
  fetch(callsOf(network), {
    method: 'POST',
    headers: basic(network),
    body: new URLSearchParams({ To: phone, From: own, Url: 'http://127.0.0.1:9/voice', ...more }),
  });

describe('the simulated network', () => {
  test('knows its account, and says what is wrong in the words of the provider', async () => {
    const network = await phoneNetwork();
    const refusals = [
      [{ ...network, secret: 'x' }, {}, 401, 20_003],
      [network, { To: '12' }, 400, 21_211],
      [network, { From: 'Bank' }, 400, 21_212],
      [network, { Url: 'nowhere' }, 400, 21_205],
    ] as const;
    for (const [by, fields, status, code] of refusals) {
      const answer = await placeCall(by, fields);
      expect([answer.status, await answer.json()]).toMatchObject([status, { code, status }]);
    }
    expect((await network.phones.log(phone)).calls).toEqual([]);
  });

  test('lists newest first, by number and time, a page at a time, as the official client reads it', async () => {
    const network = await phoneNetwork();
    for (let index = 0; index < 5; index += 1) await placeCall(network);
    await placeCall(network, { To: '+4915100000002' });
    const ask = async (query: string) =>
      (await (await fetch(`${callsOf(network)}?${query}`, { headers: basic(network) })).json()) as {
        readonly calls: readonly { to: string; sid: string }[];
        readonly next_page_uri: string | null;
      };
    const to = encodeURIComponent(phone);
    const first = await ask(`To=${to}&PageSize=3`);
    const rest = await ask(first.next_page_uri!.split('?')[1]!);
    expect([first.calls.length, rest.calls.length, rest.next_page_uri]).toEqual([3, 2, null]);
    expect(new Set([...first.calls, ...rest.calls].map(({ sid }) => sid)).size).toBe(5);
    const day = (days: number): string =>
      new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
    expect((await ask(`StartTime%3E=${day(1)}`)).calls).toEqual([]);
    expect((await ask(`StartTime%3E=${day(-1)}`)).calls).toHaveLength(6);
    expect((await ask(`StartTime%3C=${day(-1)}`)).calls).toEqual([]);
    const newest = first.calls[0]?.sid ?? '';
    const one = await fetch(callsOf(network).replace('.json', `/${newest}.json`), {
      headers: basic(network),
    });
    expect(await one.json()).toMatchObject({ sid: newest, to: phone, from: own });
  });

  test('tells its callers about a call that leads nowhere, and goes on', async () => {
    const network = await phoneNetwork();
    await placeCall(network);
    const call = await until('the call to end', async () =>
      (await network.phones.log(phone)).calls.find((candidate) => !isLive(candidate)),
    );
    expect(call).toMatchObject({ status: 'completed', lines: [{ kind: 'fault' }] });
  });

  test('shows calls and texts on a page, and tells it when there is news', async () => {
    const network = await phoneNetwork();
    const page = await fetch(`${network.url}/`);
    expect([page.status, page.headers.get('content-type')]).toEqual([
      200,
      'text/html; charset=utf-8',
    ]);
    expect(await page.text()).toContain('A double for trials: no phone rings anywhere.');
    const stop = new AbortController();
    const events = await fetch(`${network.url}/control/events`, { signal: stop.signal });
    const reader = events.body!.getReader();
    await reader.read();
    await network.phones.set(phone, { answer: 'busy' });
    expect(Buffer.from((await reader.read()).value ?? []).toString()).toBe('data: {}\n\n');
    stop.abort();
    const state = (await (await fetch(`${network.url}/control/state`)).json()) as {
      phones: Record<string, { answer: string }>;
    };
    expect(state.phones[phone]?.answer).toBe('busy');
  });

  test('takes nothing that it does not understand', async () => {
    const network = await phoneNetwork();
    await expect(network.phones.set(phone, { answer: 'sing' as 'busy' })).rejects.toThrow('400');
    await expect(network.phones.set('123', {})).rejects.toThrow('400');
    await expect(network.phones.press(phone, '1')).rejects.toThrow('404');
    await expect(network.phones.hangUp(phone)).rejects.toThrow('404');
    await expect(network.phones.text(phone, own, 'hello')).rejects.toThrow('404');
  });

  test('takes the official client at its word', async () => {
    const network = await phoneNetwork();
    const client = await twilioClient({
      provider: providerAt(network, 'twilio'),
      timeoutMs: 5_000,
      maxAnswerBytes: 65_536,
      allow: [new URL(network.url).host],
    });
    const made = await client.messages.create({ to: phone, from: own, body: 'Grüße & more' });
    const listed = await client.messages.list({
      to: phone,
      dateSentAfter: new Date(Date.now() - 1e6),
    });
    expect(listed.map(({ sid, body }) => [sid, body])).toEqual([[made.sid, 'Grüße & more']]);
    expect((await client.messages(made.sid).fetch()).status).toBe('delivered');
  });
});

describe('the program', () => {
  test('keeps what it knows in a file, over kill -9 and half a line', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'countersign-network-'));
    const state = join(folder, 'state');
    const args = ['--port', String(await freePort()), '--state', state, '--second-ms', '10'];
    const before = await spawnNetwork(args);
    const phones = phonesAt(before.url);
    await phones.set(phone, { answer: 'noAnswer', delaySeconds: 600 });
    await placeCall(before);
    await until('the phone to ring', async () =>
      (await phones.log(phone)).calls.some(({ status }) => status === 'ringing'),
    );
    expect(await before.kill('SIGKILL')).toBe(null);
    writeFileSync(state, `${readFileSync(state, 'utf8')}{"kind":"call","ca`);
    const after = await spawnNetwork(args);
    // A network that fell over has dropped its calls.
    expect((await phonesAt(after.url).log(phone)).calls).toMatchObject([
      { to: phone, status: 'failed' },
    ]);
    expect(await after.kill('SIGTERM')).toBe(0);
    const third = await spawnNetwork(args);
    expect((await phonesAt(third.url).log(phone)).calls).toHaveLength(1);
    await third.kill('SIGTERM');
    rmSync(folder, { recursive: true, force: true });
  });

  test('says in its first line that it is a double', async () => {
    const network = await spawnNetwork(['--port', '0']);
    expect(network).toMatchObject({ kind: 'started', double: true });
    await network.kill('SIGTERM');
  });
});
