import { afterAll, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { runVerify } from '../../cli/verify/run.ts';
import { createRandom } from '../projections/support/random.ts';
import { count, seed } from '../support/profile.ts';
import { newFolder, root } from './rig.ts';

const child = fileURLToPath(new URL('./killChild.ts', import.meta.url));
/** A checkpoint takes a few milliseconds: somewhere in the first ones after the first. */
const longestLifeMs = 150;

afterAll(() => rmSync(root, { recursive: true, force: true }));

test('SEC-79 REL-19 killed while it signs at any moment, the ledger goes on, and what it signed is proven', async () => {
  const random = createRandom(seed);
  const folder = newFolder();
  let newest = 0;
  for (let round = 0; round < count(60); round += 1) {
    const signing = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', child, folder],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const ended = once(signing, 'exit');
    const lines = createInterface(signing.stdout);
    lines.on('line', (line) => {
      newest = Math.max(newest, Number(line));
    });
    await once(lines, 'line');
    await delay(random.below(longestLifeMs));
    signing.kill('SIGKILL');
    await ended;
    const { code, result } = runVerify({ path: folder, keys: [], anchors: [], quiet: true });
    expect([round, code, result]).toEqual([round, 0, expect.anything()]);
  }
  expect(newest).toBeGreaterThan(count(60));
}, 600_000);
