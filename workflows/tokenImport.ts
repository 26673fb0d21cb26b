import { continueAsNew, proxyActivities, sleep, workflowInfo } from '@temporalio/workflow';
import type { Activities } from '../activities/index.ts';
import { faultsKeptMs } from '../domain/imports.ts';
import type { TokenImportInput } from './contracts.ts';
import { runEffects } from './effects.ts';
import { goneAfter } from './steps.ts';

/** A page takes seconds, so it is no local activity. */
const pages = proxyActivities<Activities>({
  startToCloseTimeout: '10 minutes',
  heartbeatTimeout: goneAfter,
  retry: { initialInterval: '1 second', maximumInterval: '10 seconds' },
});

/**
 * One import of hardware tokens, id `import-<importId>`, page by page as userImport. The file with its seeds is
 * removed before the import is told to be over; the lines that failed stay readable for a week.
 */
export async function tokenImport({ importId }: TokenImportInput): Promise<void> {
  const begun = await pages.beginImport({ importId });
  let lost = begun.pages === 0;
  for (let page = begun.page; page < begun.pages && !lost; page += 1) {
    if (workflowInfo().continueAsNewSuggested)
      await continueAsNew<typeof tokenImport>({ importId });
    const done = await pages.importTokenPage({ importId, page });
    await runEffects(done.effects);
    ({ lost } = done);
  }
  await pages.forgetTokenRows({ importId });
  await pages.finishImport({ importId, lost });
  await sleep(faultsKeptMs);
  await pages.forgetImport({ importId });
}
