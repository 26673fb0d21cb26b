import type { EventStore } from '../adapters/eventStore/port.ts';
import type { Recordings } from '../adapters/recordings/port.ts';
import type { Secrets } from '../adapters/secrets/port.ts';
import type { Uploads } from '../adapters/uploads/port.ts';
import type { Views, ViewsFeed } from '../adapters/views/port.ts';
import type { Explanation, Queries } from './facade.ts';
import { apiClientQueries } from './queries/apiClients.ts';
import { approvalQueries } from './queries/approvals.ts';
import { auditQueries } from './queries/audit.ts';
import { blockQueries } from './queries/blocks.ts';
import { bypassQueries } from './queries/bypasses.ts';
import { credentialQueries } from './queries/credentials.ts';
import { historyQueries } from './queries/userHistory.ts';
import { importQueries } from './queries/imports.ts';
import { eventQueries } from './queries/events.ts';
import { itemQueries } from './queries/items.ts';
import { mailQueries } from './queries/mails.ts';
import { mailboxQueries } from './queries/mailbox.ts';
import { phoneOwnerQueries } from './queries/phoneOwners.ts';
import { readinessQueries } from './queries/readiness.ts';
import { requestQueries } from './queries/requests.ts';
import { settingsQueries } from './queries/settings.ts';
import { telephonyQueries } from './queries/telephony.ts';
import { spareCodeQueries } from './queries/spareCodes.ts';
import { tokenQueries } from './queries/tokens.ts';
import { warningQueries } from './queries/warnings.ts';
import { webhookQueries } from './queries/webhooks.ts';
import { userQueries } from './queries/users.ts';
import type { QueryContext } from './queries/context.ts';
import { createMonitor, type Monitor } from './radius/monitor.ts';
import { createWakeUps } from './queries/wakeUps.ts';

export type QueriesOptions = {
  readonly views: Pick<Views, 'reader'>;
  /** For the details of the audit log only. */
  readonly events: Pick<EventStore, 'readAll' | 'readStream' | 'head'>;
  /** Every type that the log can hold, by its stored name. */
  readonly eventTypes: readonly string[];
  readonly secrets: Pick<Secrets, 'open' | 'hash'>;
  readonly runner: ViewsFeed;
  readonly recordings: Recordings;
  readonly uploads: Pick<Uploads, 'read'>;
  /** The Temporal runs behind a workflow id, oldest first. */
  readonly workflowRuns: (workflowId: string) => Promise<Explanation['runs']>;
  /** Asks the log and the workflow engine now. */
  readonly canWrite: () => Promise<boolean>;
  readonly now?: () => Date;
  /** Address of the mobile service where the setting `mobileAppUrl` is empty. */
  readonly mobileAppUrl?: () => string;
  readonly radiusMonitor?: Pick<Monitor, 'status' | 'traceOf'>;
};

/** The one door out: every reading is answered from the views. */
export const createQueries = (options: QueriesOptions): Queries => {
  const { views, events, secrets, runner, workflowRuns, canWrite } = options;
  const now = options.now ?? (() => new Date());
  const context: QueryContext = {
    reader: views.reader,
    events,
    secrets,
    nowMs: () => now().getTime(),
  };
  const { radiusMonitor = createMonitor(context.nowMs) } = options;
  const wakeUps = createWakeUps();
  const items = itemQueries(context, options.recordings);
  return {
    ...userQueries(context),
    ...tokenQueries(context),
    ...spareCodeQueries(context),
    ...requestQueries(context, runner, wakeUps),
    ...blockQueries(context),
    ...approvalQueries(context, runner, wakeUps),
    ...bypassQueries(context),
    ...auditQueries(context, workflowRuns, events),
    ...eventQueries({ context, events, feed: runner, types: options.eventTypes }),
    ...mailboxQueries(context, runner, wakeUps, options.mobileAppUrl ?? (() => '')),
    ...credentialQueries(context),
    ...apiClientQueries(context),
    ...settingsQueries(context),
    ...warningQueries(context),
    ...mailQueries(context),
    ...items,
    ...telephonyQueries(items),
    ...phoneOwnerQueries(context),
    ...webhookQueries(context),
    ...historyQueries(context),
    ...importQueries(context, runner, wakeUps, options.uploads),
    ...readinessQueries(runner, canWrite),
    radiusStatus: () => radiusMonitor.status(),
    radiusTrace: (clientId) => radiusMonitor.traceOf(clientId),
  };
};
