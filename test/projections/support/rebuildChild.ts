import { setTimeout as delay } from 'node:timers/promises';
import { storeOf } from './log.ts';
import { randomLog } from './randomLog.ts';
import { follow } from './views.ts';

/**
 * Keeps views of a log, and makes them anew again and again whenever it is the one who writes them, until it is
 * killed: `node rebuildChild.ts <seed> <steps> <place>`.
 */
const [seed = '0', steps = '0', path = ''] = process.argv.slice(2);
const store = await storeOf(randomLog(Number(seed), Number(steps)).lines);
process.stdout.write('begun\n');
const { runner } = await follow(store, { path, batchSize: 10 });
for (;;) {
  if (runner.status().writes === true) await runner.rebuild(() => undefined).catch(() => undefined);
  await delay(1);
}
