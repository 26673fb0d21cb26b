import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { workflowBundle } from '../../adapters/temporal/bundle.ts';

/** Jest's globalSetup: bundles the workflows once, so that test files find the finished file. */
export default async function bundle(): Promise<void> {
  const workflows = fileURLToPath(new URL('../../workflows/index.ts', import.meta.url));
  if (existsSync(workflows)) await workflowBundle();
}
