import { afterEach, describe, expect, test } from '@jest/globals';
import { fakeFacade } from './fakeFacade.ts';
import {
  approval,
  canonicalOf,
  errorIdOf,
  poll,
  post,
  pushesOf,
  servers,
  soapCodeOf,
} from './rig.ts';

const { start, stop } = servers();
afterEach(stop);

const activate = (origin: string, code: string, path = '/pa/PfPaWs.asmx') =>
  post(origin + path, canonicalOf('soap-activatenew').replace('417206935', code));

/** What a phone does beside its ActivateNew. */
const validateFirst = async (origin: string): Promise<void> => {
  const [push] = pushesOf(await poll(origin, '?wait=5'));
  const body = canonicalOf('pad-validate').replace(
    '5b0c6a52-7d1e-4f7b-9c55-0f3a1d2e8b44',
    push?.guid ?? '',
  );
  expect((await post(`${origin}/pa/pad`, body)).body).toContain('<dosPreventer>b3uTq');
};

describe('activation', () => {
  test('MC-10 wrong, malformed and unconfirmed codes read the same', async () => {
    const origin = await start({ facade: fakeFacade() });
    const answers = [
      await activate(origin, '999999999'),
      await activate(origin, '12'),
      await activate(origin, "1' OR '1'='1"),
    ];
    expect(new Set(answers.map(({ status, body }) => `${status} ${body}`)).size).toBe(1);
    expect(answers[0] && soapCodeOf(answers[0])).toBe('15');
    const confirmations = [
      await post(`${origin}/pa/PfPaWs.asmx`, canonicalOf('soap-confirm')),
      await post(
        `${origin}/pa/PfPaWs.asmx`,
        canonicalOf('soap-confirm').replace('6120947385512046', ''),
      ),
    ];
    expect(new Set(confirmations.map(({ status, body }) => `${status} ${body}`)).size).toBe(1);
  });

  test('MC-2 MC-11 after five wrong codes even a right one is 429, but not from elsewhere', async () => {
    let address = '192.0.2.1';
    const facade = fakeFacade();
    const origin = await start({ facade, addressOf: () => address });
    for (let guess = 0; guess < 5; guess += 1) await activate(origin, '999999999');
    const blocked = await activate(origin, '417206935');
    expect([blocked.status, blocked.headers['retry-after']]).toEqual([429, '900']);
    expect(soapCodeOf(blocked)).toBe('9005');
    expect(facade.activations).toHaveLength(5);
    address = '192.0.2.2';
    const [answer] = await Promise.all([activate(origin, '417206935'), validateFirst(origin)]);
    expect(answer.body).toContain('<ActivateNewResult>true<');
  });

  test('a device that does not answer is no guess', async () => {
    let now = 0;
    const facade = fakeFacade();
    const patient = { ...facade.commands };
    patient.beginActivation = (_call, { waitMs }) => {
      now += waitMs;
      return Promise.resolve({ kind: 'failed' });
    };
    const origin = await start({ facade: { ...facade, commands: patient }, now: () => now });
    for (let attempt = 0; attempt < 8; attempt += 1) {
      expect((await activate(origin, '417206935')).status).toBe(200);
    }
  });

  test('9010 where the code was right but the account may not', async () => {
    const origin = await start({ facade: fakeFacade() });
    expect(soapCodeOf(await activate(origin, '900000001'))).toBe('9010');
  });

  test('9006 while the core is away', async () => {
    const facade = fakeFacade();
    facade.down = true;
    const origin = await start({ facade });
    const answer = await activate(origin, '417206935');
    expect([answer.status, soapCodeOf(answer)]).toEqual([503, '9006']);
    const pad = await post(`${origin}/pa/pad`, approval('c1f4e0d8-2a36-4b8e-8f0d-6e7a9b5c3d21'));
    expect([pad.status, errorIdOf(pad)]).toEqual([503, 9006]);
  });

  test('three activations of one address may wait, a fourth is told to come back', async () => {
    const facade = fakeFacade();
    const pending = { ...facade.commands };
    const holds: (() => void)[] = [];
    pending.beginActivation = () =>
      new Promise((resolve) => {
        holds.push(() => resolve({ kind: 'failed' }));
      });
    const origin = await start({ facade: { ...facade, commands: pending } });
    const waiting = Array.from({ length: 4 }, () => activate(origin, '417206935'));
    const first = await Promise.race(waiting);
    expect([first.status, soapCodeOf(first)]).toEqual([503, '9006']);
    for (const release of holds) release();
    expect((await Promise.all(waiting)).filter(({ status }) => status === 200)).toHaveLength(3);
  });

  test('a caller that hangs up withdraws its activation', async () => {
    const facade = fakeFacade();
    const hung = Promise.withResolvers<boolean>();
    const commands = { ...facade.commands };
    commands.beginActivation = (_call, { signal }) =>
      new Promise((resolve) => {
        signal?.addEventListener('abort', () => {
          hung.resolve(true);
          resolve({ kind: 'failed' });
        });
      });
    const origin = await start({ facade: { ...facade, commands } });
    const controller = new AbortController();
    const call = fetch(`${origin}/pa/PfPaWs.asmx`, {
      method: 'POST',
      body: canonicalOf('soap-activatenew'),
      headers: { 'content-type': 'text/xml' },
      signal: controller.signal,
    }).catch(() => undefined);
    setTimeout(() => controller.abort(), 50);
    expect(await hung.promise).toBe(true);
    await call;
  });

  test('the connection test answers both ways, ten times a minute', async () => {
    const facade = fakeFacade();
    const origin = await start({ facade, now: () => 0 });
    const call = canonicalOf('soap-test');
    expect((await post(`${origin}/pa/PfPaWs.asmx`, call)).body).toContain('>Success<');
    facade.down = true;
    expect((await post(`${origin}/pa/PfPaWs.asmx`, call)).body).toContain('>Failed: ');
    const plain = () => post(`${origin}/pa/pfpaws.asmx/testpfwssdkconnection`, '');
    facade.down = false;
    expect((await plain()).body).toBe(
      '<?xml version="1.0" encoding="utf-8"?><string xmlns="http://www.phonefactor.com/PfPaWs">Success</string>',
    );
    for (let round = 0; round < 7; round += 1) await plain();
    expect((await plain()).status).toBe(429);
  });
});
