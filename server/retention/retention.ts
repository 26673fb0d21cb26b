import { setTimeout as pause } from 'node:timers/promises';
import type { EventStore } from '../../adapters/eventStore/port.ts';
import type { PeriodKeys } from '../../adapters/secrets/port.ts';
import type { Views, ViewsFeed } from '../../adapters/views/port.ts';
import { orderedBy } from '../../api/commands/context.ts';
import type { Caller, Queries } from '../../api/facade.ts';
import type { DueView, RetentionDoor, RetentionPlan } from '../../api/facade/retention.ts';
import { Rejected } from '../../domain/errors.ts';
import { toIso } from '../../domain/instants.ts';
import { present } from '../../domain/present.ts';
import {
  expiryOf,
  isPast,
  parsePeriod,
  retentionFamilies,
  retentionSettingOf,
  type RetentionFamily,
} from '../../domain/retention.ts';
import { userKey, type KeyOwner } from '../../domain/sealed.ts';
import type { Logger } from '../../runtime/logger.ts';
import { positionAt } from '../auditing/positionAt.ts';
import type { SystemLog } from '../systemLog.ts';
import { clockDoubted, dueOf, peopleOnHold, removedBefore, type Due } from './due.ts';

const dayMs = 86_400_000;
/** After a start, which has other things to do. */
const firstAfterMs = 10 * 60_000;
/** Between two pages, for whoever else reads and writes. */
const restMs = 20;
/** People on hold whom one event names; a legal case stops everything where there are more. */
const maxHeld = 1_000;
/** Removed people who are erased in one run. */
const maxPeople = 200;
/** Keys that seal for more than one person: while anybody is on hold, what they sealed stays. */
const sharedOwners: readonly KeyOwner[] = ['requests', 'settings'];

export type RetentionOptions = {
  readonly events: Pick<EventStore, 'readAll' | 'head'>;
  readonly views: Pick<Views, 'reader' | 'forgetDeleted'>;
  readonly feed: ViewsFeed;
  readonly keys: PeriodKeys;
  readonly queries: Pick<Queries, 'getSettings'>;
  /** Of the stream `audit`. */
  readonly facts: SystemLog;
  /** Erases a person as the program itself. */
  readonly erase: (userId: string) => Promise<void>;
  readonly newId: () => string;
  readonly nowMs: () => number;
  readonly log: Logger;
};

export type Retention = RetentionDoor & { stop(): Promise<void> };

type Situation = {
  readonly nowMs: number;
  readonly settings: Readonly<Record<string, string | number | boolean>>;
  readonly hold: readonly string[];
  readonly stopped: string | undefined;
};
type Found = Omit<DueView, 'events'> & { readonly upTo: number };

const idle = async (): Promise<void> => undefined;

/**
 * Lets expire what is older than the settings keep it. A fact says so first; the lists follow the fact, and then keys of
 * whole months are destroyed, by which alone the sealed fields of that time could be read.
 */
export const startRetention = (options: RetentionOptions): Retention => {
  const { events, views, feed, keys, queries, facts, log } = options;
  let running: Promise<RetentionPlan> | undefined;
  let isStopped = false;
  let last: { at: string; plan: RetentionPlan } | undefined;
  let lastFault: string | undefined;
  let nextMs = options.nowMs() + firstAfterMs;

  const look = async (): Promise<Situation> => {
    const nowMs = options.nowMs();
    const settings = await queries.getSettings();
    const hold = await peopleOnHold(views);
    const legalCase = String(settings['legalCase'] ?? '');
    const stopped =
      legalCase !== ''
        ? `the legal case "${legalCase}" keeps everything; empty the setting legalCase to end that`
        : hold.length > maxHeld
          ? `${hold.length} people are on hold, more than ${maxHeld}; name a legal case in the setting legalCase`
          : (await clockDoubted(views, toIso(nowMs - dayMs)))
            ? 'the clock was found wrong in the last 24 hours'
            : undefined;
    return { nowMs, settings, hold, stopped };
  };

  const find = async (family: RetentionFamily, { settings, nowMs }: Situation): Promise<Found> => {
    const days = Number(settings[retentionSettingOf[family]]);
    const before = expiryOf(days, nowMs);
    const months = (await keys.periods()).flatMap((owner) => {
      const period = parsePeriod(owner);
      return period?.family === family && isPast(period, before) ? [period.month] : [];
    });
    return { family, days, before, months, upTo: await positionAt(events, before) };
  };

  /** Goes through all families; what is to be done with a page is handed in. */
  const through = async (
    situation: Situation,
    onPage: (found: Found, due: Due) => Promise<void>,
    onFamily: (found: Found) => Promise<void>,
  ): Promise<readonly DueView[]> => {
    const families: DueView[] = [];
    for (const family of retentionFamilies) {
      const { upTo, ...found } = await find(family, situation);
      let counted = 0;
      for await (const due of dueOf(views, { ...found, upTo, hold: situation.hold })) {
        counted += due.events;
        await onPage({ ...found, upTo }, due);
        if (isStopped) break;
        await pause(restMs);
      }
      if (!isStopped) await onFamily({ ...found, upTo });
      families.push({ ...found, events: counted });
    }
    return families;
  };

  const planned = async (
    situation: Situation,
    families: readonly DueView[],
  ): Promise<RetentionPlan> => ({
    families,
    held: situation.hold.length,
    people: (await gone(situation)).length,
    ...present({ stopped: situation.stopped }),
  });
  const gone = ({ settings, nowMs, hold }: Situation): Promise<readonly string[]> =>
    removedBefore(views, {
      before: expiryOf(Number(settings[retentionSettingOf.administration]), nowMs),
      hold,
      limit: maxPeople,
    });
  const plan = async (): Promise<RetentionPlan> => {
    const situation = await look();
    return await planned(situation, await through(situation, idle, idle));
  };

  const apply = async (
    caller: Caller | undefined,
    onProgress: (done: number, total: number) => void,
  ): Promise<RetentionPlan> => {
    const situation = await look();
    const { hold, stopped } = situation;
    if (stopped !== undefined) {
      if (caller) throw new Rejected('notAllowed', stopped);
      return { families: [], held: hold.length, people: 0, stopped };
    }
    const total = (await plan()).families.reduce((sum, due) => sum + due.events, 0);
    const by = caller && orderedBy(caller);
    const people = await gone(situation);
    let done = 0;

    const record = async ({ family, before }: Found, { from, upTo, events: count }: Due) => {
      const data = { family, before, from, upTo, events: count, hold };
      await facts.record(
        { type: 'AuditRetentionApplied', data },
        `retention/${options.newId()}`,
        by,
      );
      await feed.caughtUp(await events.head());
      onProgress((done += count), Math.max(total, done));
    };
    const recorded = new Set<RetentionFamily>();

    const families = await through(
      situation,
      async (found, due) => {
        recorded.add(found.family);
        await record(found, due);
      },
      async (found) => {
        const { family, months } = found;
        // An order is on record also where it found nothing, and so is the end of keys.
        if (!recorded.has(family) && (caller || months.length > 0))
          await record(found, { from: 0, upTo: 0, events: 0 });
        const held = hold.length === 0 ? [] : [...hold.map(userKey), ...sharedOwners];
        for (const month of months) await keys.expire(`period:${family}-${month}`, held);
      },
    );
    for (const userId of people) if (!isStopped) await options.erase(userId);
    // Their rows went with the pages above.
    const stillHeld = new Set<KeyOwner>(
      hold.length === 0 ? [] : [...hold.map(userKey), ...sharedOwners],
    );
    for (const owner of await keys.heldOwners())
      if (!stillHeld.has(owner)) await keys.release(owner);
    if (done > 0) await views.forgetDeleted?.();
    return { families, held: hold.length, people: people.length };
  };

  const run: RetentionDoor['run'] = async (caller, onProgress) => {
    if (running) throw new Rejected('conflict', 'old records are being removed already');
    running = apply(caller, onProgress);
    try {
      const done = await running;
      last = { at: toIso(options.nowMs()), plan: done };
      lastFault = undefined;
      return done;
    } catch (error) {
      lastFault = error instanceof Error ? error.message : String(error);
      throw error;
    } finally {
      running = undefined;
    }
  };

  let timer = setTimeout(daily, firstAfterMs);
  timer.unref();
  function daily(): void {
    nextMs = options.nowMs() + dayMs;
    timer = setTimeout(daily, dayMs);
    timer.unref();
    run(undefined, () => undefined).catch((error: unknown) =>
      log.error('old records could not be removed; tried again tomorrow', { error }),
    );
  }

  return {
    plan,
    run,
    status: () => ({
      running: running !== undefined,
      nextAt: toIso(nextMs),
      ...present({ last, lastFault }),
    }),
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await running?.catch(() => undefined);
    },
  };
};
