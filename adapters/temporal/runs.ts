import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';

export type Run = { readonly runId: string; readonly status: string; readonly startedAt: string };

/** Runs that one request may have behind it. */
const maxRuns = 20;
const askMs = 2_000;

/** The runs of a workflow id, oldest first; empty where the engine has forgotten them. */
export const runsOf =
  (client: Client) =>
  async (workflowId: string): Promise<readonly Run[]> => {
    const runs: Run[] = [];
    // The id is quoted: it can come from a command line.
    const query = `WorkflowId = '${workflowId.replaceAll(/[^\w:-]/g, '')}'`;
    for await (const run of client.workflow.list({ query })) {
      runs.push({
        runId: run.runId,
        status: run.status.name,
        startedAt: run.startTime.toISOString(),
      });
      if (runs.length >= maxRuns) break;
    }
    return runs.toSorted((a, b) => a.startedAt.localeCompare(b.startedAt));
  };

/** Asks the engine now. @returns false after 2 s: where it refuses, the client itself would go on trying for 10 s */
export const reachable = (client: Client, namespace: string) => async (): Promise<boolean> => {
  const known = new AbortController();
  const asked = client
    .withDeadline(Date.now() + askMs, () => client.workflowService.describeNamespace({ namespace }))
    .then(
      () => true,
      () => false, // Whatever the reason, writes would fail.
    );
  try {
    return await Promise.race([asked, pause(askMs, false, { signal: known.signal })]);
  } finally {
    known.abort();
  }
};
