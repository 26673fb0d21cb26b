import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { serve, temporaryData, type ServerProcess } from './support/serverProcess.ts';

/* Lists of the configuration on a real server: what is secret leaves no trace on the disk. */

const program = fileURLToPath(new URL('../../cli/countersign.ts', import.meta.url));
const data = temporaryData();
const secret = 'canary-4f1d8a-of-the-mail-server';
let server: ServerProcess;
beforeAll(async () => void (server = await serve({ data: data.path })), 60_000);
afterAll(() => data.remove(), 30_000);

const run = async (...words: string[]) => {
  const { stdout } = await promisify(execFile)(process.execPath, [
    program,
    ...words,
    '--data',
    data.path,
  ]);
  return stdout;
};

function* filesIn(folder: string): Generator<string> {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) yield* filesIn(path);
    else yield path;
  }
}

test('a secret is typed in once, shown to nobody, kept by later changes, and on no disk', async () => {
  const fields = ['host=mail.example.org', 'port=587', 'security=starttls', 'user=mfa'];
  const typed = [...fields, `password=${secret}`, 'sender=mfa@example.org'];
  await run('config', 'set', 'smtpServer', 'main', ...typed);
  await run('config', 'set', 'smtpServer', 'main', 'port=465', 'user=');
  expect(JSON.parse(await run('config', 'show', 'smtpServer', 'main'))).toEqual({
    host: 'mail.example.org',
    port: 465,
    security: 'starttls',
    passwordSet: true,
    sender: 'mfa@example.org',
  });
  for (const path of filesIn(dirname(data.path)))
    expect([path, readFileSync(path).includes(secret)]).toEqual([path, false]);
  expect(server.log()).not.toContain(secret);
}, 60_000);

test('a webhook without a secret gets one, which is told once', async () => {
  const item = { url: 'https://siem.example.org/', types: ['*'] };
  const { made } = await server.rest.ok<{ made: Record<string, string> }>(
    'POST',
    '/configuration/webhook',
    item,
  );
  expect(made['keys.k1']).toMatch(/^[\w-]{43}$/);
  const list = await server.rest.ok('GET', '/configuration/webhook');
  expect(list).toMatchObject({ items: [{ item: { keys: [{ keyId: 'k1', secretSet: true }] } }] });
  expect(JSON.stringify(list)).not.toContain(made['keys.k1']);
});

test('what was read can be sent back, and says nothing new', async () => {
  const path = '/configuration/smtpServer/main';
  const before = await server.rest.ok<{ version: string; item: object }>('GET', path);
  const again = { 'if-match': `"${before.version}"` };
  const { status, body } = await server.rest.call<{ version: string }>(
    'PUT',
    path,
    before.item,
    again,
  );
  expect([status, body.version]).toEqual([200, before.version]);
});

test('a provider without its secret is refused; a changed one keeps it', async () => {
  const item = {
    type: 'http',
    baseUrl: 'https://gateway.example.org',
    account: 'acme',
    from: '+15555550100',
    order: 1,
    texts: true,
    calls: false,
  };
  const first = await server.rest.call('PUT', '/configuration/telephonyProvider/gw', item);
  expect([first.status, first.body]).toMatchObject([422, { detail: 'secret is needed' }]);
});

test('a recording is taken, bounded, and asked for where the fraud code needs it', async () => {
  const wav = (seconds: number): string => {
    const bytes = Buffer.alloc(44 + 8_000 * seconds, 0x80);
    bytes.write('RIFF', 0);
    bytes.write('WAVEfmt ', 8);
    for (const [at, size, value] of [
      [16, 4, 16],
      [20, 2, 1],
      [22, 2, 1],
      [24, 4, 8_000],
      [28, 4, 8_000],
      [32, 2, 1],
      [34, 2, 8],
    ] as const)
      bytes.writeUIntLE(value, at, size);
    bytes.write('data', 36);
    bytes.writeUInt32LE(8_000 * seconds, 40);
    const path = join(dirname(data.path), `${seconds}.wav`);
    writeFileSync(path, bytes);
    return path;
  };
  await run('settings', 'set', 'fraudCode', '77');
  const fields = ['message=fraudGreetingStandard', 'language=en'];
  const made = await run('config', 'set', 'voiceMessage', 'fraud', ...fields);
  expect(made).toContain('there is no recording fraudGreetingStandard');
  const uploaded = await run('config', 'upload', 'fraud', wav(2));
  expect(uploaded).not.toContain('there is no recording fraudGreetingStandard');
  expect(uploaded).toContain('there is no recording fraudGreetingPin');
  await expect(run('config', 'upload', 'fraud', wav(20))).rejects.toThrow('less than 20 s');
  const shown = JSON.parse(await run('config', 'show', 'voiceMessage', 'fraud'));
  expect(shown).toMatchObject({
    contentType: 'audio/wav',
    audio: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  expect(statSync(join(data.path, 'voice', shown.audio)).size).toBe(44 + 16_000);
}, 60_000);
