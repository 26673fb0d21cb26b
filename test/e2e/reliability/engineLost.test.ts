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
const groups = ['owners', 'others'] as const;
let server: Supervised;
const owners = new Map<string, readonly OathUser[]>();

beforeAll(async () => {
  server = supervised({ data: data.path, ...(await freePorts()) });
  const { rest } = await server.start();
  await rest.ok('POST', '/users', { username: 'rita@example.org' });
  for (const group of groups) {
    owners.set(group, await addOwners(rest, group, 4));
    const approvers = { kind: 'group', group };
    await rest.call('PUT', `/configuration/approvalPolicy/two-${group}`, {
      name: 'Two',
      stages: [{ approvers, quorum: 2 }],
    });
    await rest.call('PUT', `/configuration/approvalPolicy/one-${group}`, {
      name: 'One',
      stages: [{ approvers }],
    });
    const login = { application: `Vault of ${group}`, approvalPolicy: `one-${group}` };
    await rest.call('PUT', `/configuration/loginPolicy/vault-${group}`, login);
  }
}, 120_000);
afterAll(async () => await data.remove());

/** An open file lives on with whoever has it open: its end is what loses it. */
const removeDatabase = (): void => {
  const { temporalFolder } = layoutOf(data.path);
  const files = readdirSync(temporalFolder).filter((name) => name.startsWith('temporal.db'));
  expect(files).not.toEqual([]);
  for (const name of files) rmSync(join(temporalFolder, name));
};

const loseBoth = async (): Promise<void> => {
  const temporal = server.now().temporalPid();
  await server.now().kill('SIGKILL');
  try {
    process.kill(temporal, 'SIGKILL');
  } catch {
    // It went with its server.
  }
  removeDatabase();
  await server.start();
};

const loseEngine = async (): Promise<void> => {
  removeDatabase();
  await server.kill('Temporal');
  const noticed = () => server.now().log().includes('the workflow engine has lost its database');
  await until('the loss to be noticed', noticed);
};

test.each([
  ['that ended with its server', 'owners', loseBoth],
  ['under a server that runs on', 'others', loseEngine],
] as const)(
  'REL-11 approvals, logins that wait for them and bypasses go on after an engine %s has lost everything',
  async (_, group, lose) => {
    const { rest } = server.now();
    const [first, second, third] = owners.get(group)!;
    const { approvalId } = await rest.ok<{ approvalId: string }>('POST', '/approvals', {
      requestor: 'rita@example.org',
      subject: { kind: 'group', id: 'g', name: 'G' },
      title: 'Join G',
      policyId: `two-${group}`,
    });
    await decideAs(rest, first!, approvalId);
    const { hash } = await approvalNow(rest, approvalId);
    const confirming = await rest.ok<Asked>('POST', `/approvals/${approvalId}/approve`, {
      approver: second!.username,
      hash,
    });
    const person = await addOathUser(rest, `ada-${group}@example.org`);
    const login = await rest.ok<Asked>('POST', '/authentications', {
      user: person.username,
      application: `Vault of ${group}`,
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
    await lose();

    const { rest: now } = server.now();
    // The verification that was open confirms the decision that it was begun for.
    await until('the code to be taken', async () => {
      const path = `/authentications/${confirming.requestId}/code`;
      const { status } = await now.call('POST', path, { code: second!.rightCode() });
      return status === 200;
    });
    await until(
      'the approval',
      async () => (await approvalNow(now, approvalId)).state === 'approved',
    );
    await decideAs(now, third!, login.requestId);
    expect(await endOf(now, login.requestId)).toMatchObject({ state: 'approved' });
    const over = await until('the bypass to end', () =>
      factsOnDisk(data.path, 'BypassEnded').find((fact) => fact.data['bypassId'] === bypassId),
    );
    expect(over.data['ended']).toBe('expired');
    const facts = factsOnDisk(
      data.path,
      'ApprovalGranted',
      'ApproverAsked',
      'ApprovalStageStarted',
    );
    const ofFirst = facts.filter(({ stream }) => stream.includes(approvalId));
    // Nobody was asked a second time, and it was granted once.
    expect(ofFirst.map(({ type }) => type)).toEqual([
      'ApprovalStageStarted',
      ...owners.get(group)!.map(() => 'ApproverAsked'),
      'ApprovalGranted',
    ]);
    const sent = factsOnDisk(data.path, 'AuthenticationChallengeSent');
    const ofConfirming = sent.filter(({ stream }) => stream.includes(confirming.requestId));
    expect(ofConfirming).toHaveLength(1);
  },
);

test('REL-20 nothing was left uncaught', () => {
  expect(server.faults()).toEqual([]);
});
