import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { layoutOf } from '../../../runtime/dataFolder.ts';
import { addOwners, approvalNow, decideAs } from '../support/approvers.ts';
import { factsOnDisk } from '../support/factLog.ts';
import { endOf, type Asked } from '../support/openPush.ts';
import { addOathUser, type OathUser } from '../support/people.ts';
import { temporaryData } from '../support/serverProcess.ts';
import { freePorts, supervised, type Supervised } from '../support/supervised.ts';
import { until } from '../support/until.ts';

/* The workflow engine has lost everything: what people and timers were waited for goes on from the log. */

jest.setTimeout(180_000);
const data = temporaryData();
const bypassSeconds = 5;
let server: Supervised;
let owners: readonly OathUser[];

beforeAll(async () => {
  server = supervised({ data: data.path, ...(await freePorts()) });
  const { rest } = await server.start();
  owners = await addOwners(rest, 'owners', 4);
  await rest.ok('POST', '/users', { username: 'rita@example.org' });
  await rest.call('PUT', '/configuration/approvalPolicy/two', {
    name: 'Two',
    stages: [{ approvers: { kind: 'group', group: 'owners' }, quorum: 2 }],
  });
  await rest.call('PUT', '/configuration/approvalPolicy/one', {
    name: 'One',
    stages: [{ approvers: { kind: 'group', group: 'owners' } }],
  });
  const login = { application: 'Vault', approvalPolicy: 'one' };
  await rest.call('PUT', '/configuration/loginPolicy/vault', login);
}, 120_000);
afterAll(async () => await data.remove());

const loseEngine = async (): Promise<void> => {
  const temporal = server.now().temporalPid();
  await server.now().kill('SIGKILL');
  try {
    process.kill(temporal, 'SIGKILL');
  } catch {
    // It went with its server.
  }
  const { temporalFolder } = layoutOf(data.path);
  const files = readdirSync(temporalFolder).filter((name) => name.startsWith('temporal.db'));
  expect(files).not.toEqual([]);
  for (const name of files) rmSync(join(temporalFolder, name));
  await server.start();
};

test('REL-11 approvals, logins that wait for them and bypasses go on without an engine that knew them', async () => {
  const { rest } = server.now();
  const { approvalId } = await rest.ok<{ approvalId: string }>('POST', '/approvals', {
    requestor: 'rita@example.org',
    subject: { kind: 'group', id: 'g', name: 'G' },
    title: 'Join G',
    policyId: 'two',
  });
  await decideAs(rest, owners[0]!, approvalId);
  const { hash } = await approvalNow(rest, approvalId);
  const confirming = await rest.ok<Asked>('POST', `/approvals/${approvalId}/approve`, {
    approver: owners[1]!.username,
    hash,
  });
  const person = await addOathUser(rest, 'ada@example.org');
  const login = await rest.ok<Asked>('POST', '/authentications', {
    user: person.username,
    application: 'Vault',
    code: person.rightCode(),
  });
  expect(login.state).toBe('awaiting-approval');
  await until('the owners to be asked', async () => {
    const { status } = await rest.call('GET', `/approvals/${login.requestId}`);
    return status === 200;
  });
  const { bypassId } = await rest.ok<{ bypassId: string }>('POST', '/bypasses', {
    user: 'rita@example.org',
    seconds: bypassSeconds,
    reason: 'test',
  });
  await loseEngine();

  const { rest: now } = server.now();
  // The verification that was open confirms the decision that it was begun for.
  await until('the code to be taken', async () => {
    const path = `/authentications/${confirming.requestId}/code`;
    const { status } = await now.call('POST', path, { code: owners[1]!.rightCode() });
    return status === 200;
  });
  await until(
    'the approval',
    async () => (await approvalNow(now, approvalId)).state === 'approved',
  );
  await decideAs(now, owners[2]!, login.requestId);
  expect(await endOf(now, login.requestId)).toMatchObject({ state: 'approved' });
  const over = await until('the bypass to end', () =>
    factsOnDisk(data.path, 'BypassEnded').find((fact) => fact.data['bypassId'] === bypassId),
  );
  expect(over.data['ended']).toBe('expired');
  const facts = factsOnDisk(data.path, 'ApprovalGranted', 'ApproverAsked', 'ApprovalStageStarted');
  const ofFirst = facts.filter(({ stream }) => stream.includes(approvalId));
  // Nobody was asked a second time, and it was granted once.
  expect(ofFirst.map(({ type }) => type)).toEqual([
    'ApprovalStageStarted',
    ...owners.map(() => 'ApproverAsked'),
    'ApprovalGranted',
  ]);
});

test('REL-20 nothing was left uncaught', () => {
  expect(server.faults()).toEqual([]);
});
