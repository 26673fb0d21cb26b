import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { count, seed } from '../support/profile.ts';
import { storeOf } from './support/log.ts';
import { createRandom } from './support/random.ts';
import { randomLog } from './support/randomLog.ts';
import { dump, dumpOfFresh, follow, viewsFile } from './support/views.ts';

const child = fileURLToPath(new URL('./support/applyChild.ts', import.meta.url));
const steps = 400;
const longestLifeMs = 400;

test('REL-07 killed while applying at any moment, the views end as if nothing had happened', async () => {
  const random = createRandom(seed);
  const store = await storeOf(randomLog(seed, steps).lines);
  const whole = await dumpOfFresh(store);
  const reached: number[] = [];
  for (let run = 0; run < count(100); run += 1) {
    const path = viewsFile();
    for (let kill = 0; kill < 2; kill += 1) {
      const args = ['--disable-warning=ExperimentalWarning', child, `${seed}`, `${steps}`, path];
      const applying = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
      const ended = once(applying, 'exit');
      await once(applying.stdout, 'data');
      await delay(random.below(longestLifeMs));
      applying.kill('SIGKILL');
      await ended;
    }
    const last = await follow(store, { path, batchSize: 1 + random.below(200) });
    reached.push(last.runner.status().position);
    expect(await dump(last.views)).toEqual(whole);
    await last.close();
  }
  const head = await store.head();
  expect(reached.every((position) => position === head)).toBe(true);
}, 1_800_000);
