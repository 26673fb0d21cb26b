import { hostname } from 'node:os';
import type { EventStore } from '../../adapters/eventStore/port.ts';
import type { Syslog } from '../../adapters/syslog/port.ts';
import type { ViewsFeed } from '../../adapters/views/port.ts';
import type { Queries } from '../../api/facade.ts';
import type { AuditingDoor } from '../../api/facade/auditing.ts';
import { settingsStream } from '../../domain/ids.ts';
import type { ExportTarget } from '../../domain/items/exportTarget.ts';
import type { Notice } from '../../domain/notice.ts';
import type { Logger } from '../../runtime/logger.ts';
import type { PositionFile } from '../positionFile.ts';
import type { SystemLog } from '../systemLog.ts';
import { startSender, type Sender } from './sender.ts';

const pageSize = 1_000;
/** After a reading of the targets failed. */
const retryMs = 2_000;

export type TargetsOptions = {
  readonly events: Pick<EventStore, 'readStream'>;
  readonly queries: Pick<Queries, 'listItems' | 'listEvents' | 'followEvents'>;
  readonly feed: ViewsFeed;
  readonly syslog: Syslog;
  readonly facts: SystemLog;
  readonly tell: (notice: Notice) => Promise<void>;
  /** How far a target is, by a name of letters, digits, dots, dashes and underscores. */
  readonly position: (name: string) => PositionFile;
  readonly log: Logger;
};

export type Targets = Pick<AuditingDoor, 'exportTargets'> & { stop(): Promise<void> };

/** Keeps a sender for each export target of the configuration, as it stands. */
export const startTargets = (options: TargetsOptions): Targets => {
  const { events, queries, feed, log } = options;
  const senders = new Map<string, { readonly text: string; readonly sender: Sender }>();
  let isStopped = false;
  let tail: Promise<unknown> = Promise.resolve();
  let retry: NodeJS.Timeout | undefined;

  /** Positions at which the targets that are there were made. */
  const madeAt = async (): Promise<ReadonlyMap<string, number>> => {
    const made = new Map<string, number>();
    for (let from = 0; ; from += pageSize) {
      const page = await events.readStream(settingsStream, from, pageSize);
      for (const { type, data, position } of page) {
        if (type === 'ConfigurationItemSet' && data.kind === 'exportTarget')
          made.set(data.itemId, made.get(data.itemId) ?? position);
        if (type === 'ConfigurationItemRemoved' && data.kind === 'exportTarget')
          made.delete(data.itemId);
      }
      if (page.length < pageSize) return made;
    }
  };

  const look = async (): Promise<void> => {
    const made = await madeAt();
    const items = await queries.listItems('exportTarget');
    const wanted = new Map(items.map(({ itemId, item }) => [itemId, item]));
    for (const [targetId, { sender, text }] of senders)
      if (JSON.stringify(wanted.get(targetId)) !== text) {
        senders.delete(targetId);
        await sender.stop();
      }
    for (const [targetId, item] of wanted) {
      const start = made.get(targetId);
      if (start === undefined || senders.has(targetId) || isStopped) continue;
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- items of this kind were checked on their way in
      const target = item as unknown as ExportTarget;
      const sender = startSender({
        ...options,
        targetId,
        target,
        // A target that is made anew under its old id begins anew.
        kept: options.position(`export-${targetId}-${start}`),
        start: target.from === 'start' ? 0 : start,
        host: hostname(),
      });
      senders.set(targetId, { text: JSON.stringify(item), sender });
    }
  };
  const lookSoon = (): void => {
    tail = tail
      .then(() => (isStopped ? undefined : look()))
      .catch((error: unknown) => {
        log.error('export targets could not be looked at; trying again', { error });
        retry = setTimeout(lookSoon, retryMs);
      });
  };
  const unsubscribe = feed.onApplied((applied) => {
    const isNews = applied.some(
      ({ type, data }) =>
        type.startsWith('ConfigurationItem') && Reflect.get(data, 'kind') === 'exportTarget',
    );
    if (isNews) lookSoon();
  });
  lookSoon();

  return {
    exportTargets: async () =>
      await Promise.all([...senders.values()].map(({ sender }) => sender.view())),
    async stop() {
      isStopped = true;
      clearTimeout(retry);
      unsubscribe();
      await tail;
      await Promise.all([...senders.values()].map(({ sender }) => sender.stop()));
    },
  };
};
