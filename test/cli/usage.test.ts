import { describe, expect, jest, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Command } from 'commander';
import { countersign as program } from '../../cli/program.ts';
import { layoutOf } from '../../runtime/dataFolder.ts';
import { countersign, emptyFolder, runProgram } from './terminal.ts';

// Whatever a busy machine takes: no promise is measured by it.
jest.setTimeout(120_000);

const root = join(import.meta.dirname, '..', '..');

/** Every command below a command, with the words that name it. */
function* below(command: Command, words: readonly string[] = []): Generator<[string[], Command]> {
  for (const child of command.commands) {
    yield [[...words, child.name()], child];
    yield* below(child, [...words, child.name()]);
  }
}
const never = () => Promise.reject(new Error('not here'));
const whole = await program({ loadServer: never });
const commands = [...below(whole)].filter(([words]) => words[0] !== 'authenticator');
const leaves = commands.filter(([, command]) => command.commands.length === 0);

describe('usage', () => {
  test('every command describes itself and knows --json and --data', () => {
    for (const [words, command] of leaves) {
      expect([words, command.description() !== '']).toEqual([words, true]);
      const options = command.options.map(({ long }) => long);
      // What stands in for the telephone network calls no server.
      const common = words[0] === 'phone-network' ? ['--json'] : ['--json', '--data'];
      expect([words, options]).toEqual([words, expect.arrayContaining(common)]);
      expect(command.helpInformation()).toContain(`Usage: countersign ${words.join(' ')}`);
    }
  });

  test('--help is 0; no command, an unknown one, a missing or extra word are 2', async () => {
    expect(await countersign('users', 'add', '--help')).toMatchObject({ code: 0, err: '' });
    const wrong = [
      [],
      ['nonsense'],
      ['users'],
      ['users', 'add'],
      ['users', 'list', 'x'],
      ['users', 'list', '--nonsense'],
    ];
    for (const words of wrong) {
      const { code, err } = await countersign(...words);
      expect([words, code, err.length > 0]).toEqual([words, 2, true]);
    }
  });

  test('a first word brings all that it has in the whole program, and not the rest', async () => {
    const helps = (command: Command | undefined): readonly string[] =>
      command === undefined
        ? []
        : [command, ...Array.from(below(command), ([, child]) => child)].map((each) =>
            each.helpInformation(),
          );
    for (const command of whole.commands) {
      const some = await program({ loadServer: never }, command.name());
      const found = some.commands.find((candidate) => candidate.name() === command.name());
      expect([command.name(), helps(found)]).toEqual([command.name(), helps(command)]);
      expect(some.commands.length).toBeLessThan(5);
    }
  });

  test('what is planned is not offered', () => {
    const names = commands.map(([words]) => words.join(' '));
    for (const planned of ['support-bundle', 'sync']) expect(names).not.toContain(planned);
  });
});

const endpoints = (data: string, http: string): void => {
  writeFileSync(layoutOf(data).endpoints, JSON.stringify({ http }));
  writeFileSync(layoutOf(data).adminToken, 'x'.repeat(43));
};

describe('finding the server', () => {
  test('no server, or one that has gone, is said with the command that starts it', async () => {
    const data = emptyFolder();
    const expected = `no server is running on data folder ${data}: start one with "countersign serve --data ${data}"\n`;
    const list = ['users', 'list', '--data', data];
    expect(await countersign(...list)).toEqual({ code: 1, out: '', err: expected });
    endpoints(data, `http://127.0.0.1:${await freePort()}`);
    expect(await countersign(...list)).toEqual({ code: 1, out: '', err: expected });
  });

  test('the token is never sent to another machine, or where no token is', async () => {
    const data = emptyFolder();
    for (const http of [
      'http://192.0.2.1:80',
      'https://127.0.0.1:1',
      'http://localhost.example.com',
      'x',
      7,
    ]) {
      endpoints(data, String(http));
      const { code, err } = await countersign('users', 'list', '--data', data);
      expect([http, code]).toEqual([http, 1]);
      expect(err).toMatch(/commands only talk to this machine|is broken: remove it/);
    }
    endpoints(data, 'http://127.0.0.1:1');
    rmSync(layoutOf(data).adminToken);
    const { err } = await countersign('users', 'list', '--data', data);
    expect(err).toMatch(/admin-token cannot be read: run this as the user that runs the server/);
  });

  test('the data folder comes from the environment too', async () => {
    const data = emptyFolder();
    const script = join(root, 'cli', 'countersign.ts');
    const environment = { COUNTERSIGN_DATA: data };
    const { err } = await runProgram(process.execPath, [script, 'users', 'list'], environment);
    expect(err).toContain(data);
  });

  test('a wrong configuration is wrong usage, with every fault', async () => {
    const words = ['serve', '--data', emptyFolder(), '--http', '70000', '--https', 'x'];
    const { code, err } = await countersign(...words);
    expect(code).toBe(2);
    expect(err).toBe(
      '--http is "70000": give a whole number from 0 to 65535\n--https is "x": give a whole number from 0 to 65535\n',
    );
  });
});

describe('the entry for any Node', () => {
  const bin = join(root, 'cli', 'bin.js');

  test('passes words, output and the exit code', async () => {
    const help = await runProgram(process.execPath, [bin, 'users', '--help']);
    expect(help).toMatchObject({
      code: 0,
      out: expect.stringContaining('Usage: countersign users'),
    });
    expect((await runProgram(process.execPath, [bin, 'nonsense'])).code).toBe(2);
  });

  /** An installed package around the entry: `main` is what its command does. */
  const installed = (main: string): string => {
    const cli = join(emptyFolder(), 'node_modules', 'countersign', 'cli');
    mkdirSync(cli, { recursive: true });
    for (const file of ['bin.js', 'typeStripping.js'])
      cpSync(join(root, 'cli', file), join(cli, file));
    writeFileSync(join(cli, '..', 'package.json'), '{"type":"module"}');
    writeFileSync(join(cli, 'countersign.ts'), main);
    return join(cli, 'bin.js');
  };

  test('runs typed files below node_modules, where Node itself strips no types', async () => {
    const path = installed('const exit: number = 7; process.exitCode = exit;');
    expect((await runProgram(process.execPath, [path])).code).toBe(7);
  });

  test('passes signals, and its own sudden end reaches what it started', async () => {
    const path = installed(`
      process.on('SIGTERM', () => { console.log('stopped'); process.exit(3); });
      process.once('disconnect', () => { console.log('alone'); process.exit(4); });
      setInterval(() => undefined, 1000);
      console.log('ready');
    `);
    for (const [signal, said, code] of [
      ['SIGTERM', 'stopped', 3],
      ['SIGKILL', 'alone', null],
    ] as const) {
      const child = spawn(process.execPath, [path], { stdio: ['ignore', 'pipe', 'inherit'] });
      let out = '';
      const ended = new Promise<number | null>((resolve) => {
        child.on('close', resolve);
      });
      child.stdout.on('data', (data: Buffer) => {
        out += data.toString();
        if (out === 'ready\n') child.kill(signal);
      });
      expect([signal, await ended, out]).toEqual([signal, code, `ready\n${said}\n`]);
    }
  });
});

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
