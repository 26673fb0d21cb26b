import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { sha256 } from '../../../api/digest.ts';
import { mobileService } from '../../../api/pad/routes.ts';
import { readState } from '../../../cli/authenticator/state.ts';
import { fakeFacade, issuedCode, type FakeFacade } from '../../api/pad/fakeFacade.ts';
import { openSettings } from '../../api/pad/serve.ts';
import { until } from './support.ts';

const program = fileURLToPath(new URL('../../../cli/countersign.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'countersign-phone-'));
const certificate = join(folder, 'certificate.pem');
const settings = () => Promise.resolve({ ...openSettings, requireTls: true });

let server: Server;
let facade: FakeFacade;
let url: string;
let runs = 0;
let state: string;

/** A certificate for this machine that only `--ca` makes trusted. */
const makeCertificate = (key: string): void => {
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const made = ['-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', certificate];
  execFileSync('openssl', ['req', '-x509', '-days', '1', ...made, ...subject], { stdio: 'ignore' });
};

beforeAll(async () => {
  const key = join(folder, 'key.pem');
  makeCertificate(key);
  const tls = { key: readFileSync(key), cert: readFileSync(certificate) };
  server = createServer(tls, (request, response) =>
    mobileService({ facade, settings })(request, response, () => response.writeHead(404).end()),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/pa`;
});
beforeEach(() => {
  facade = fakeFacade();
  runs += 1;
  state = join(folder, `phone-${runs}`);
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
  rmSync(folder, { recursive: true });
});

const start = (...words: string[]): ChildProcess & { printed: () => string } => {
  const child = spawn(process.execPath, [program, 'authenticator', ...words]);
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (printed += text));
  return Object.assign(child, { printed: () => printed });
};
const run = async (...words: string[]): Promise<{ code: number | null; printed: string }> => {
  const child = start(...words);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, printed: child.printed() };
};
const memory = (): string[] => ['--state', state, '--ca', certificate];
const activated = async (): Promise<string> => {
  const { code, printed } = await run('activate', '--url', url, '--code', issuedCode, ...memory());
  if (code !== 0) throw new Error(printed);
  return sha256((await readState(state)).accounts[0]?.deviceToken ?? '');
};

describe('the command line', () => {
  test('activates over TLS, lists, approves and shows codes', async () => {
    const link = `phonefactor://activate_account?code=417%20206935&url=${encodeURIComponent(url)}`;
    expect((await run('activate', '--link', link, ...memory())).code).toBe(2);
    const mailbox = await activated();
    expect(await run('pending', ...memory())).toEqual({
      code: 0,
      printed: 'Nothing is waiting.\n',
    });
    const guid = facade.ask(mailbox);
    const pending = await run('pending', '--json', ...memory());
    expect(JSON.parse(pending.printed)).toMatchObject({ pending: [{ guid, application: 'VPN' }] });
    const approved = await run('approve', guid.slice(0, 8), '--json', ...memory());
    expect(JSON.parse(approved.printed)).toMatchObject({
      guid,
      answer: 'approve',
      result: 'recorded',
    });
    expect(facade.decisions.get(guid)).toBe('approve');
    expect((await run('approve', ...memory())).code).toBe(1);
    expect((await run('code', '--state', state)).printed).toMatch(
      /^\d{3} \d{3} {2}jsmith@example\.org/,
    );
  }, 30_000);

  test('approves with the number that the login shows, and says what is missing', async () => {
    const mailbox = await activated();
    const guid = facade.ask(mailbox, { mode: 'pin', entropyMode: 'type' });
    expect((await run('pending', ...memory())).printed).toContain(
      'wants the PIN and the number of the login: "authenticator approve --pin --number"',
    );
    expect(await run('approve', ...memory())).toEqual({
      code: 1,
      printed: 'this request wants more than a yes: give it with --pin and --number\n',
    });
    expect(facade.answers).toEqual([]);
    const typed = ['--number', '42', '--pin', '2580'];
    const approved = await run('approve', ...typed, '--json', ...memory());
    expect(JSON.parse(approved.printed)).toMatchObject({ guid, result: 'recorded' });
    expect(facade.answers).toMatchObject([{ pin: '2580', number: '42' }]);
    expect((await run('change-pin', ...memory())).code).toBe(2);
  }, 30_000);

  test('trusts no certificate that it was not told to', async () => {
    const { code, printed } = await run(
      'activate',
      '--url',
      url,
      '--code',
      issuedCode,
      '--state',
      state,
    );
    expect([code, facade.activations]).toEqual([1, []]);
    expect(printed).toMatch(/certificate/);
  }, 15_000);

  test.each([
    ['no command', []],
    ['no memory', ['pending']],
    ['neither code nor link', ['activate', '--state', '/nonexistent']],
    [
      'plain http to elsewhere',
      ['activate', '--state', '/nonexistent', '--url', 'http://192.0.2.1/pa', '--code', '123456'],
    ],
    ['two choices', ['watch', '--approve', '--deny', '--state', '/nonexistent']],
    [
      'a certificate that is not there',
      ['pending', '--state', '/nonexistent', '--ca', '/nonexistent'],
    ],
  ])('ends with 2 for %s', async (_name, words) => {
    expect((await run(...words)).code).toBe(2);
  });

  test('watches until it is told to stop, and a kill -9 after the decision loses nothing', async () => {
    const mailbox = await activated();
    const { answerPush } = facade.commands;
    let hang = true;
    facade.commands.answerPush = async (call) => {
      const answer = await answerPush(call);
      // The decision is taken, but its acknowledgement never leaves.
      return hang ? new Promise(() => {}) : answer;
    };
    const guid = facade.ask(mailbox);
    const killed = start('watch', '--approve', '--json', ...memory());
    await until(() => facade.answers.length === 1);
    killed.kill('SIGKILL');
    await once(killed, 'close');
    hang = false;
    const again = start('watch', '--deny', '--json', ...memory());
    await until(() => again.printed().includes('"answered"'));
    again.kill('SIGTERM');
    expect(await once(again, 'close')).toEqual([0, null]);
    expect(facade.answers.map(({ answer }) => answer)).toEqual(['approve', 'approve']);
    expect(facade.decisions.get(guid)).toBe('approve');
    const shown = `${killed.printed()}${again.printed()}`;
    expect(shown.match(/"event":"prompt"/g)).toHaveLength(1);
  }, 30_000);
});
