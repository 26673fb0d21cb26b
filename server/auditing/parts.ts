import { join } from 'node:path';
import type { EventStore } from '../../adapters/eventStore/port.ts';
import { resolveTarget } from '../../adapters/http/targets.ts';
import type { PeriodKeys, Secrets } from '../../adapters/secrets/port.ts';
import { syslogOverTls } from '../../adapters/syslog/tls.ts';
import type { Views, ViewsFeed } from '../../adapters/views/port.ts';
import type { FactLog } from '../../api/commands/context.ts';
import type { Engine } from '../../api/commands/engine.ts';
import type { Facade, Queries } from '../../api/facade.ts';
import type { RetentionDoor } from '../../api/facade/retention.ts';
import type { QueriesOptions } from '../../api/queries.ts';
import { Rejected } from '../../domain/errors.ts';
import { auditExportStream } from '../../domain/ids.ts';
import type { Notice } from '../../domain/notice.ts';
import type { CoreOptions } from '../core.ts';
import { oneOf } from '../oneOf.ts';
import { positionFile } from '../positionFile.ts';
import { retentionOf } from '../retention/parts.ts';
import { systemLog, type SystemLog } from '../systemLog.ts';
import { callerRefusals } from './callerRefusals.ts';
import { createAuditing } from './door.ts';
import { createStates } from './states.ts';
import { startTargets } from './targets.ts';

type Parts = {
  readonly events: EventStore;
  readonly views: Views;
  readonly feed: ViewsFeed;
  readonly secrets: Secrets & PeriodKeys;
  readonly queries: Queries;
  readonly engine: Engine;
  /** Of the stream `audit`. */
  readonly facts: SystemLog;
  readonly recorded: FactLog;
  readonly tell: (notice: Notice) => Promise<void>;
  readonly newId: () => string;
  /** What past states need of the live queries. */
  readonly live: Pick<QueriesOptions, 'eventTypes' | 'recordings' | 'uploads'>;
};

/** What auditors order, and what the program does with the log by itself: exports, and expiry of what is old. */
export const auditingOf = (
  { layout, node, allowedTargets, log, shutdown }: CoreOptions,
  { events, views, feed, secrets, queries, engine, facts, recorded, tell, newId, live }: Parts,
): Required<Pick<Facade, 'auditing' | 'retention' | 'refusals'>> => {
  const refusals = callerRefusals({ facts, newId, log });
  shutdown.add('refused callers', () => refusals.stop());
  const states = createStates({
    events,
    secrets,
    folder: join(layout.store, `states${node === undefined ? '' : `-${node}`}`),
    newId,
    nowMs: Date.now,
    live: { ...live, views },
  });
  shutdown.add('past states', () => states.stop());
  // Two that send would send everything twice.
  const targets = oneOf({
    lock: join(layout.store, 'exports.lock'),
    what: 'export targets',
    log,
    start: () =>
      startTargets({
        events,
        queries,
        feed,
        syslog: syslogOverTls((host, port) => resolveTarget(host, port, { allow: allowedTargets })),
        facts,
        tell,
        position: (name) => positionFile(join(layout.store, `${name}.position`)),
        log,
      }),
  });
  shutdown.add('export targets', () => targets.stop());
  const retention = oneOf({
    lock: join(layout.store, 'retention.lock'),
    what: 'removal of what is old',
    log,
    start: () =>
      retentionOf(engine, {
        events,
        views,
        feed,
        keys: secrets,
        queries,
        facts,
        newId,
        nowMs: Date.now,
        log,
      }),
  });
  shutdown.add('retention', () => retention.stop());
  const mine = (): RetentionDoor => {
    const door = retention.mine();
    if (!door) throw new Rejected('conflict', 'another process removes what is old: ask that one');
    return door;
  };

  return {
    refusals,
    auditing: createAuditing({
      events,
      facts,
      exportFacts: (exportId) => systemLog(recorded, auditExportStream(exportId)),
      states,
      live: queries,
      targets: { exportTargets: async () => (await targets.mine()?.exportTargets()) ?? [] },
      newId,
      nowMs: Date.now,
    }),
    retention: {
      plan: async () => await mine().plan(),
      run: async (caller, onProgress) => await mine().run(caller, onProgress),
      status: () => mine().status(),
    },
  };
};
