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

/**
 * Asks the engine now for the id that its database gave the namespace when it was made: another id is another database.
 * @returns undefined after 2 s: where the engine refuses, the client itself would go on trying for 10 s
 */
export const namespaceId =
  (client: Client, namespace: string) => async (): Promise<string | undefined> => {
    const known = new AbortController();
    const asked = client
      .withDeadline(Date.now() + askMs, () =>
        client.workflowService.describeNamespace({ namespace }),
      )
      .then(
        ({ namespaceInfo }) => namespaceInfo?.id ?? '',
        () => undefined, // Whatever the reason, writes would fail.
      );
    try {
      return await Promise.race([asked, pause(askMs, undefined, { signal: known.signal })]);
    } finally {
      known.abort();
    }
  };

/** Whether the engine answers now, or within 2 s. */
export const reachable = (client: Client, namespace: string): (() => Promise<boolean>) => {
  const ask = namespaceId(client, namespace);
  return async () => (await ask()) !== undefined;
};
