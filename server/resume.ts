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
import type { Logger } from '../runtime/logger.ts';

/** Rows of one kind that are looked at in one start. */
const maxRows = 20_000;
const retryMs = 2_000;

type Options = {
  readonly views: Pick<Views, 'reader'>;
  readonly engine: Engine;
  readonly log: Logger;
};

/**
 * The log wins over the workflow engine (REL-11): what is open on record but has no running workflow, because the
 * engine lost it or was put back to an older state, is started again under its own id and goes on from
 * the log. For what runs already this does nothing. It works in the background; nobody waits for it.
 */
export const resumeFromLog = ({ views, engine, log }: Options): { stop(): void } => {
  let stopped = false;
  let retry: NodeJS.Timeout | undefined;
  const again = { again: true } as const;
  const { reader } = views;

  const eachOf = async <Row>(rows: readonly Row[], start: (row: Row) => Promise<boolean>) => {
    let resumed = 0;
    for (const row of rows) {
      if (stopped) return resumed;
      if (await start(row)) resumed += 1;
    }
    return resumed;
  };

  const attempts = async () =>
    await eachOf(
      await reader
        .selectFrom('requests')
        .select(['requestId', 'userId', 'application', 'callerId', 'channel'])
        .where('endedAt', 'is', null)
        .where('userId', 'is not', null)
        .limit(maxRows)
        .execute(),
      ({ requestId, userId, application, callerId, channel }) =>
        engine.start(
          'authentication',
          authenticationStream(requestId),
          {
            requestId,
            who: { userId: userId! },
            application,
            callerId,
            channel,
            originKey: '',
            requireUserMatch: true,
            origin: { actor: systemActor, correlationId: requestId },
          },
          again,
        ),
    );

  const blocks = async () =>
    await eachOf(
      await reader
        .selectFrom('blocks')
        .select(['blockId', 'userId', 'until'])
        .where('endedAt', 'is', null)
        .limit(maxRows)
        .execute(),
      (block) => engine.start('userBlock', userBlockStream(block.blockId), block, again),
    );

  const bypasses = async () =>
    await eachOf(
      await reader
        .selectFrom('bypasses')
        .select(['bypassId', 'userId', 'until'])
        .where('endedAt', 'is', null)
        .limit(maxRows)
        .execute(),
      (bypass) =>
        engine.start('oneTimeBypass', oneTimeBypassStream(bypass.bypassId), bypass, again),
    );

  const activations = async () =>
    await eachOf(
      await reader
        .selectFrom('activations')
        .select(['activationId', 'userId', 'expiresAt'])
        .where('state', 'in', ['issued', 'begun', 'validated'])
        .limit(maxRows)
        .execute(),
      (activation) =>
        engine.start('activation', activationStream(activation.activationId), activation, again),
    );

  const fraudReports = async () =>
    await eachOf(
      await reader
        .selectFrom('fraudReports')
        .select(['requestId', 'userId'])
        .where('reviewedAt', 'is', null)
        .limit(maxRows)
        .execute(),
      (report) => engine.start('fraudReport', fraudReportStream(report.requestId), report, again),
    );

  const mails = async () =>
    await eachOf(
      await reader
        .selectFrom('mails')
        .select('noticeId')
        .distinct()
        .where('state', '=', 'queued')
        .limit(maxRows)
        .execute(),
      ({ noticeId }) => engine.start('mail', mailStream(noticeId), { noticeId }, again),
    );

  const deliveries = async () =>
    await eachOf(
      await reader
        .selectFrom('deliveries')
        .select('deliveryId')
        .where('state', '=', 'open')
        .orderBy('position')
        .limit(maxRows)
        .execute(),
      ({ deliveryId }) =>
        engine.start('delivery', deliveryStream(deliveryId), { deliveryId, onRecord: true }, again),
    );

  const tokenImports = async () =>
    await eachOf(
      await reader
        .selectFrom('imports')
        .select('importId')
        .where('kind', '=', 'tokens')
        .where('state', '=', 'running')
        .limit(maxRows)
        .execute(),
      ({ importId }) => engine.start('tokenImport', importStream(importId), { importId }, again),
    );

  const approvals = async () =>
    await eachOf(
      await reader
        .selectFrom('approvals')
        .select('approvalId')
        .where('isOpen', '=', 1)
        .orderBy('position')
        .limit(maxRows)
        .execute(),
      ({ approvalId }) =>
        engine.start('approval', approvalStream(approvalId), { approvalId }, again),
    );

  const imports = async () =>
    await eachOf(
      await reader
        .selectFrom('imports')
        .select('importId')
        .where('kind', 'in', ['users', 'edit'])
        .where('state', '=', 'running')
        .limit(maxRows)
        .execute(),
      (running) => engine.start('userImport', importStream(running.importId), running, again),
    );

  const run = async () => {
    const resumed = {
      attempts: await attempts(),
      blocks: await blocks(),
      bypasses: await bypasses(),
      activations: await activations(),
      fraudReports: await fraudReports(),
      imports: await imports(),
      approvals: await approvals(),
      tokenImports: await tokenImports(),
      deliveries: await deliveries(),
      mails: await mails(),
    };
    if (Object.values(resumed).some((count) => count > 0))
      log.warn('the workflow engine did not know of open work; it goes on from the log', resumed);
  };
  /** The engine may go away meanwhile; what was not looked at yet waits until it is back. */
  const untilDone = (): void => {
    run().catch((error: unknown) => {
      if (stopped) return;
      log.error('open work could not be looked through; trying again', { error });
      retry = setTimeout(untilDone, retryMs);
    });
  };
  untilDone();
  return {
    stop() {
      stopped = true;
      clearTimeout(retry);
    },
  };
};
