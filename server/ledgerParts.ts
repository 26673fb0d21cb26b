import type { EventStore } from '../adapters/eventStore/port.ts';
import type { LogRecords } from '../adapters/ledger/port.ts';
import type { Notice } from '../domain/notice.ts';
import type { CoreOptions } from './core.ts';
import { startLedger, type LedgerRole } from './ledger.ts';

/** The ledger over the event store, with a mail to whom the settings name where the log was broken. */
export const ledgerOf = (
  { layout, anchors = layout.anchors, timestampAuthority, allowedTargets, log }: CoreOptions,
  { events, records }: { readonly events: EventStore; readonly records: LogRecords },
  tell: (notice: Notice) => Promise<void>,
): LedgerRole => {
  const role = startLedger({
    events,
    records,
    file: layout.ledger,
    lock: layout.ledgerLock,
    keyFile: layout.ledgerKey,
    anchors,
    ...(timestampAuthority === undefined ? {} : { timestampUrl: timestampAuthority }),
    allow: allowedTargets,
    log,
    nowMs: Date.now,
    onBroken: async ({ kind, position, until, detail }) =>
      await tell({
        noticeId: `ledgerBroken-${kind}-${position}${until === undefined ? '' : `-${until}`}`,
        occasion: 'ledgerBroken',
        to: { kind: 'notified' },
        values: {
          fault: kind,
          position: until === undefined ? String(position) : `${position} to ${until}`,
          reason: detail,
          at: new Date().toISOString(),
        },
      }),
  });
  return {
    ...role,
    async stop() {
      await role.stop();
      records.close();
    },
  };
};
