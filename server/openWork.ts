import type { Engine } from '../api/commands/engine.ts';
import type { Views } from '../adapters/views/port.ts';
import {
  activationStream,
  approvalStream,
  authenticationStream,
  deliveryStream,
  fraudReportStream,
  importStream,
  mailStream,
  oneTimeBypassStream,
  userBlockStream,
} from '../domain/ids.ts';
import { systemActor } from '../domain/inputs.ts';

/** Rows of one kind that are looked at in one go. */
const maxRows = 200_000;

/** Of an attempt that waits on its own. */
export const waitingStates = [
  'challenging',
  'awaiting-user',
  'awaiting-code',
  'awaiting-approval',
] as const;

/** Starts the workflow of something open. @returns false where it runs already */
export type Start = () => Promise<boolean>;

const again = { again: true } as const;

/**
 * What is open on record, kind by kind.
 * @param newest of each kind the newest alone: an engine that knows all of these is not older than the log
 */
export const openWork = (
  { reader }: Pick<Views, 'reader'>,
  engine: Pick<Engine, 'start'>,
  newest: boolean,
): Readonly<Record<string, () => Promise<readonly Start[]>>> => {
  const limit = newest ? 1 : maxRows;
  const order = newest ? 'desc' : 'asc';

  return {
    attempts: async () => {
      const rows = await reader
        .selectFrom('requests')
        .select(['requestId', 'userId', 'application', 'callerId', 'channel'])
        .where('state', 'in', [...waitingStates, 'joined'])
        .where('userId', 'is not', null)
        .orderBy('position', order)
        .limit(limit)
        .execute();
      return rows.map(({ requestId, userId, application, callerId, channel }) => () => {
        const attempt = {
          requestId,
          who: { userId: userId! },
          application,
          callerId,
          channel,
          originKey: '',
          requireUserMatch: true,
          origin: { actor: systemActor, correlationId: requestId },
        };
        return engine.start('authentication', authenticationStream(requestId), attempt, again);
      });
    },

    blocks: async () => {
      const rows = await reader
        .selectFrom('blocks')
        .select(['blockId', 'userId', 'until'])
        .where('endedAt', 'is', null)
        .orderBy('position', order)
        .limit(limit)
        .execute();
      return rows.map(
        (block) => () => engine.start('userBlock', userBlockStream(block.blockId), block, again),
      );
    },

    bypasses: async () => {
      const rows = await reader
        .selectFrom('bypasses')
        .select(['bypassId', 'userId', 'until'])
        .where('endedAt', 'is', null)
        .orderBy('position', order)
        .limit(limit)
        .execute();
      return rows.map(
        (bypass) => () =>
          engine.start('oneTimeBypass', oneTimeBypassStream(bypass.bypassId), bypass, again),
      );
    },

    activations: async () => {
      const rows = await reader
        .selectFrom('activations')
        .select(['activationId', 'userId', 'expiresAt'])
        .where('state', 'in', ['issued', 'begun', 'validated'])
        .orderBy('issuedAt', order)
        .limit(limit)
        .execute();
      return rows.map(
        (activation) => () =>
          engine.start('activation', activationStream(activation.activationId), activation, again),
      );
    },

    fraudReports: async () => {
      const rows = await reader
        .selectFrom('fraudReports')
        .select(['requestId', 'userId'])
        .where('reviewedAt', 'is', null)
        .orderBy('at', order)
        .limit(limit)
        .execute();
      return rows.map(
        (report) => () =>
          engine.start('fraudReport', fraudReportStream(report.requestId), report, again),
      );
    },

    imports: async () => {
      const rows = await reader
        .selectFrom('imports')
        .select('importId')
        .where('kind', 'in', ['users', 'edit'])
        .where('state', '=', 'running')
        .limit(limit)
        .execute();
      return rows.map(
        (running) => () =>
          engine.start('userImport', importStream(running.importId), running, again),
      );
    },

    approvals: async () => {
      const rows = await reader
        .selectFrom('approvals')
        .select('approvalId')
        .where('isOpen', '=', 1)
        .orderBy('position', order)
        .limit(limit)
        .execute();
      return rows.map(
        (approval) => () =>
          engine.start('approval', approvalStream(approval.approvalId), approval, again),
      );
    },

    tokenImports: async () => {
      const rows = await reader
        .selectFrom('imports')
        .select('importId')
        .where('kind', '=', 'tokens')
        .where('state', '=', 'running')
        .limit(limit)
        .execute();
      return rows.map(
        (running) => () =>
          engine.start('tokenImport', importStream(running.importId), running, again),
      );
    },

    deliveries: async () => {
      const rows = await reader
        .selectFrom('deliveries')
        .select('deliveryId')
        .where('state', '=', 'open')
        .orderBy('position', order)
        .limit(limit)
        .execute();
      return rows.map(({ deliveryId }) => () => {
        const queued = { deliveryId, onRecord: true } as const;
        return engine.start('delivery', deliveryStream(deliveryId), queued, again);
      });
    },

    mails: async () => {
      const rows = await reader
        .selectFrom('mails')
        .select('noticeId')
        .where('state', '=', 'queued')
        .groupBy('noticeId')
        .orderBy(({ fn }) => fn.max('position'), order)
        .limit(limit)
        .execute();
      return rows.map(
        (notice) => () => engine.start('mail', mailStream(notice.noticeId), notice, again),
      );
    },
  };
};
