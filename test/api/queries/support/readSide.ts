import { uploadsInMemory } from '../../../../adapters/uploads/memory.ts';
import { eventFields } from '../../../../adapters/eventStore/eventFields.ts';
import { openMemoryEventStore } from '../../../../adapters/eventStore/memory.ts';
import type { Explanation, Queries } from '../../../../api/facade.ts';
import { createQueries } from '../../../../api/queries.ts';
import type { EventData } from '../../../../domain/events.ts';
import {
  activationStream,
  authenticationStream,
  settingsStream,
  userStream,
} from '../../../../domain/ids.ts';
import { userKey } from '../../../../domain/sealed.ts';
import { canonicalName } from '../../../../domain/username.ts';
import type { Runner } from '../../../../projections/runner.ts';
import { createFakeSecrets, seal } from '../../../projections/support/fakeSecrets.ts';
import { createAppender, createLog, type Log } from '../../../projections/support/log.ts';
import { follow } from '../../../projections/support/views.ts';

export const secrets = createFakeSecrets();

/** A log, its views and the queries over them. The clock stands where the log ends unless it is moved. */
export type ReadSide = {
  readonly log: Log;
  readonly queries: Queries;
  readonly runner: Runner;
  /** Appends what was added to the log and waits until the views show it. */
  sync(): Promise<void>;
  /** Appends without waiting. */
  append(): Promise<number>;
  runs: Explanation['runs'];
  writable: boolean;
  close(): Promise<void>;
};

/** @param place of the views, in memory where absent */
export const createReadSide = async (place?: string): Promise<ReadSide> => {
  const store = openMemoryEventStore();
  const append = createAppender(store);
  const { views, runner, close } = await follow(store, place === undefined ? {} : { path: place });
  const log = createLog();
  let appended = 0;
  const side: ReadSide = {
    log,
    runner,
    runs: [],
    writable: true,
    queries: createQueries({
      views,
      events: store,
      eventTypes: Object.keys(eventFields),
      secrets,
      runner,
      uploads: uploadsInMemory(),
      recordings: { put: async () => '', get: async () => undefined },
      workflowRuns: async () => side.runs,
      canWrite: async () => side.writable,
      now: () => new Date(log.nowMs()),
      mobileAppUrl: () => 'https://here.example.org/pa/',
    }),
    async append() {
      const lines = log.lines.slice(appended);
      appended = log.lines.length;
      return append(lines);
    },
    async sync() {
      await runner.caughtUp(await side.append());
    },
    close,
  };
  return side;
};

export const deployment = {
  tenantId: '2d7c9a10-5e4b-4c39-a1f6-7b8e0c2d4f63',
  groupKey: '3f9a6c0e5b7d42819ad0c4e8f16b2753',
  companyName: 'Example Org',
};
export const objectId = '9E8F1B2A-3c4d-4e5f-8a6b-7c9d0e1f2a3b';

export const addUser = (
  log: Log,
  userId: string,
  username: string,
  more: Partial<EventData['UserAdded']> = {},
): Log => {
  const stream = userStream(userId);
  const field = (name: string, plain: string) =>
    seal({ owner: userKey(userId), stream, field: name }, plain);
  return log.add(stream, 'UserAdded', {
    username: field('username', username),
    usernameKey: secrets.hash('username', canonicalName(username)),
    firstName: field('firstName', 'Jo'),
    lastName: field('lastName', 'Smith'),
    email: field('email', 'jo@mail.example'),
    enabled: true,
    method: 'app',
    appMode: 'standard',
    objectId,
    source: 'manual',
    ...more,
  });
};

export const addDevice = (log: Log, userId: string, deviceId: string, tokenHash: string): Log => {
  const stream = userStream(userId);
  const name = seal({ owner: userKey(userId), stream, field: 'name' }, "Jo's phone");
  const seed = seal({ owner: userKey(userId), stream, field: 'oathSecret' }, 'seed');
  return log
    .add(stream, 'DeviceActivated', {
      deviceId,
      activationId: 'AC',
      name,
      tokenHash,
      appVersion: '1.4.0',
      oathSecret: seed,
      confirmationHash: 'hash of a confirmation code',
      confirmBy: new Date(log.nowMs() + 300_000).toISOString(),
      drift: 0,
    })
    .add(stream, 'DeviceConfirmed', { deviceId, activationId: 'AC' });
};

export type Ask = {
  requestId: string;
  userId?: string;
  username?: string;
  application?: string;
  lifeMs?: number;
  devices?: readonly { deviceId: string; guid: string; tokenHash: string }[];
};

/** An attempt up to its challenge; without devices it waits for a code, without a user it only exists. */
export const ask = (log: Log, attempt: Ask): Log => {
  const { requestId, userId, username, application = 'VPN', lifeMs = 60_000, devices } = attempt;
  const stream = authenticationStream(requestId);
  const owner = userId === undefined ? 'requests' : userKey(userId);
  const field = (name: string, plain: string) => seal({ owner, stream, field: name }, plain);
  log.add(stream, 'AuthenticationRequested', {
    channel: 'sdk',
    application,
    callerId: 'serviceAccount:A1',
    originKey: 'origin',
    requireUserMatch: true,
    ...(userId === undefined ? {} : { userId }),
    ...(username === undefined ? {} : { username: field('username', username) }),
    initiatingIp: field('initiatingIp', '203.0.113.7'),
    reference: 'ref-1',
  });
  if (!devices) return log;
  const expiresAt = new Date(log.nowMs() + lifeMs).toISOString();
  return log.add(stream, 'AuthenticationChallengeSent', {
    method: devices.length > 0 ? 'app' : 'oath',
    expiresAt,
    fraudAllowed: true,
    fraudBlock: false,
    devices: devices.map((device) => ({ ...device, oathCounter: '1234567890123456789' })),
  });
};

export const answer = (
  log: Log,
  requestId: string,
  device: { deviceId: string; guid: string },
  given: 'approve' | 'deny' | 'fraud',
): Log =>
  log.add(authenticationStream(requestId), 'AuthenticationDeviceAnswered', {
    deviceId: device.deviceId,
    guid: device.guid,
    answer: given,
    form: 'plain',
  });

export const approve = (log: Log, requestId: string): Log =>
  log.add(authenticationStream(requestId), 'AuthenticationApproved', { code: 'APPROVED' });

export const beginActivation = (log: Log, activationId: string, tokenHash: string): Log =>
  log
    .add(activationStream(activationId), 'ActivationIssued', {
      userId: 'U1',
      expiresAt: new Date(log.nowMs() + 600_000).toISOString(),
      routeHash: 'route',
    })
    .add(activationStream(activationId), 'ActivationBegun', {
      attempt: 'T1',
      guid: '5b0c6a52-7d1e-4f7b-9c55-0f3a1d2e8b44',
      tokenHash,
      deviceId: 'D9',
      answerBy: new Date(log.nowMs() + 45_000).toISOString(),
    });

export const configure = (log: Log, changes: EventData['SettingsChanged']['changes'] = {}): Log => {
  log.add(settingsStream, 'DeploymentCreated', deployment);
  return Object.keys(changes).length > 0
    ? log.add(settingsStream, 'SettingsChanged', { changes })
    : log;
};
