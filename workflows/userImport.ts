import { continueAsNew, proxyActivities, sleep, workflowInfo } from '@temporalio/workflow';
import type { Activities } from '../activities/index.ts';
import { faultsKeptMs } from '../domain/imports.ts';
import type { UserImportInput } from './contracts.ts';
import { runEffects } from './effects.ts';
import { goneAfter } from './steps.ts';

/** A page takes seconds, so it is no local activity. */
const pages = proxyActivities<Activities>({
  startToCloseTimeout: '10 minutes',
  heartbeatTimeout: goneAfter,
  retry: { initialInterval: '1 second', maximumInterval: '10 seconds' },
});

/**
 * One import of many people, id `import-<importId>`, page by page. What is done is on record, so a run that begins
 * anew (the engine lost it, or its history got long) goes on behind the last page. The rows that failed stay
 * readable for a week.
 */
export async function userImport({ importId }: UserImportInput): Promise<void> {
  const begun = await pages.beginImport({ importId });
  let lost = begun.pages === 0;
  for (let page = begun.page; page < begun.pages && !lost; page += 1) {
    if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof userImport>({ importId });
    const done = await pages.importPage({ importId, page });
    await runEffects(done.effects);
    ({ lost } = done);
  }
  await pages.finishImport({ importId, lost });
  await sleep(faultsKeptMs);
  await pages.forgetImport({ importId });
}
