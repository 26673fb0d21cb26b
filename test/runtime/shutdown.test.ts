import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';

const script = fileURLToPath(new URL('children/stopping.ts', import.meta.url));

const start = (how: string) => {
  const child = spawn(process.execPath, [script, how], { stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => void (said.out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => void (said.err += text));
  const until = async (text: string): Promise<void> => {
    while (!said.out.includes(text)) await once(child.stdout, 'data');
  };
  const ended = async () => {
    const [status] = (await once(child, 'close')) as [number | null];
    return { status, ...said };
  };
  return { child, until, ended };
};

test('REL-14 SIGTERM stops the parts in reverse order, past one that fails, and exits with 0', async () => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    const run = start('well');
    await run.until('ready');
    run.child.kill(signal);
    const { status, out, err } = await run.ended();
    expect(status).toBe(0);
    expect(out).toBe('ready\nlast stopped\nfirst stopped\n');
    expect(err).toContain('"part":"failing"');
  }
});

test('REL-14 a part that hangs is left behind when the time is over', async () => {
  const run = start('hangs');
  await run.until('ready');
  // It would hang for ever; half a second is what this child gives its parts.
  run.child.kill('SIGTERM');
  const { status, err } = await run.ended();
  expect(status).toBe(0);
  expect(err).toContain('took too long');
});

test('REL-14 a second signal ends the process at once', async () => {
  const run = start('hangs');
  await run.until('ready');
  run.child.kill('SIGTERM');
  while (!(await once(run.child.stderr, 'data')).join('').includes('stopping'));
  run.child.kill('SIGTERM');
  expect((await run.ended()).status).toBe(130);
});

test('REL-20 what nobody caught is logged and counted, and the process goes on', async () => {
  const run = start('throws');
  await run.until('still here');
  run.child.kill('SIGTERM');
  const { status, err } = await run.ended();
  expect(status).toBe(0);
  expect(err).toContain('nobody catches this');
  expect(err).toContain('nor this');
});
