import { glob, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const folders =
  '{activities,adapters,api,cli,config,domain,examples,projections,runtime,web,workflows}/**/*.{ts,tsx,js,mjs,cjs}';

/** Names through which a client or worker could be made without the codec. */
const makers = [
  'Client',
  'WorkflowClient',
  'Connection',
  'NativeConnection',
  'Worker',
  'TestWorkflowEnvironment',
];

const importsMaker = (source: string): boolean =>
  [
    ...source.matchAll(
      /import\s+(type\s+)?([^;]*?)\s+from\s+'@temporalio\/(client|worker|testing)[^']*'/g,
    ),
  ]
    .filter(([, typeOnly]) => !typeOnly)
    .some(([, , what = '']) =>
      what
        .replaceAll(/[{}\n]/g, ' ')
        .split(',')
        .map((name) => name.trim())
        .filter((name) => name !== '' && !name.startsWith('type '))
        .some((name) => name.startsWith('*') || makers.includes(name.split(/\s+as\s+/)[0] ?? '')),
    ) || /(?:require|import)\(\s*['"]@temporalio\/(?:client|worker|testing)/.test(source);

test('SEC-73 only adapters/temporal can make a client or a worker, so none lacks the codec', async () => {
  const makersAt: string[] = [];
  let seen = 0;
  for await (const file of glob([folders, '*.ts'], {
    cwd: root,
    exclude: (name) => name.includes('node_modules'),
  })) {
    seen += 1;
    if (importsMaker(await readFile(`${root}/${file}`, 'utf8'))) makersAt.push(file);
  }
  expect(seen).toBeGreaterThan(20);
  // The probe asks for a version and a namespace only: no payload passes through it.
  expect(makersAt.toSorted()).toEqual([
    'adapters/temporal/connect.ts',
    'adapters/temporal/health.ts',
  ]);
});

test('SEC-73 the probe calls nothing that carries a payload', async () => {
  const probe = await readFile(`${root}/adapters/temporal/health.ts`, 'utf8');
  const calls = [...probe.matchAll(/(?:workflowService|operatorService)\.(\w+)\(/g)].map(
    ([, name]) => name,
  );
  expect([...new Set(calls)]).toEqual(['describeNamespace', 'getSystemInfo']);
});

test('SEC-73 the scan sees the forms of import', () => {
  expect(importsMaker("import { Worker } from '@temporalio/worker';")).toBe(true);
  expect(importsMaker("import { x, Connection as C } from '@temporalio/client';")).toBe(true);
  expect(importsMaker("import * as client from '@temporalio/client';")).toBe(true);
  expect(importsMaker("const w = await import('@temporalio/worker');")).toBe(true);
  expect(importsMaker("import type { Worker } from '@temporalio/worker';")).toBe(false);
  expect(importsMaker("import { type Client } from '@temporalio/client';")).toBe(false);
});
