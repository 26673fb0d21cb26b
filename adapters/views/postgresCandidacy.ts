import { createHash } from 'node:crypto';
import { Client } from 'pg';
import type { Candidacy } from './candidacy.ts';
import { connectionConfig, type PostgresAddress } from './postgresConnection.ts';

/** How often who waits asks again; a writer that ends in order wakes them at once. */
const askEveryMs = 250;
/** How often the one who writes shows that it is there. */
const beatEveryMs = 2_000;
/** A writer that shows nothing for so long has hung or lost its network: the server ends its session, and its lock. */
const silenceMs = 8_000;
const answerMs = 6_000;
/** What a writer that ends in order says to those who wait. */
const free = 'free';

/** Advisory locks are numbers; this one is the name's. */
export const lockOf = (name: string): string =>
  createHash('sha256').update(`countersign/${name}`).digest().readBigInt64BE().toString();

/** A sleep that ends early when it is woken. */
const alarmClock = () => {
  const sleepers = new Set<() => void>();
  return {
    wake(): void {
      for (const end of sleepers) end();
    },
    sleep: (ms: number): Promise<void> =>
      new Promise((resolve) => {
        const end = (): void => {
          clearTimeout(timer);
          sleepers.delete(end);
          resolve();
        };
        const timer = setTimeout(end, ms);
        sleepers.add(end);
      }),
  };
};

/**
 * A session that asks for the lock of these views and keeps it. The lock ends with the session, so a killed process
 * is followed by the next one that asks. What a process that lost it without noticing still writes is refused by the
 * checkpoints, which only move on from where the writer had read them.
 */
export const postgresCandidacy = (address: PostgresAddress, schema: string): Candidacy => {
  const client = new Client({
    ...connectionConfig(address, { idle_session_timeout: String(silenceMs) }),
    query_timeout: answerMs,
  });
  const lock = lockOf(schema);
  const asking = alarmClock();
  const waiting = alarmClock();
  const end = Promise.withResolvers<Error>();
  let isOver = false;
  let isWriter = false;
  let news = false;
  const lose = (reason: Error): void => {
    isWriter = false;
    waiting.wake();
    end.resolve(reason);
  };
  const goesOn = (): boolean => !isOver;

  client.on('error', lose);
  client.on('end', () => lose(new Error('the session of the views ended')));
  client.on('notification', ({ payload }) => {
    news = true;
    waiting.wake();
    if (payload === free) asking.wake();
  });

  const ask = async (): Promise<boolean> => {
    const text = 'select pg_try_advisory_lock($1) as has';
    const { rows } = await client.query<{ has: boolean }>(text, [lock]);
    return rows[0]?.has === true;
  };
  const stand = async (): Promise<void> => {
    await client.connect();
    await client.query(`listen "${schema}"`);
    while (goesOn() && !isWriter) {
      isWriter = await ask();
      if (!isWriter) await asking.sleep(askEveryMs);
    }
    waiting.wake();
    while (goesOn()) {
      await asking.sleep(beatEveryMs);
      if (goesOn()) await client.query('select 1');
    }
  };
  stand().catch((error: unknown) =>
    lose(error instanceof Error ? error : new Error(String(error))),
  );

  return {
    isWriter: () => isWriter,
    lost: end.promise,
    async written() {
      if (!news && !isWriter && !isOver) await waiting.sleep(askEveryMs);
      news = false;
    },
    async resign() {
      if (isOver) return;
      isOver = true;
      asking.wake();
      waiting.wake();
      // Others need not wait for their next look. Of a broken session the server has noticed the end.
      await client
        .query('select pg_advisory_unlock_all(), pg_notify($1, $2)', [schema, free])
        .catch(() => undefined);
      await client.end().catch(() => undefined);
      lose(new Error('this process lets others write'));
    },
  };
};
