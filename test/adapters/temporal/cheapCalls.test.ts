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

/** The first message of a thread that was started as the server's are. */
const said = async (code: string): Promise<unknown> => {
  const worker = new Worker(code, { eval: true, execArgv: ['--require', cheapCalls] });
  const [message] = await once(worker, 'message');
  await worker.terminate();
  return message;
};

const sdk = join(dirname(require.resolve('@temporalio/worker/package.json')), 'lib/workflow');
const sdkCode = (file: string): string => readFileSync(join(sdk, file), 'utf8');

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
  return (await said(code)) as readonly string[];
};

test('a workflow that never ends is cut off still, wherever its own code runs', async () => {
  expect(await cutOff([...limited, ...unlimited, 'a call of a later SDK'])).toEqual([
    ...limited,
    'a call of a later SDK',
  ]);
});

test('no thread watches promises, as the SDK would for each of a workflow', async () => {
  const code = `
    const { promiseHooks } = require('node:v8');
    let seen = 0;
    promiseHooks.createHook({ init: () => (seen += 1), settled: () => (seen += 1) });
    Promise.resolve(1).then(() => require('node:worker_threads').parentPort.postMessage(seen));
  `;
  expect(await said(code)).toBe(0);
  expect(sdkCode('vm-shared.js')).toMatch(/promiseHooks\.createHook\(/);
});

test('the SDK calls its sandbox by these names', () => {
  const code = ['vm-shared.js', 'reusable-vm.js'].map(sdkCode);
  const called = new Set(
    code.flatMap((text) =>
      Array.from(text.matchAll(/workflowModule\.(\w+)\(/g), (found) => found[1]),
    ),
  );
  expect(called).toEqual(new Set([...limited, ...unlimited]));
});
