import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { glob, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { dirname, join, relative } from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { failureConverterPath } from './dataConverter.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const require = createRequire(import.meta.url);

export type BundleOptions = {
  /** Default `workflows/index.ts`. */
  readonly workflowsPath?: string;
  /** Folders whose `.ts` files make up the bundle; default `workflows/` and `domain/`. */
  readonly sources?: readonly string[];
  /** Default `dist/`. */
  readonly outFolder?: string;
};

/**
 * Bundles the workflows for Temporal's sandbox into `workflows-<hash of the sources>.js`, or finds the file that an
 * earlier run made from the same sources: bundling takes seconds, which a warm start does not have (REL-15).
 */
export const workflowBundle = async (
  options: BundleOptions = {},
): Promise<{ codePath: string }> => {
  const workflowsPath = options.workflowsPath ?? join(root, 'workflows/index.ts');
  const sources = options.sources ?? [join(root, 'workflows'), join(root, 'domain')];
  const outFolder = options.outFolder ?? join(root, 'dist');
  const codePath = join(outFolder, `workflows-${await hashOf(workflowsPath, sources)}.js`);
  if (existsSync(codePath)) return { codePath };

  // Beside the workflows, where there are any: what turns unsealed payloads away must not be forgotten.
  const interceptors = join(dirname(workflowsPath), 'interceptors.ts');
  const { code } = await bundleWorkflowCode({
    workflowsPath,
    workflowInterceptorModules: existsSync(interceptors) ? [interceptors] : [],
    // Loaded once for all runs instead of at each start; none of them keeps anything between runs.
    preloadModules: ['@temporalio/workflow', '@temporalio/common', workflowsPath],
    failureConverterPath,
    logger: new DefaultLogger('ERROR'),
  });
  await mkdir(outFolder, { recursive: true });
  const unfinished = `${codePath}.${randomUUID()}`; // Two processes may bundle at once; a rename is atomic.
  await writeFile(unfinished, code);
  await rename(unfinished, codePath);
  return { codePath };
};

/** The SDK takes only bundles of its own version, so that is part of the name. */
const hashOf = async (workflowsPath: string, sources: readonly string[]): Promise<string> => {
  const hash = createHash('sha256');
  const sdk = await readFile(require.resolve('@temporalio/workflow/package.json'), 'utf8');
  hash.update(JSON.stringify([sdk, relative(root, workflowsPath)]));
  // How it is bundled counts as much as what.
  const files: string[] = [failureConverterPath, fileURLToPath(import.meta.url)];
  for (const folder of sources) {
    for await (const file of glob('**/*.ts', { cwd: folder })) files.push(join(folder, file));
  }
  for (const file of files.toSorted()) {
    hash.update(JSON.stringify([relative(root, file), await readFile(file, 'utf8')]));
  }
  return hash.digest('hex').slice(0, 16);
};
