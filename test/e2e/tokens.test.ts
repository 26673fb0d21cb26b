import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { encodeBase32 } from '../../adapters/otp/base32.ts';
import { otplibOtp } from '../../adapters/otp/otplib.ts';
import type { ImportReply } from '../../api/rest/imports.ts';
import { stepAt } from '../../domain/otpWindow.ts';
import { layoutOf } from '../../runtime/dataFolder.ts';
import { encryptedPskc, plainPskc } from '../api/tokenFiles/pskcFile.ts';
import { freePort } from '../support/freePort.ts';
import { isLong } from '../support/profile.ts';
import { factsOnDisk } from './support/factLog.ts';
import { filesBelow, formsOf, hitsIn } from './support/needles.ts';
import { serve, temporaryData, type ServerProcess } from './support/serverProcess.ts';
import { until } from './support/until.ts';

/* Hardware tokens: files of them while the server dies, their life, and where their seeds must never be. */

const rows = isLong ? 10_000 : 2_000;
const kills = 2;
const data = temporaryData();
const otp = otplibOtp();
const program = fileURLToPath(new URL('../../cli/countersign.ts', import.meta.url));
let ports: { http: number; https: number };
let server: ServerProcess;
/** All that was said to anybody. */
const heard: string[] = [];

const start = async (): Promise<void> => {
  server = await serve({ data: data.path, ...ports });
};
beforeAll(async () => {
  ports = { http: await freePort(), https: await freePort() };
  await start();
}, 120_000);
afterAll(async () => {
  await data.remove();
});

/** One run of the command; what it prints is heard. */
const countersign = async (...words: readonly string[]) => {
  const child = spawn(process.execPath, [program, ...words, '--data', data.path]);
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  heard.push(out, err);
  return { code, out, err };
};
const send = async (type: string, body: string): Promise<string> => {
  const token = readFileSync(layoutOf(data.path).adminToken, 'utf8').trim();
  const answer = await fetch(`${server.info.http}/api/v1/tokens/import`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': type },
    body,
  });
  const text = await answer.text();
  heard.push(text);
  if (answer.status !== 202) throw new Error(text);
  return (JSON.parse(text) as { importId: string }).importId;
};
const progress = async (importId: string, query = ''): Promise<ImportReply> =>
  await server.rest.ok<ImportReply>('GET', `/imports/${importId}${query}`);
const finished = async (importId: string): Promise<ImportReply> =>
  await until('the import to end', async () => {
    const now = await progress(importId, '?wait=5&since=0');
    return now.state === 'finished' ? now : undefined;
  });
const file = (name: string, text: string): string => {
  const path = join(data.path, '..', name);
  writeFileSync(path, text);
  return path;
};
const newSecret = (): string => encodeBase32(randomBytes(20)).toUpperCase();

const seeds = Array.from({ length: rows }, newSecret);
const list = ['serial,secret,interval', ...seeds.map((seed, at) => `K${at},${seed},30`)];

test(`a file of ${rows} tokens is taken while the server dies: every token once, no seed left behind`, async () => {
  const importId = await send('text/csv', list.join('\r\n'));
  for (let kill = 1; kill <= kills; kill += 1) {
    const wanted = (rows * kill) / (kills + 2);
    await until('some tokens to be there', async () => (await progress(importId)).done >= wanted);
    await server.kill('SIGKILL');
    await start();
  }
  expect(await finished(importId)).toMatchObject({ kind: 'tokens', added: rows, failed: 0 });
  const facts = factsOnDisk(data.path, 'TokenImported');
  expect(facts).toHaveLength(rows);
  expect(new Set(facts.map(({ stream }) => stream)).size).toBe(rows);
  const left = filesBelow(layoutOf(data.path).uploads).filter((name) => name.includes('-tokens'));
  expect(left).toEqual([]);
  const some = [0, rows / 2, rows - 1].flatMap((at) => formsOf(seeds[at]!));
  expect(hitsIn(filesBelow(data.path), some)).toEqual([]);
}, 240_000);

describe('the life of a hardware token, by the command', () => {
  const ann = 'ann@example.org';
  const secret = newSecret();
  const button = newSecret();
  const now = () => stepAt(Date.now(), 60);

  test('imported with its owner, activated, used, brought back in step, lost', async () => {
    await server.rest.ok('POST', '/users', { username: ann, method: 'oath' });
    const csv = file(
      'six.csv',
      [
        'upn,serial number,secret key,time interval,manufacturer,model',
        `${ann},H-1,${secret},60,Acme,One`,
        `,H-2,${secret.slice(0, 15)},60,Acme,One`,
      ].join('\n'),
    );
    const imported = await countersign('oath', 'import', csv);
    expect(imported.out).toContain('secret: at least 80 bits');
    expect(imported).toMatchObject({ code: 1, err: expect.stringContaining('tokens') });
    expect(imported.out).toMatch(/1 tokens imported, 1 failed\n$/);

    const early = await countersign('test', ann, '--code', otp.codeAt(secret, now(), 6));
    expect(early.code).toBe(1);
    const wrong = await countersign('oath', 'activate', ann, '--serial', 'H-1', '--code', '1');
    expect(wrong).toMatchObject({ code: 1, err: 'the code is wrong\n' });
    const code = otp.codeAt(secret, now(), 6);
    const right = await countersign('oath', 'activate', ann, '--serial', 'h-1', '--code', code);
    expect(right).toMatchObject({ code: 0, out: 'token h-1 is active\n' });
    const used = await countersign('test', ann, '--code', code);
    expect(used.out).toContain('CODE_REUSED');

    const ahead = [14, 15].map((steps) => otp.codeAt(secret, now() + steps, 6));
    const resynced = await countersign('oath', 'resync', ann, ...ahead, '--serial', 'H-1');
    expect(resynced.out).toBe('token H-1 is in step again\n');
    const next = otp.codeAt(secret, now() + 16, 6);
    expect((await countersign('test', ann, '--code', next)).out).toContain('APPROVED');

    const shown = await countersign('oath', 'list', '--text', 'h-');
    expect(shown.out).toMatch(/H-1 +active +ann@example\.org +totp +6 +60 +Acme One/);
    const lost = await countersign('oath', 'lost', 'H-1', '--reason', 'left in a train');
    expect(lost.out).toBe('token H-1 is lost\n');
    expect((await countersign('oath', 'assign', ann, '--serial', 'H-1')).err).toContain('lost');
  }, 120_000);

  test('an event token out of an encrypted container', async () => {
    const bob = 'bob@example.org';
    await server.rest.ok('POST', '/users', { username: bob, method: 'oath' });
    const bytes = randomBytes(20);
    const plain = file('plain.xml', plainPskc([{ serial: 'P-1', secret: bytes, kind: 'totp' }]));
    expect((await countersign('oath', 'import', plain)).out).toContain('1 tokens imported');
    const key = { serial: 'B-1', secret: randomBytes(20), kind: 'hotp', counter: 5 } as const;
    const container = file('tokens.pskc', encryptedPskc([key], 'Tr0ub4dor&3'));
    const closed = await countersign('oath', 'import', container);
    expect(closed).toMatchObject({ code: 1, err: 'the file is encrypted: give its password\n' });
    const password = file('password.txt', 'Tr0ub4dor&3\n');
    const opened = await countersign('oath', 'import', container, '--password-file', password);
    expect(opened.out).toBe('1 tokens imported, 0 failed\n');
    await countersign('oath', 'assign', bob, '--serial', 'B-1');
    const code = (counter: number) => otp.codeAt(key.secret, counter, 6);
    await countersign('oath', 'activate', bob, '--serial', 'B-1', '--code', code(7));
    expect((await countersign('test', bob, '--code', code(7))).out).toContain('WRONG_CODE');
    expect((await countersign('test', bob, '--code', code(9))).out).toContain('APPROVED');
    const another = await countersign('oath', 'assign', ann, '--serial', 'B-1');
    expect(another.err).toBe('the token is assigned to another user\n');
    expect((await countersign('oath', 'remove', bob)).code).toBe(0);
    expect((await countersign('oath', 'list', '--state', 'disabled')).out).toContain('B-1');
  }, 120_000);

  test('a software token that counts', async () => {
    const counting = ['--secret', button, '--hotp', '--counter', '3', '--json'];
    const made = await countersign('oath', 'assign', ann, ...counting);
    expect(JSON.parse(made.out)).toEqual({
      tokenId: expect.any(String),
      serial: expect.any(String),
    });
    const code = otp.codeAt(button, 3, 6);
    expect((await countersign('test', ann, '--code', code)).out).toContain('APPROVED');
    expect((await countersign('test', ann, '--code', code)).out).toContain('WRONG_CODE');
  }, 60_000);

  test('SEC-52 recovery codes, an access pass and answers: told once, kept as hashes', async () => {
    const recovery = (await countersign('recovery-codes', ann)).out.trim().split('\n');
    expect(recovery).toHaveLength(10);
    for (const one of recovery) expect(one).toMatch(/^([A-Z2-7]{4}-){3}[A-Z2-7]{4}$/);
    const typed = recovery[0]!.toLowerCase().replaceAll('-', ' ');
    expect((await countersign('test', ann, '--code', typed)).out).toContain('APPROVED');
    expect((await countersign('test', ann, '--code', typed)).out).not.toContain('APPROVED');

    const none = await countersign('access-pass', ann);
    expect(none).toMatchObject({ code: 2, err: 'say why with --reason\n' });
    const pass = JSON.parse(
      (await countersign('access-pass', ann, '--multi', '--reason', 'new phone', '--json')).out,
    ) as { code: string };
    expect((await countersign('test', ann, '--code', pass.code)).out).toContain('APPROVED');
    expect((await countersign('test', ann, '--code', pass.code)).out).toContain('APPROVED');
    const left = await countersign('spare-codes', ann);
    expect(left.out).toMatch(/^recovery codes left +9\naccess pass +until \S+ \S+ \S+\n$/);
    await countersign('access-pass', ann, '--revoke');
    expect((await countersign('test', ann, '--code', pass.code)).out).not.toContain('APPROVED');

    const answers = ['Zwölfender', 'Brackwasser', 'Moosgrün', 'Quittengelee'];
    const questions = answers.map((answer, at) => `Question ${at}?\n${answer}`).join('\n');
    const set = await countersign('questions', 'set', ann, '--file', file('q.txt', questions));
    expect(set.out).toBe(`set the security questions of ${ann}\n`);
    expect((await countersign('questions', 'reset', ann)).code).toBe(0);
    const spare = [...recovery, pass.code].flatMap((text) => [text, text.replaceAll('-', '')]);
    const needles = [...spare, ...answers].flatMap(formsOf);
    expect(hitsIn(filesBelow(data.path), needles)).toEqual([]);
    expect(needles.filter(({ bytes }) => server.log().includes(bytes.toString()))).toEqual([]);
  }, 120_000);

  test('seeds stand in no reply, log line, history or file', async () => {
    const secrets = [secret, button, seeds[1]!, seeds.at(-1)!];
    for (const path of ['/tokens?limit=500', `/users/${ann}`, '/audit?limit=500', '/users?limit=5'])
      heard.push(JSON.stringify(await server.rest.ok('GET', path)));
    const needles = secrets.flatMap(formsOf);
    const said = `${heard.join('\n')}\n${server.log()}`;
    expect(needles.filter(({ bytes }) => said.includes(bytes.toString()))).toEqual([]);
    expect(hitsIn(filesBelow(data.path), needles)).toEqual([]);
  }, 60_000);
});
