import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventStore } from '../../../adapters/eventStore/port.ts';
import { openSqliteEventStore } from '../../../adapters/eventStore/sqlite.ts';
import { newId } from '../../../adapters/ids.ts';
import { openSecrets } from '../../../adapters/secrets/aesGcm.ts';
import type { Views } from '../../../adapters/views/port.ts';
import type { EventData, EventType } from '../../../domain/events.ts';
import { defaultSettings, type Settings } from '../../../domain/settings.ts';
import { authenticationStream, userStream } from '../../../domain/ids.ts';
import { inUserStream, userKey, type Sealed, type SealedPlace } from '../../../domain/sealed.ts';
import { createRunner, type Runner } from '../../../projections/runner.ts';
import { createLogger } from '../../../runtime/logger.ts';
import { factLog } from '../../../server/factLog.ts';
import { startRetention, type Retention } from '../../../server/retention/retention.ts';
import { systemLog } from '../../../server/systemLog.ts';
import { openAt } from '../../projections/support/views.ts';

export const dayMs = 86_400_000;

/** A log over real keys and views, and retention at a time that the test chooses. */
export type OldLog = {
  readonly events: EventStore;
  readonly secrets: ReturnType<typeof openSecrets>;
  readonly views: Views;
  readonly runner: Runner;
  readonly retention: Retention;
  readonly erased: string[];
  /** What the test changes: settings that are not the default, and how many days from now retention takes for today. */
  readonly now: { settings: Partial<Settings>; today: number };
  record<T extends EventType>(stream: string, type: T, data: EventData[T]): Promise<void>;
  addPerson(username: string): Promise<string>;
  /** @returns where and how the login's address was sealed */
  logIn(userId: string): Promise<{ requestId: string; place: SealedPlace; sealed: Sealed }>;
  close(): Promise<void>;
};

export const openOldLog = async (viewsPlace: string): Promise<OldLog> => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-old-'));
  const events = await openSqliteEventStore({ file: join(folder, 'events.db') });
  const secrets = openSecrets({ file: join(folder, 'keys.db'), masterKey: randomBytes(32) });
  const views = await openAt(viewsPlace);
  const runner = createRunner({ views, events, secrets });
  await runner.start();
  const facts = factLog(events);
  const erased: string[] = [];
  const now: OldLog['now'] = { settings: {}, today: 500 };
  const log = createLogger({ level: 'error', pretty: false, write: () => undefined });

  const record: OldLog['record'] = async (stream, type, data) => {
    const actor = { kind: 'system', id: 'countersign' } as const;
    const meta = { at: new Date().toISOString(), actor };
    const fact = { type, data } as Parameters<typeof facts.record>[0]['fact'];
    await facts.record({ stream, fact, key: newId(), meta });
    await runner.caughtUp(await events.head());
  };
  const retention = startRetention({
    events,
    views,
    feed: runner,
    keys: secrets,
    queries: { getSettings: async () => ({ ...defaultSettings, ...now.settings }) },
    facts: systemLog(facts, 'audit'),
    erase: async (userId) => void erased.push(userId),
    newId,
    nowMs: () => Date.now() + now.today * dayMs,
    log,
  });
  return {
    events,
    secrets,
    views,
    runner,
    erased,
    now,
    retention,
    record,
    async addPerson(username) {
      const userId = newId();
      await record(userStream(userId), 'UserAdded', {
        username: await secrets.seal(inUserStream(userId, 'username'), username),
        usernameKey: secrets.hash('username', username),
        enabled: true,
        method: 'app',
        appMode: 'standard',
        objectId: newId(),
        source: 'manual',
      });
      return userId;
    },
    async logIn(userId) {
      const requestId = newId();
      const stream = authenticationStream(requestId);
      const place = { owner: userKey(userId), stream, field: 'initiatingIp' } as const;
      const sealed = await secrets.seal(place, '198.51.100.7');
      await record(stream, 'AuthenticationRequested', {
        channel: 'rest',
        application: 'VPN',
        callerId: 'A1',
        originKey: 'o',
        requireUserMatch: true,
        userId,
        initiatingIp: sealed,
      });
      await record(stream, 'AuthenticationDenied', { code: 'USER_DENIED', userId });
      return { requestId, place, sealed };
    },
    async close() {
      await retention.stop();
      await runner.stop();
      await views.close();
      await events.close();
      await secrets.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
