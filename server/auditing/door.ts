import type { EventStore } from '../../adapters/eventStore/port.ts';
import { orderedBy } from '../../api/commands/context.ts';
import type { Caller, Queries } from '../../api/facade.ts';
import type { AuditingDoor } from '../../api/facade/auditing.ts';
import { Rejected } from '../../domain/errors.ts';
import { auditExportStream } from '../../domain/ids.ts';
import { present } from '../../domain/present.ts';
import type { SystemLog } from '../systemLog.ts';
import { differencesOf } from './differences.ts';
import type { States } from './states.ts';

/** Refusals of one caller that are recorded in one span; a loop of them must not fill the log. */
const maxRefusals = 60;
const spanMs = 60_000;
/** Callers whose refusals are counted at one time. */
const maxCounted = 10_000;

type Options = {
  readonly events: Pick<EventStore, 'head' | 'readStream'>;
  /** Of the stream `audit`. */
  readonly facts: SystemLog;
  /** Of one export. */
  readonly exportFacts: (exportId: string) => SystemLog;
  readonly states: States;
  readonly live: Queries;
  readonly targets: Pick<AuditingDoor, 'exportTargets'>;
  readonly newId: () => string;
  readonly nowMs: () => number;
};

export const createAuditing = (options: Options): AuditingDoor => {
  const { events, facts, exportFacts, states, live, newId, nowMs } = options;
  const refusals = new Map<string, { sinceMs: number; count: number }>();

  const stateOf = (stateId: string): Queries => {
    const queries = states.stateQueries(stateId);
    if (!queries) throw new Rejected('notFound', 'there is no such state, or not any more');
    return queries;
  };

  const mayRecord = ({ actor }: Caller): boolean => {
    const key = `${actor.kind}:${actor.id}`;
    const now = nowMs();
    const known = refusals.get(key);
    if (!known || known.sinceMs + spanMs <= now) {
      if (refusals.size >= maxCounted) refusals.clear();
      refusals.set(key, { sinceMs: now, count: 1 });
      return true;
    }
    known.count += 1;
    return known.count <= maxRefusals;
  };

  return {
    async makeState(caller, moment, onProgress, signal) {
      const made = await states.make(moment, onProgress, signal);
      const { stateId, position, asOf } = made;
      await facts.record(
        { type: 'AuditStateMade', data: { position, asOf } },
        `state/${stateId}`,
        orderedBy(caller),
      );
      return made;
    },
    listStates: states.listStates,
    stateQueries: states.stateQueries,
    dropState: states.dropState,
    async differences(before, after) {
      return await differencesOf(stateOf(before), after === 'now' ? live : stateOf(after));
    },

    async startExport(caller, order) {
      const upTo = await events.head();
      if (order.after > upTo) throw new Rejected('invalid', `the log ends at position ${upTo}`);
      const exportId = newId();
      const { format, types, after, since, until } = order;
      const data = { exportId, format, types, after, upTo, ...present({ since, until }) };
      await exportFacts(exportId).record(
        { type: 'AuditExportStarted', data },
        'started',
        orderedBy(caller),
      );
      return { exportId, upTo };
    },
    async finishExport(caller, exportId, result) {
      const [started] = await events.readStream(auditExportStream(exportId), 0, 1);
      if (!started) throw new Rejected('notFound', 'there is no such export');
      await exportFacts(exportId).record(
        { type: 'AuditExportFinished', data: { exportId, ...result } },
        'finished',
        orderedBy(caller),
      );
    },
    exportTargets: options.targets.exportTargets,

    async rebuilt(caller, { position, tables }) {
      const different = tables.filter(({ equal }) => !equal).map(({ name }) => name);
      await facts.record(
        { type: 'AuditViewsRebuilt', data: { position, different } },
        `rebuilt/${newId()}`,
        orderedBy(caller),
      );
    },

    async searched(caller, search) {
      await facts.record(
        { type: 'AuditPeopleSearched', data: search },
        `searched/${newId()}`,
        orderedBy(caller),
      );
    },
    async refused(caller, refusal) {
      if (!mayRecord(caller)) return;
      await facts.record(
        { type: 'AuditActionRefused', data: refusal },
        `refused/${newId()}`,
        orderedBy(caller),
      );
    },
  };
};
