import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { activationStream, authenticationStream, userStream } from '../../../domain/ids.ts';
import { maxPushBytes } from '../../../api/queries/push.ts';
import { bestOf } from '../../support/speed.ts';
import {
  addDevice,
  addUser,
  answer,
  approve,
  ask,
  beginActivation,
  configure,
  createReadSide,
  deployment,
  objectId,
  type ReadSide,
} from './support/readSide.ts';

const guid = 'c1f4e0d8-2a36-4b8e-8f0d-6e7a9b5c3d21';
const otherGuid = 'd2f4e0d8-2a36-4b8e-8f0d-6e7a9b5c3d22';
const first = { deviceId: 'D1', guid, tokenHash: 'token1' };
const second = { deviceId: 'D2', guid: otherGuid, tokenHash: 'token2' };
const now = { waitMs: 0 };
const maxWakeMs = 20;

let side: ReadSide;
const guids = async (tokenHash: string) =>
  (await side.queries.pull(tokenHash, now)).map((push) => `${push['type']} ${push['guid']}`);

beforeEach(async () => {
  side = await createReadSide();
  configure(side.log, { mobileAppUrl: 'https://mfa.example.org/pa/', accountName: 'Example' });
  addUser(side.log, 'U1', 'jsmith@example.org');
  addDevice(side.log, 'U1', 'D1', 'token1');
  addDevice(side.log, 'U1', 'D2', 'token2');
});
afterEach(() => side.close());

describe('pull', () => {
  test('however many were answered or withdrawn in the last minute, the newest is delivered', async () => {
    const pushed = (number: number) => ({
      deviceId: 'D1',
      guid: `${guid.slice(0, -3)}${number}`,
      tokenHash: 'token1',
    });
    for (let number = 100; number < 300; number += 1) {
      ask(side.log, { requestId: `R${number}`, userId: 'U1', devices: [pushed(number)] });
      if (number % 2 === 0) answer(side.log, `R${number}`, pushed(number), 'approve');
      approve(side.log, `R${number}`);
    }
    ask(side.log, { requestId: 'R1', userId: 'U1', devices: [first] });
    await side.sync();
    expect(await guids('token1')).toContain(`auth ${guid}`);
  });

  test('delivers N2 as the contract has it', async () => {
    const requestedAtMs = side.log.nowMs();
    ask(side.log, { requestId: 'R1', userId: 'U1', devices: [first] });
    await side.sync();
    const pushes = await side.queries.pull('token1', now);
    expect(pushes).toEqual([
      {
        v: '1',
        type: 'auth',
        source: 'MFA Server',
        guid,
        url: 'mfa.example.org/pa',
        notification_type: 'pull',
        mode: 'standard',
        groupKey: deployment.groupKey,
        userObjectId: createHash('sha256').update(objectId.toLowerCase()).digest('hex'),
        phoneAppDetailId: 'D1',
        tenantId: deployment.tenantId,
        accountName: 'Example',
        username: 'jsmith@example.org',
        MessageTitle: 'Sign-in request',
        MessageCategory: 'standard',
        expiration: String(requestedAtMs / 1000 + 61),
        fraudAllowed: 'true',
        fraudBlock: 'false',
        oathCounter: '1234567890123456789',
        oathTokenEnabled: 'true',
        pinRetries: '0',
        pinChangeRequired: 'false',
        userCanChangePin: 'false',
        applicationName: 'VPN',
        clientAddress: '203.0.113.7',
        requestedAt: String(requestedAtMs / 1000),
      },
    ]);
  });

  test('delivers N1 to the token that sent the code', async () => {
    beginActivation(side.log, 'AC1', 'token9');
    await side.sync();
    const [push] = await side.queries.pull('token9', now);
    expect(push).toEqual({
      v: '1',
      type: 'validate',
      source: 'MFA Server',
      alert: 'Multi-factor authentication: checking this device',
      guid: '5b0c6a52-7d1e-4f7b-9c55-0f3a1d2e8b44',
      url: 'mfa.example.org/pa',
      notification_type: 'pull',
      tenantId: deployment.tenantId,
      expiration: expect.stringMatching(/^\d+$/),
      oathCounter: expect.stringMatching(/^\d{1,19}$/),
    });
    expect(BigInt(push!['oathCounter']!)).toBeLessThan(2n ** 63n);
    side.log.add(activationStream('AC1'), 'ActivationValidated', { attempt: 'T1' });
    await side.sync();
    expect(await guids('token9')).toEqual([]);
  });

  test.each([
    [{ mobileAppUrl: 'http://mfa.test:8080/pa/', requireTls: false }, 'http://mfa.test:8080/pa'],
    [{ mobileAppUrl: 'http://mfa.test/pa', requireTls: true }, 'mfa.test/pa'],
    [{ mobileAppUrl: '' }, 'here.example.org/pa'],
  ])('writes the address of %j as %s', async (changes, url) => {
    side.log.add('settings', 'SettingsChanged', { changes });
    ask(side.log, { requestId: 'R1', userId: 'U1', devices: [first] });
    await side.sync();
    expect((await side.queries.pull('token1', now))[0]).toMatchObject({ url });
  });

  test('shows the company where no account name is set', async () => {
    side.log.add('settings', 'SettingsChanged', { changes: { accountName: '' } });
    ask(side.log, { requestId: 'R1', userId: 'U1', devices: [first] });
    await side.sync();
    expect((await side.queries.pull('token1', now))[0]).toMatchObject({
      accountName: 'Example Org',
    });
  });

  test('delivers an open push on every poll, oldest first', async () => {
    ask(side.log, { requestId: 'R1', userId: 'U1', devices: [first] });
    ask(side.log, { requestId: 'R2', userId: 'U1', devices: [{ ...first, guid: otherGuid }] });
    await side.sync();
    const both = [`auth ${guid}`, `auth ${otherGuid}`];
    expect(await guids('token1')).toEqual(both);
    expect(await guids('token1')).toEqual(both);
  });

  test('MC-8: an expired push is never delivered', async () => {
    ask(side.log, { requestId: 'R1', userId: 'U1', devices: [first], lifeMs: 30_000 });
    await side.sync();
    side.log.skip(28_000);
    expect(await guids('token1')).toEqual([`auth ${guid}`]);
    side.log.skip(1_000);
    expect(await guids('token1')).toEqual([]);
  });

  test('an answered push is gone; the other device is told once to take its own away', async () => {
    ask(side.log, { requestId: 'R1', userId: 'U1', devices: [first, second] });
    answer(side.log, 'R1', first, 'approve');
    approve(side.log, 'R1');
    await side.sync();
    expect(await guids('token1')).toEqual([]);
    expect(await side.queries.pull('token2', now)).toEqual([
      { v: '1', type: 'withdraw', guid: otherGuid },
    ]);
    expect(await guids('token2')).toEqual([]);
  });

  test('a request that was cancelled is withdrawn from all its devices, one that expired from none', async () => {
    ask(side.log, { requestId: 'R1', userId: 'U1', devices: [first] });
    ask(side.log, { requestId: 'R2', userId: 'U1', devices: [second] });
    side.log
      .add(authenticationStream('R1'), 'AuthenticationCancelled', { code: 'CALLER_GONE' })
      .add(authenticationStream('R2'), 'AuthenticationExpired', { code: 'NO_RESPONSE' });
    await side.sync();
    expect(await guids('token1')).toEqual([`withdraw ${guid}`]);
    expect(await guids('token2')).toEqual([]);
  });

  test('MC-13: after a token change the new token finds the push and the old one does not', async () => {
    ask(side.log, { requestId: 'R1', userId: 'U1', devices: [first] });
    side.log.add(userStream('U1'), 'DeviceTokenChanged', {
      deviceId: 'D1',
      tokenHash: 'token1b',
      notificationType: 'pull',
    });
    await side.sync();
    expect(await guids('token1')).toEqual([]);
    expect(await guids('token1b')).toEqual([`auth ${guid}`]);
    side.log.add(userStream('U1'), 'DeviceRemoved', { deviceId: 'D1', reason: 'removed' });
    await side.sync();
    expect(await guids('token1b')).toEqual([]);
  });

  test('a token that nobody registered gets an empty list after the same wait', async () => {
    await side.sync();
    const begun = performance.now();
    expect(await side.queries.pull('unknown', { waitMs: 60 })).toEqual([]);
    expect(performance.now() - begun).toBeGreaterThanOrEqual(55);
  });

  test('a push wakes the waiting poll within 20 ms of its being applied', async () => {
    await side.sync();
    let round = 0;
    for (const tokenHash of ['token1', 'token2', 'token1']) {
      const wakeMs = await bestOf(maxWakeMs, async () => {
        const requestId = `R${(round += 1)}`;
        const pulling = side.queries.pull(tokenHash, { waitMs: 30_000 });
        let appliedAt = 0;
        const stop = side.runner.onApplied(() => (appliedAt ||= performance.now()));
        const deviceId = tokenHash === 'token1' ? 'D1' : 'D2';
        const devices = [{ deviceId, guid: `guid${round}`, tokenHash }];
        ask(side.log, { requestId, userId: 'U1', devices });
        await side.append();
        expect(await pulling).toMatchObject([{ guid: `guid${round}` }]);
        const ms = performance.now() - appliedAt;
        stop();
        answer(side.log, requestId, devices[0]!, 'deny');
        approve(side.log, requestId);
        await side.sync();
        return ms;
      });
      expect(wakeMs).toBeLessThan(maxWakeMs);
    }
  });

  test('a withdrawal wakes the waiting poll too', async () => {
    ask(side.log, { requestId: 'R1', userId: 'U1', devices: [first, second] });
    answer(side.log, 'R1', second, 'approve');
    await side.sync();
    const pulling = side.queries.pull('token2', { waitMs: 5_000 });
    answer(side.log, 'R1', first, 'approve');
    approve(side.log, 'R1');
    ask(side.log, { requestId: 'R2', userId: 'U1', devices: [{ ...second, guid }] });
    await side.append();
    expect(await pulling).toMatchObject([{ type: 'auth', guid }]);
  });

  test('a newer waiting poll ends the older one with an empty list', async () => {
    await side.sync();
    const older = side.queries.pull('token1', { waitMs: 5_000 });
    const newer = side.queries.pull('token1', { waitMs: 5_000 });
    expect(await older).toEqual([]);
    ask(side.log, { requestId: 'R1', userId: 'U1', devices: [first] });
    await side.append();
    expect(await newer).toMatchObject([{ guid }]);
  });

  test('a poll whose caller is gone ends at once', async () => {
    await side.sync();
    const gone = new AbortController();
    const pulling = side.queries.pull('token1', { waitMs: 60_000, signal: gone.signal });
    gone.abort();
    expect(await pulling).toEqual([]);
  });

  test('no push is larger than 3500 bytes, whatever the texts are', async () => {
    const long = '\u{1F4A9}"\\\u0007'.repeat(400);
    addUser(side.log, 'U2', long);
    addDevice(side.log, 'U2', 'D3', 'token3');
    const device = { deviceId: 'D3', guid, tokenHash: 'token3' };
    ask(side.log, { requestId: 'R1', userId: 'U2', application: long, devices: [device] });
    await side.sync();
    const [push] = await side.queries.pull('token3', now);
    expect(Buffer.byteLength(JSON.stringify(push))).toBeLessThanOrEqual(maxPushBytes);
    expect(push).toMatchObject({ guid, clientAddress: '203.0.113.7' });
  });
});

describe('details of a push', () => {
  beforeEach(async () => {
    ask(side.log, { requestId: 'R1', userId: 'U1', devices: [first, second] });
    await side.sync();
  });

  test('are given to the device that it was sent to, as often as it asks', async () => {
    for (let time = 0; time < 2; time += 1)
      expect(await side.queries.pushDetails(guid, 'token1')).toMatchObject({
        guid,
        username: 'jsmith@example.org',
        azureObjectId: objectId,
      });
  });

  test.each([
    ['an unknown guid', '00000000-0000-4000-8000-000000000000', 'token1'],
    ["another device's guid", guid, 'token2'],
    ['an unknown token', guid, 'nobody'],
  ])('SEC-46 are not given for %s', async (_, asked, tokenHash) => {
    expect(await side.queries.pushDetails(asked, tokenHash)).toBe('notOpen');
  });

  test('are "answered" for ten minutes after the request ended, to its own devices only', async () => {
    answer(side.log, 'R1', first, 'deny');
    approve(side.log, 'R1');
    await side.sync();
    expect(await side.queries.pushDetails(guid, 'token1')).toBe('answered');
    expect(await side.queries.pushDetails(otherGuid, 'token2')).toBe('answered');
    expect(await side.queries.pushDetails(guid, 'token2')).toBe('notOpen');
    side.log.skip(598_000);
    expect(await side.queries.pushDetails(guid, 'token1')).toBe('answered');
    side.log.skip(2_000);
    expect(await side.queries.pushDetails(guid, 'token1')).toBe('notOpen');
  });

  test('are not open once it has expired', async () => {
    side.log.skip(60_000);
    expect(await side.queries.pushDetails(guid, 'token1')).toBe('notOpen');
    side.log.add(authenticationStream('R1'), 'AuthenticationExpired', { code: 'NO_RESPONSE' });
    await side.sync();
    expect(await side.queries.pushDetails(guid, 'token1')).toBe('notOpen');
  });
});
