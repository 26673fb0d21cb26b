import { describe, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { emptyFolder, type Ended } from './terminal.ts';

const program = pathToFileURL(join(import.meta.dirname, '..', '..', 'cli', 'program.ts')).href;

/** The command line before a server that only notes what it is told. */
const withServer = (start: string): string => {
  const script = join(emptyFolder(), 'countersign.ts');
  writeFileSync(
    script,
    `import { countersign, main } from '${program}';
     const startServer = async (options) => { ${start} };
     const server = (data, more = {}) => ({
       http: 'http://127.0.0.1:1', https: 'https://localhost:2', temporal: '127.0.0.1:3', data, ca: data + '/tls/ca.pem',
       stop: async (reason) => { console.error('stopped by ' + reason); return true; }, ...more,
     });
     const alive = setInterval(() => undefined, 1000);
     const words = process.argv.slice(2);
     await main(await countersign({ loadServer: async () => startServer }, words[0]), words);
     if (process.exitCode) clearInterval(alive);`,
  );
  return script;
};

/** Runs the command until it has printed something that fits, and then ends it by a signal. */
const until = (script: string, words: readonly string[], fits: RegExp): Promise<Ended> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [script, ...words], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let out = '';
    let err = '';
    child.stdout.on('data', (data: Buffer) => {
      out += data.toString();
      if (fits.test(out)) child.kill('SIGTERM');
    });
    child.stderr.on('data', (data: Buffer) => (err += data.toString()));
    child.on('close', (code) => resolve({ code, out, err }));
  });

describe('serve', () => {
  test('passes its configuration on, prints one line of JSON, and stops in order at a signal', async () => {
    const script = withServer(
      'console.error(JSON.stringify(options)); return server(options.data);',
    );
    const data = emptyFolder();
    const words = ['serve', '--data', data, '--http', '0', '--https', '9443', '--json'];
    const { code, out, err } = await until(script, words, /\n$/);
    expect(JSON.parse(out)).toEqual({
      ready: true,
      http: 'http://127.0.0.1:1',
      https: 'https://localhost:2',
      temporal: '127.0.0.1:3',
      data,
      ca: join(data, 'tls/ca.pem'),
    });
    expect(JSON.parse(err.split('\n')[0] ?? '')).toMatchObject({
      data,
      http: 0,
      https: 9443,
      demo: false,
    });
    expect(err).toContain('stopped by SIGTERM');
    expect(code).toBe(0);
  });

  test('SEC-44 shows first, once more at every start, what lets somebody in where something is missing', async () => {
    const warning = `{ setting: 'whenUserDisabled', value: 'succeed', lets: 'anybody gets in', closedBy: 'fail', by: 'system', at: '2026-11-22T10:00:00.000Z' }`;
    const script = withServer(`return server(options.data, { warnings: [${warning}] });`);
    const { out } = await until(
      script,
      ['serve', '--data', emptyFolder()],
      /activation create .*\n/,
    );
    expect(out).toMatch(
      /^WARNING: whenUserDisabled = succeed: anybody gets in\. Set by system at .*\nCountersign is running\.\n/,
    );
  });

  test('--demo prints the three commands that show an approval', async () => {
    const demo = `{ username: 'demo@example.org', activation: { url: 'https://localhost:2/pa/a/x', code: '123456789' } }`;
    const script = withServer(
      `return server(options.data, options.demo ? { demo: ${demo} } : {});`,
    );
    const data = emptyFolder();
    const { out } = await until(script, ['serve', '--data', data, '--demo'], /approve .*\n/);
    const phone = `--state ${join(data, 'demo-phone')} --ca ${join(data, 'tls/ca.pem')}`;
    expect(out).toContain(
      `  npx countersign authenticator activate --url https://localhost:2/pa/a/x --code 123456789 ${phone}\n`,
    );
    expect(out).toContain(`  npx countersign test demo@example.org --data ${data}\n`);
    expect(out).toContain(`  npx countersign authenticator approve --number NN ${phone}\n`);
  });

  test('without --demo it says what to do first', async () => {
    const script = withServer('return server(options.data);');
    const { out } = await until(
      script,
      ['serve', '--data', emptyFolder()],
      /activation create .*\n/,
    );
    expect(out).toMatch(/^Countersign is running\.\nhttp +http:\/\/127\.0\.0\.1:1\n/);
    expect(out).toMatch(/\n {2}npx countersign users add ann@example\.com --data /);
  });

  test('a start that fails is one line and exit code 1', async () => {
    const script = withServer(`throw new Error('the data folder is in use by process 7');`);
    const { code, out, err } = await until(script, ['serve', '--data', emptyFolder()], /never/);
    expect([code, out, err]).toEqual([1, '', 'the data folder is in use by process 7\n']);
  });
});
