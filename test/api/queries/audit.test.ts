import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { fraudReportStream, settingsStream, userStream } from '../../../domain/ids.ts';
import { seed } from '../../support/profile.ts';
import { randomLog } from '../../projections/support/randomLog.ts';
import { seal } from '../../projections/support/fakeSecrets.ts';
import {
  addDevice,
  addUser,
  answer,
  ask,
  configure,
  createReadSide,
  type ReadSide,
} from './support/readSide.ts';

let side: ReadSide;
const device = { deviceId: 'D1', guid: 'guid1', tokenHash: 'TOKENHASH1' };

beforeEach(async () => {
  side = await createReadSide();
  configure(side.log);
  side.log.add(settingsStream, 'ServiceAccountAdded', {
    accountId: 'A1',
    name: 'MIM',
    secretHash: 'SECRETHASH',
    groups: [],
  });
  addUser(side.log, 'U1', 'alice@example.org');
  addDevice(side.log, 'U1', 'D1', 'TOKENHASH1');
  ask(side.log, { requestId: 'R1', userId: 'U1', devices: [device] });
  answer(side.log, 'R1', device, 'fraud');
  side.log.add('authentication-R1', 'AuthenticationDenied', { code: 'FRAUD_REPORTED' });
  side.log.add(userStream('U1'), 'UserBlocked', {
    blockId: 'B1',
    reason: 'Fraud reported',
    until: '2026-04-01T00:00:00.000Z',
    flag: 'fraud',
    fraudReportId: 'R1',
  });
  side.log.add(fraudReportStream('R1'), 'FraudReported', {
    userId: 'U1',
    requestId: 'R1',
    deviceId: 'D1',
    blockId: 'B1',
  });
  await side.sync();
});
afterEach(() => side.close());

describe('the audit log', () => {
  test('can be read by a person, newest first', async () => {
    const { rows } = await side.queries.auditLog({ requestId: 'R1' }, {});
    expect(rows.map(({ summary }) => summary)).toEqual([
      "alice@example.org reported fraud on Jo's phone; blocked",
      'alice@example.org blocked after a fraud report until 2026-04-01T00:00:00.000Z: Fraud reported',
      'Verification of alice@example.org denied: FRAUD_REPORTED',
      "alice@example.org denied and reported fraud on Jo's phone",
      expect.stringMatching(/^Asked on Jo's phone; answer counts until 2026-01-01T00:01:\d\d/),
      'Verification of alice@example.org requested for VPN',
    ]);
    for (const row of rows)
      expect(row).toMatchObject({
        actor: 'serviceAccount MIM',
        subject: 'alice@example.org',
        requestId: 'R1',
      });
  });

  test('says for whom a caller claims to act, apart from the caller', async () => {
    const onBehalfOf = seal({ owner: 'requests', stream: 'meta', field: 'onBehalfOf' }, 'Bob');
    side.log.add(userStream('U1'), 'UserDisabled', {}, { onBehalfOf, address: '192.0.2.9' });
    await side.sync();
    const { rows } = await side.queries.auditLog({}, { limit: 1 });
    expect(rows[0]).toMatchObject({
      actor: 'serviceAccount MIM (says: for Bob)',
      address: '192.0.2.9',
      summary: 'alice@example.org disabled',
    });
  });

  test('is filtered by person, type and time', async () => {
    const types = async (filter: Parameters<typeof side.queries.auditLog>[0]) =>
      (await side.queries.auditLog(filter, {})).rows.map(({ type }) => type);
    expect(await types({ username: 'ALICE@example.org' })).toHaveLength(9);
    expect(await types({ username: 'else' })).toEqual([]);
    expect(await types({ type: 'UserBlocked' })).toEqual(['UserBlocked']);
    const { rows } = await side.queries.auditLog({}, {});
    const at = rows[3]!.at;
    expect(await types({ from: at })).toHaveLength(4);
    expect(await types({ to: at })).toHaveLength(rows.length - 4);
  });

  test('still names a person who was removed', async () => {
    side.log.add(userStream('U1'), 'UserRemoved', { usernameKey: 'k', openRequests: [] });
    await side.sync();
    const { rows } = await side.queries.auditLog({}, { limit: 1 });
    expect(rows[0]?.summary).toBe('alice@example.org removed');
  });
});

describe('explaining a request', () => {
  test('tells its events with the run behind it', async () => {
    side.runs = [{ runId: 'run-1', status: 'COMPLETED', startedAt: '2026-01-01T00:00:00.000Z' }];
    const story = await side.queries.explain('R1');
    expect(story).toMatchObject({
      requestId: 'R1',
      workflowId: 'authentication-R1',
      runs: side.runs,
    });
    expect(story!.events.map(({ type }) => type)).toEqual([
      'AuthenticationRequested',
      'AuthenticationChallengeSent',
      'AuthenticationDeviceAnswered',
      'AuthenticationDenied',
      'UserBlocked',
      'FraudReported',
    ]);
    expect(story!.events[0]!.data).toMatchObject({ initiatingIp: '203.0.113.7', userId: 'U1' });
    expect(story!.events[1]!.data).toMatchObject({
      devices: [{ deviceId: 'D1', guid: 'guid1', tokenHash: '[secret]' }],
    });
    expect(await side.queries.explain('R9')).toBeUndefined();
  });
});

test('SEC-72 no list, line or explanation holds a secret, a hash of one, or a full phone number', async () => {
  const many = await createReadSide();
  many.log.lines.push(...randomLog(seed, 300).lines);
  many.log.skip(3_600_000);
  await many.sync();
  const shown: unknown[] = [];
  const { queries } = many;
  for (const list of [
    (cursor?: string) => queries.auditLog({}, { limit: 500, ...(cursor ? { cursor } : {}) }),
    (cursor?: string) => queries.listRequests({}, { limit: 500, ...(cursor ? { cursor } : {}) }),
    (cursor?: string) => queries.listUsers({}, { limit: 500, ...(cursor ? { cursor } : {}) }),
  ]) {
    let cursor: string | undefined;
    do {
      const page = await list(cursor);
      shown.push(...page.rows);
      cursor = page.nextCursor;
    } while (cursor !== undefined);
  }
  const { rows: requests } = await queries.listRequests({}, { limit: 100 });
  for (const { requestId } of requests) shown.push(await queries.explain(requestId));
  shown.push(await queries.listServiceAccounts());
  const text = JSON.stringify(shown);
  const secretFields = /secret|Hash$/;
  for (const { event } of many.log.lines)
    for (const [name, value] of Object.entries(event.data))
      if (secretFields.test(name) && typeof value === 'string' && text.includes(value))
        throw new Error(`${event.type}.${name} is shown`);
  expect(text).not.toContain('5550000147');
  expect(text).not.toContain('s1:fake');
  await many.close();
});
