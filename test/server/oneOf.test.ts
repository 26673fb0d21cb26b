import { expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createLogger } from '../../runtime/logger.ts';
import { oneOf } from '../../server/oneOf.ts';
import { until } from '../e2e/support/until.ts';

const fileLock = fileURLToPath(new URL('../../runtime/fileLock.ts', import.meta.url));
const holder = `
  import { tryLock } from ${JSON.stringify(fileLock)};
  globalThis.held = tryLock(process.argv[1]);
  process.stdout.write(globalThis.held ? 'held' : 'busy');
  setInterval(() => undefined, 1_000);
`;
const log = createLogger({ level: 'error', pretty: false, write: () => undefined });

test('one process has the work; where it is killed the next one has it, and lets go of it at its end', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-one-'));
  const lock = join(folder, 'work.lock');
  const first = spawn(process.execPath, ['--input-type=module', '-e', holder, lock], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [said] = (await once(first.stdout, 'data')) as [Buffer];
  expect(said.toString()).toBe('held');

  const stopped: string[] = [];
  const roleOf = (name: string) =>
    oneOf({
      lock,
      what: 'the work',
      log,
      start: () => ({ name, stop: async () => void stopped.push(name) }),
    });
  const second = roleOf('second');
  expect(second.mine()).toBeUndefined();
  const gone = once(first, 'exit');
  first.kill('SIGKILL');
  await gone;
  await until('the second to have it', () => second.mine()?.name === 'second');

  const third = roleOf('third');
  await second.stop();
  expect(stopped).toEqual(['second']);
  await until('the third to have it', () => third.mine()?.name === 'third');
  await third.stop();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);
