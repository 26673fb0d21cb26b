import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { expect, test } from '@jest/globals';

const require = createRequire(import.meta.url);
const cheapCalls = fileURLToPath(
  new URL('../../../adapters/temporal/cheapCalls.cjs', import.meta.url),
);
const limited = ['initialize', 'activate', 'tryUnblockConditions'];
const unlimited = ['initRuntime', 'concludeActivation', 'dispose'];

/** Names of the calls that a script under a time limit of 100 ms was cut off in, though each takes 300 ms. */
const cutOff = async (calls: readonly string[]): Promise<readonly string[]> => {
  const code = `
    const vm = require('node:vm');
    const { parentPort } = require('node:worker_threads');
    const context = vm.createContext({ Date }, { microtaskMode: 'afterEvaluate' });
    const script = new vm.Script('for (const end = Date.now() + 300; Date.now() < end; );');
    const cut = ${JSON.stringify(calls)}.filter((name) => {
      context.__temporal_args = [{}, name, []];
      try {
        script.runInContext(context, { timeout: 100, displayErrors: true });
        return false;
      } catch (error) {
        return error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
      }
    });
    parentPort.postMessage(cut);
  `;
  const worker = new Worker(code, { eval: true, execArgv: ['--require', cheapCalls] });
  const [cut] = await once(worker, 'message');
  await worker.terminate();
  return cut as readonly string[];
};

test('a workflow that never ends is cut off still, wherever its own code runs', async () => {
  expect(await cutOff([...limited, ...unlimited, 'a call of a later SDK'])).toEqual([
    ...limited,
    'a call of a later SDK',
  ]);
});

test('the SDK calls its sandbox by these names', () => {
  const folder = join(dirname(require.resolve('@temporalio/worker/package.json')), 'lib/workflow');
  const code = ['vm-shared.js', 'reusable-vm.js'].map((file) =>
    readFileSync(join(folder, file), 'utf8'),
  );
  const called = new Set(
    code.flatMap((text) =>
      Array.from(text.matchAll(/workflowModule\.(\w+)\(/g), (found) => found[1]),
    ),
  );
  expect(called).toEqual(new Set([...limited, ...unlimited]));
});
