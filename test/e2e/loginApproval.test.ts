import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { join } from 'node:path';
import { factsOnDisk } from './support/factLog.ts';
import { addOwners, approvalNow, decideAs } from './support/approvers.ts';
import { addPhoneUser, ask, endOf, stateOf, type Asked } from './support/openPush.ts';
import { addOathUser, addSdkAccount, sdkOf, type OathUser } from './support/people.ts';
import type { PocketPhone } from './support/pocketPhone.ts';
import { pfAuthUser, type SdkClient } from './support/sdk.ts';
import { serve, temporaryData, type ServerProcess } from './support/serverProcess.ts';
import { until } from './support/until.ts';

/* Whoever signs in to some applications needs more than the own factor: other people must approve it. */

const application = 'Vault';
const data = temporaryData();
let server: ServerProcess;
let sdk: SdkClient;
let phone: PocketPhone;
let owners: readonly OathUser[];
const caller = 'phone@example.org';

beforeAll(async () => {
  server = await serve({ data: data.path });
  const { rest, info } = server;
  owners = await addOwners(rest, 'owners', 4);
  const folder = join(data.path, '..', 'phones');
  phone = await addPhoneUser({ rest, username: caller, ca: info.ca, folder });
  await rest.ok('PATCH', `/users/${caller}`, { group: 'owners' });
  sdk = sdkOf(server, await addSdkAccount(rest, 'svc'));
  await rest.ok('PATCH', '/settings', { pushLimitPerHour: 1, duplicateGraceSeconds: 0 });
  await rest.call('PUT', '/configuration/approvalPolicy/owners', {
    name: 'Owners',
    stages: [{ approvers: { kind: 'group', group: 'owners' } }],
  });
  await rest.call('PUT', '/configuration/approvalPolicy/nobody', {
    name: 'Nobody',
    stages: [{ approvers: { kind: 'group', group: 'empty' } }],
  });
  for (const [id, policy] of Object.entries({
    vault: { application, approvalPolicy: 'owners' },
    attic: { application: 'Attic', approvalPolicy: 'nobody' },
  }))
    await rest.call('PUT', `/configuration/loginPolicy/${id}`, policy);
}, 120_000);

afterAll(async () => {
  sdk?.close();
  phone?.close();
  await data.remove();
});

/** A sign-in whose code was right. */
const signIn = (user: OathUser, to = application): Promise<Asked & { approvalId?: string }> =>
  server.rest.ok('POST', '/authentications', {
    user: user.username,
    application: to,
    code: user.rightCode(),
  });

const openIn = async (username: string): Promise<string> =>
  await until('the login to wait for others', async () => {
    const path = `/authentications?user=${username}&state=awaiting-approval`;
    const { items } = await server.rest.ok<{ items: Asked[] }>('GET', path);
    return items[0]?.requestId;
  });

test('a right code is not enough: one owner approves, and the login is in', async () => {
  const { rest } = server;
  const asked = await signIn(await addOathUser(rest, 'ada@example.org'));
  expect(asked).toMatchObject({ state: 'awaiting-approval', approvalId: asked.requestId });
  const { requestId } = asked;
  const polled = rest.ok('GET', `/authentications/${requestId}?wait=30`);
  expect((await decideAs(rest, owners[0]!, requestId)).state).toBe('approved');
  expect(await polled).toMatchObject({ state: 'approved', code: 'APPROVED' });
});

test('one owner says no: the login is denied, and is not held against the person', async () => {
  const { rest } = server;
  const first = await ask(rest, caller, application);
  const push = await until('the push', () => phone.find(application));
  await phone.answer(push, 'approve');
  expect(await openIn(caller)).toBe(first.requestId);
  // The person is one of the owners themselves, which does not help.
  const { hash } = await until('the approval', () =>
    approvalNow(rest, first.requestId).catch(() => undefined),
  );
  const own = { approver: caller, hash };
  const selfApproval = await rest.call('POST', `/approvals/${first.requestId}/approve`, own);
  expect(selfApproval.status).toBe(403);
  await decideAs(rest, owners[1]!, first.requestId, 'reject');
  expect(await endOf(rest, first.requestId)).toMatchObject({
    state: 'denied',
    code: 'APPROVAL_REJECTED',
  });
});

test('the Web Service SDK waits for the owner as well', async () => {
  // One push an hour may go unheeded here: that of the login before was not.
  const answer = pfAuthUser(sdk, caller, { application });
  const push = await until('the push', () => phone.find(application));
  await phone.answer(push, 'approve');
  await decideAs(server.rest, owners[2]!, await openIn(caller));
  expect((await answer).text('PfAuthUser_4Result')).toBe('true');
});

test('a policy that finds nobody to ask lets nobody in, at once', async () => {
  const started = Date.now();
  const { requestId } = await signIn(await addOathUser(server.rest, 'bea@example.org'), 'Attic');
  expect(await endOf(server.rest, requestId)).toMatchObject({ code: 'APPROVAL_REJECTED' });
  const [ended] = factsOnDisk(data.path, 'AuthenticationDenied').filter(({ stream }) =>
    stream.includes(requestId),
  );
  expect(ended!.atMs - started).toBeLessThan(10_000);
});

test('what ends the login takes the question back; a block meanwhile wins over an approval', async () => {
  const { rest } = server;
  const gone = await signIn(await addOathUser(rest, 'cleo@example.org'));
  await rest.ok('POST', `/authentications/${gone.requestId}/cancel`);
  await until('the approval to end', async () => {
    const { status, body } = await rest.call<Asked>('GET', `/approvals/${gone.requestId}`);
    return status === 200 && body.state === 'cancelled';
  });
  const dora = await addOathUser(rest, 'dora@example.org');
  const { requestId } = await signIn(dora);
  await until('the owners to be asked', async () => {
    const { status } = await rest.call('GET', `/approvals/${requestId}`);
    return status === 200;
  });
  await rest.ok('POST', '/blocks', { username: dora.username, reason: 'test' });
  await decideAs(rest, owners[3]!, requestId);
  expect(await endOf(rest, requestId)).toMatchObject({ code: 'USER_BLOCKED' });
  expect(await stateOf(rest, requestId)).toMatchObject({ state: 'denied' });
});
