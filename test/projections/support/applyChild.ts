import { randomLog } from './randomLog.ts';
import { storeOf } from './log.ts';
import { follow } from './views.ts';

/** Applies a log in small batches until it is done or killed: `node applyChild.ts <seed> <steps> <file>`. */
const [seed = '0', steps = '0', path = ''] = process.argv.slice(2);
const store = await storeOf(randomLog(Number(seed), Number(steps)).lines);
process.stdout.write('begun\n');
const { close } = await follow(store, { path, batchSize: 3 });
await close();
process.stdout.write('done\n');
