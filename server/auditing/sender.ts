import { setTimeout as pause } from 'node:timers/promises';
import type { SyslogConnection } from '../../adapters/syslog/port.ts';
import { cef } from '../../api/exports/cef.ts';
import { ocsf } from '../../api/exports/ocsf.ts';
import { framed, syslog } from '../../api/exports/syslog.ts';
import type { EventView } from '../../api/facade/events.ts';
import type { TargetView } from '../../api/facade/auditing.ts';
import { present } from '../../domain/present.ts';
import type { ExportTarget } from '../../domain/items/exportTarget.ts';
import type { PositionFile } from '../positionFile.ts';
import type { TargetsOptions } from './targets.ts';

/** Events of one connection, at most; it is ended then, which is how the receiver says that it has them. */
const maxUnconfirmed = 5_000;
const retryMs = [1_000, 2_000, 5_000, 10_000, 30_000, 60_000] as const;
/** Failures in a row before anybody is told: a receiver that restarts is no news. */
const failuresUntilTold = 2;
/** Unsent events are counted up to here. */
const maxCounted = 500;

type Options = Omit<TargetsOptions, 'position' | 'events' | 'feed'> & {
  readonly targetId: string;
  readonly target: ExportTarget;
  readonly kept: PositionFile;
  /** Where to begin if nothing was kept. */
  readonly start: number;
  /** Our own name. */
  readonly host: string;
};

export type Sender = { view(): Promise<TargetView>; stop(): Promise<void> };

const messageOf = (event: EventView, { facility, format }: ExportTarget, host: string): Buffer => {
  const told =
    format === 'cef' ? cef(event) : format === 'ocsf' ? JSON.stringify(ocsf(event)) : undefined;
  return framed(syslog(event, { facility, host }, told));
};

/**
 * Sends the log to one target, from where it was left, at least once and in order. The log itself is the buffer: what the
 * target has not confirmed is read from it again.
 */
export const startSender = (options: Options): Sender => {
  const { targetId, target, kept, start, host, queries, syslog: out, facts, tell, log } = options;
  const { types } = target;
  const stopping = new AbortController();
  let state: TargetView['state'] = target.active ? 'idle' : 'off';
  let position = start;
  let failures = 0;
  let isTold = false;
  let lastFault: string | undefined;

  const confirmed = async (connection: SyslogConnection, reached: number): Promise<void> => {
    await connection.confirm();
    await kept.write(reached);
    position = reached;
    failures = 0;
    lastFault = undefined;
    state = 'idle';
    if (!isTold) return;
    isTold = false;
    await facts.record(
      { type: 'AuditTargetUp', data: { targetId, position } },
      `up/${targetId}/${position}`,
    );
  };

  const send = async (): Promise<void> => {
    let connection: SyslogConnection | undefined;
    let unconfirmed = 0;
    let reached = position;
    try {
      const batches = queries.followEvents({ types, after: position }, stopping.signal);
      for await (const batch of batches) {
        for (const event of batch) {
          connection ??= await out.connect(target);
          if (state !== 'down') state = 'sending';
          await connection.send(messageOf(event, target, host));
          reached = event.position;
          unconfirmed += 1;
        }
        const more = await queries.listEvents({ types, after: reached }, { limit: 1 });
        if (!connection || (more.rows.length > 0 && unconfirmed < maxUnconfirmed)) continue;
        const sent = connection;
        connection = undefined;
        unconfirmed = 0;
        await confirmed(sent, reached);
      }
    } finally {
      connection?.destroy();
    }
  };

  const failed = async (error: unknown): Promise<void> => {
    state = 'down';
    failures += 1;
    lastFault = error instanceof Error ? error.message : String(error);
    log.warn('an export target takes nothing; its events wait in the log', { targetId, error });
    if (failures < failuresUntilTold || isTold) return;
    isTold = true;
    const reason = lastFault.slice(0, 500);
    await facts.record(
      { type: 'AuditTargetDown', data: { targetId, reason, position } },
      `down/${targetId}/${position}`,
    );
    await tell({
      noticeId: `exportTargetDown-${targetId.replaceAll(/[^A-Za-z0-9-]/g, '-')}-${position}`,
      occasion: 'exportTargetDown',
      to: { kind: 'notified' },
      values: { target: targetId, reason, position: String(position) },
    });
  };

  const run = async (): Promise<void> => {
    position = Math.max(start, (await kept.read()) ?? start);
    while (!stopping.signal.aborted) {
      try {
        await send();
      } catch (error) {
        if (stopping.signal.aborted) return;
        await failed(error).catch((fault: unknown) =>
          log.error('nobody could be told of an export target', { targetId, error: fault }),
        );
        const waitMs = retryMs[Math.min(failures, retryMs.length) - 1];
        await pause(waitMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    }
  };
  const running = target.active
    ? run().catch((error: unknown) => {
        state = 'down';
        log.error('an export target is served no more until a restart', { targetId, error });
      })
    : Promise.resolve();

  return {
    async view() {
      const { rows } = await queries.listEvents({ types, after: position }, { limit: maxCounted });
      return {
        targetId,
        state,
        position,
        unsent: rows.length,
        ...present({ oldestUnsentAt: rows[0]?.at, lastFault }),
      };
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
};
