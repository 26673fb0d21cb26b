import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { tlsOptions } from '../../runtime/tlsOptions.ts';

test('SEC-77 SEC-19 SEC-86 production has no core dumps, no debugger by signal, no __proto__, AEAD suites only, and keeps its process id', async () => {
  const script = fileURLToPath(new URL('children/hardened.ts', import.meta.url));
  const child = spawn(process.execPath, [script, 'serve', 'a b'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, err] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ]);
  const seen = JSON.parse(out) as Record<string, unknown>;
  expect(seen).toMatchObject({ pid: child.pid, proto: false, args: ['serve', 'a b'] });
  expect(seen['execArgv']).toEqual(
    expect.arrayContaining(['--disable-sigusr1', '--disable-proto=delete']),
  );
  expect(seen['tls']).toEqual({ ciphers: tlsOptions.ciphers, oldestTls: 'TLSv1.2' });
  expect(seen['core']).toMatch(/core file size\s+0\s+0\s.*\n0077\n/);
  expect(err).toBe('');
});
