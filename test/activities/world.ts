import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { peopleInLog } from './peopleInLog.ts';
import { createActivities, type Activities } from '../../activities/index.ts';
import { eventId } from '../../adapters/eventStore/eventId.ts';
import { StoreUnavailable } from '../../adapters/eventStore/errors.ts';
import type { EventStore, StoredEvent } from '../../adapters/eventStore/port.ts';
import { openSqliteEventStore } from '../../adapters/eventStore/sqlite.ts';
import { newId } from '../../adapters/ids.ts';
import { otplibOtp } from '../../adapters/otp/otplib.ts';
import { argon2Pins } from '../../adapters/pins/argon2.ts';
import { memoryWebhooks, type MemoryWebhooks } from '../support/memoryWebhooks.ts';
import { memoryTelephony, type MemoryTelephony } from '../support/memoryTelephony.ts';
import { memoryMailer, type MemoryMailer } from '../support/memoryMailer.ts';
import { openSecrets } from '../../adapters/secrets/aesGcm.ts';
import type { Secrets } from '../../adapters/secrets/port.ts';
import { uploadFiles } from '../../adapters/uploads/files.ts';
import type { Uploads } from '../../adapters/uploads/port.ts';

export const otp = otplibOtp();
export const pins = argon2Pins();
export const startMs = Date.UTC(2026, 0, 5, 9);

/** One server of a deployment: its own connections to the shared files, its own caches. */
export type Node = {
  readonly events: EventStore;
  readonly secrets: Secrets;
  readonly activities: Activities;
  readonly mailer: MemoryMailer;
  readonly uploads: Uploads;
  readonly webhooks: MemoryWebhooks;
  /** While it is down, members of groups cannot be looked up. */
  readonly groups: { down: boolean };
  /** The next commit reaches the log, but its answer never comes back. */
  loseNextAnswer(): void;
};

export type World = {
  readonly nodes: readonly [Node, Node];
  readonly clock: { nowMs: number };
  /** The provider that both nodes reach. */
  readonly telephony: MemoryTelephony;
  /** Everything on record, in order. */
  log(): Promise<readonly StoredEvent[]>;
  /** The bytes of all files. */
  bytes(): Buffer;
  close(): Promise<void>;
};

const openNode = async (
  telephony: MemoryTelephony,
  folder: string,
  clock: { nowMs: number },
): Promise<Node> => {
  const store = await openSqliteEventStore({ file: join(folder, 'events.db') });
  const secrets = openSecrets({ file: join(folder, 'keys.db'), masterKey: Buffer.alloc(32, 7) });
  let lose = false;
  const events: EventStore = {
    ...store,
    async commit(appends) {
      const committed = await store.commit(appends);
      if (!lose) return committed;
      lose = false;
      throw new StoreUnavailable('the answer was lost');
    },
  };
  const uploads = uploadFiles(join(folder, 'uploads'));
  const mailer = memoryMailer();
  const webhooks = memoryWebhooks();
  const groups = { down: false };
  const people = peopleInLog(store);
  const activities = createActivities({
    events,
    secrets,
    otp,
    mailer,
    telephony,
    webhooks,
    people: {
      async membersOfGroup(group) {
        if (groups.down) throw new Error('the directory does not answer');
        return await people.membersOfGroup(group);
      },
    },
    pins,
    uploads,
    clock: () => clock.nowMs,
    newId,
    newGuid: randomUUID,
    eventId,
  });
  return {
    events,
    secrets,
    activities,
    mailer,
    uploads,
    webhooks,
    groups,
    loseNextAnswer: () => void (lose = true),
  };
};

/** Two nodes over one log and one key table in a folder of their own. */
export const openWorld = async (): Promise<World> => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-activities-'));
  const clock = { nowMs: startMs };
  const telephony = memoryTelephony();
  const nodes = [
    await openNode(telephony, folder, clock),
    await openNode(telephony, folder, clock),
  ] as const;
  return {
    nodes,
    telephony,
    clock,
    async log() {
      const all: StoredEvent[] = [];
      for (;;) {
        const page = await nodes[0].events.readAll(all.at(-1)?.position ?? 0);
        if (page.length === 0) return all;
        all.push(...page);
      }
    },
    bytes: () =>
      Buffer.concat(
        readdirSync(folder, { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => readFileSync(join(entry.parentPath, entry.name))),
      ),
    async close() {
      for (const { events, secrets } of nodes) {
        await events.close();
        await secrets.close();
      }
      rmSync(folder, { recursive: true });
    },
  };
};

/** Activities fail here on purpose, and often. */
const logger = new DefaultLogger('ERROR');

/** Runs one activity as a worker does for a workflow of this id. */
export const runIn = async <Input extends unknown[], Result>(
  workflowId: string,
  activity: (...input: Input) => Promise<Result>,
  ...input: Input
): Promise<Result> =>
  await new MockActivityEnvironment(
    { workflowExecution: { workflowId, runId: 'run' } },
    { logger },
  ).run<Input, Result, (...input: Input) => Promise<Result>>(activity, ...input);
