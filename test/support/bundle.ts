import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { workflowBundle } from '../../adapters/temporal/bundle.ts';
import { compileCache } from './compileCache.ts';

/** Jest's globalSetup: bundles the workflows once, so that test files find the finished file. */
export default async function bundle(): Promise<void> {
  // Test files, and what they start, inherit it.
  process.env['NODE_COMPILE_CACHE'] ??= compileCache;
  const workflows = fileURLToPath(new URL('../../workflows/index.ts', import.meta.url));
  if (existsSync(workflows)) await workflowBundle();
}
