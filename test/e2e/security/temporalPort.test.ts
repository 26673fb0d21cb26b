import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { activatePhone, type AppPhone } from '../support/appPhone.ts';
import { factsOnDisk } from '../support/factLog.ts';
import { serve, temporaryData, type ServerProcess } from '../support/serverProcess.ts';
import {
  listensOn,
  temporalCli,
  type CliAnswer,
  type TemporalCli,
} from '../support/temporalCli.ts';
import { until } from '../support/until.ts';

/* Somebody on this machine reaches the workflow engine's port, and has no key. */

const username = 'held@example.org';
const application = 'Forged';
/** Longer than a busy machine takes for all that is tried meanwhile. */
const requestSeconds = 30;
const data = temporaryData();
let server: ServerProcess;
let phone: AppPhone;
let cli: TemporalCli;

beforeAll(async () => {
  server = await serve({ data: data.path });
  cli = await temporalCli(server.info.temporal);
  await server.rest.ok('POST', '/users', { username, method: 'app' });
  phone = await activatePhone(server, join(data.path, '..', 'phone'), username);
}, 120_000);

afterAll(() => data.remove(), 60_000);

type Shown = { state: string; code?: string; endedAt?: string; expiresAt?: string };
const stateOf = (requestId: string) =>
  server.rest.ok<Shown>('GET', `/authentications/${requestId}`);

const ask = async (name: string): Promise<{ requestId: string; workflow: string }> => {
  const { requestId } = await server.rest.ok<{ requestId: string }>('POST', '/authentications', {
    user: username,
    application: name,
    expiresIn: requestSeconds,
    numberMatch: false,
  });
  return { requestId, workflow: `authentication-${requestId}` };
};

const update = (id: string, name: string, ...input: string[]): Promise<CliAnswer> =>
  cli('workflow', 'update', 'execute', '--workflow-id', id, '--name', name, ...input);
const signal = (id: string, name: string, ...input: string[]): Promise<CliAnswer> =>
  cli('workflow', 'signal', '--workflow-id', id, '--name', name, ...input);

type Payload = { metadata: Record<string, string>; data: string };
const asArguments = ({ metadata, data: sealed }: Payload): string[] => [
  '--input-base64',
  '--input',
  sealed,
  ...Object.entries(metadata).flatMap(([name, value]) => [
    '--input-meta',
    `${name}=${Buffer.from(value, 'base64').toString()}`,
  ]),
];

/** Payloads of a history's updates, sealed as they are. */
const sealedUpdates = async (id: string): Promise<readonly Payload[]> => {
  const { stdout } = await cli('workflow', 'show', '--workflow-id', id, '-o', 'json');
  const { events } = JSON.parse(stdout) as { events: Record<string, unknown>[] };
  return events.flatMap((event) => {
    const accepted = event['workflowExecutionUpdateAcceptedEventAttributes'] as
      | { acceptedRequest?: { input?: { args?: { payloads?: Payload[] } } } }
      | undefined;
    return accepted?.acceptedRequest?.input?.args?.payloads ?? [];
  });
};

describe('SEC-74 what is not sealed for a workflow', () => {
  test('SEC-74 updates and signals from the command line decide nothing, raise an alarm, and the attempt ends at its deadline', async () => {
    // An approval of before, sealed by us: it belongs to another run.
    const earlier = await ask('Earlier');
    await phone.approve(await phone.push('Earlier'));
    expect((await stateOf(earlier.requestId)).state).toBe('approved');
    const copied = (await sealedUpdates(earlier.workflow))[0]!;
    expect(Buffer.from(copied.metadata['encoding'] ?? '', 'base64').toString()).toContain('sealed');

    const { requestId, workflow } = await ask(application);
    const push = await phone.push(application);
    const answer = {
      guid: push['guid'],
      tokenHash: phone.tokenHash,
      answer: 'approve',
      proof: phone.proofFor(push),
    };
    const cancel = { origin: { actor: { kind: 'system', id: 'countersign' } } };
    const refusedUpdates = await Promise.all([
      update(workflow, 'answer', '--input', JSON.stringify(answer)),
      update(workflow, 'answer'),
      update(workflow, 'cancel', '--input', JSON.stringify(cancel)),
      update(workflow, 'submitCode', '--input', '{"code":"000000"}'),
      update(workflow, 'answer', ...asArguments(copied)),
    ]);
    expect(refusedUpdates.map(({ code }) => code === 0)).toEqual(refusedUpdates.map(() => false));
    await Promise.all([
      signal(workflow, 'endAttempt', '--input', '{"code":"APPROVED"}'),
      signal(workflow, 'endAttempt', ...asArguments(copied)),
      signal(workflow, 'endAttempt'),
      signal(workflow, 'join', '--input', '{"requestId":"x"}'),
      signal(workflow, 'join'),
      signal(workflow, 'leaderEnded'),
      signal(workflow, 'unheardOf', '--input', '1'),
      cli('workflow', 'cancel', '--workflow-id', workflow),
    ]);
    expect((await stateOf(requestId)).state).toBe('awaiting-user');

    const alarms = () =>
      factsOnDisk(data.path, 'UnsealedPayloadRefused').filter(
        (fact) => fact.data['workflowId'] === workflow,
      );
    await until('the alarm', () => alarms().length > 0);
    expect(alarms()).toHaveLength(1);
    const log = await server.rest.ok<{ items: { type: string; summary: string }[] }>(
      'GET',
      '/audit?type=UnsealedPayloadRefused',
    );
    expect(log.items.map(({ type }) => type)).toContain('UnsealedPayloadRefused');

    const ended = await until(
      'the deadline',
      async () => {
        const shown = await stateOf(requestId);
        return shown.state === 'awaiting-user' ? undefined : shown;
      },
      (requestSeconds + 60) * 1_000,
    );
    expect(ended).toMatchObject({ state: 'expired', code: 'NO_RESPONSE' });
    const lateMs = Date.parse(ended.endedAt ?? '') - Date.parse(ended.expiresAt ?? '');
    expect(lateMs).toBeLessThan(3_000);
    const outcomes = factsOnDisk(
      data.path,
      'AuthenticationDeviceAnswered',
      'AuthenticationApproved',
    );
    expect(outcomes.filter(({ stream }) => stream === workflow)).toEqual([]);
    process.stderr.write(`SEC-74: ended ${lateMs} ms after its deadline\n`);
  }, 180_000);

  test('SEC-74 a workflow that somebody else starts does nothing', async () => {
    const before = factsOnDisk(
      data.path,
      'SettingsChanged',
      'UserAdded',
      'AuthenticationRequested',
    );
    const forgedId = 'ABCDEF0123456789ABCDEF0123456789';
    const inputs = {
      authentication: { requestId: forgedId, who: { userId: 'x' }, callerId: 'x' },
      change: {
        kind: 'configuration',
        command: { type: 'changeSettings', changes: { blockDays: 1 } },
      },
    };
    for (const [type, input] of Object.entries(inputs)) {
      const where = [
        '--type',
        type,
        '--task-queue',
        'countersign',
        '--workflow-id',
        `${type}-forged`,
      ];
      await cli('workflow', 'start', ...where, '--input', JSON.stringify(input));
      const end = await cli('workflow', 'result', '--workflow-id', `${type}-forged`);
      expect(end.code).not.toBe(0);
    }
    expect(
      factsOnDisk(data.path, 'SettingsChanged', 'UserAdded', 'AuthenticationRequested'),
    ).toEqual(before);
  }, 120_000);

  test('SEC-74 nobody lifts a block that way', async () => {
    const user = 'blocked@example.org';
    await server.rest.ok('POST', '/users', { username: user, method: 'oath' });
    await server.rest.ok('POST', `/users/${user}/tokens`, {});
    const { blockId } = await server.rest.ok<{ blockId: string }>('POST', '/blocks', {
      username: user,
      reason: 'A test',
    });
    const workflow = `userBlock-${blockId}`;
    await signal(workflow, 'lift');
    await signal(workflow, 'lift', '--input', '{}');
    await cli('workflow', 'cancel', '--workflow-id', workflow);
    const asked = await server.rest.ok<Shown>('POST', '/authentications', { user, application });
    expect(asked).toMatchObject({ state: 'denied', code: 'USER_BLOCKED' });
    expect(factsOnDisk(data.path, 'UserUnblocked')).toEqual([]);
  }, 120_000);

  test('SEC-74 afterwards a person still signs in', async () => {
    const { requestId } = await ask('Afterwards');
    await phone.approve(await phone.push('Afterwards'));
    expect((await stateOf(requestId)).state).toBe('approved');
  }, 120_000);
});

describe('SEC-75 the workflow engine', () => {
  test('SEC-75 listens on this machine alone, as do the front ends', async () => {
    const loopback = /^(?:0100007F|00000000000000000000000001000000):/;
    const own = await listensOn(server.pid);
    const engine = await listensOn(server.temporalPid());
    expect(own.length).toBeGreaterThanOrEqual(2);
    expect(engine.length).toBeGreaterThanOrEqual(1);
    expect([...own, ...engine].filter((address) => !loopback.test(address))).toEqual([]);
  });

  test('SEC-75 has one namespace of ours, no UI, and no commands across namespaces', async () => {
    const words = readFileSync(`/proc/${server.temporalPid()}/cmdline`, 'utf8').split('\0');
    expect(words).toContain('--headless');
    expect(words).toContain('--dynamic-config-value=system.enableCrossNamespaceCommands=false');
    const { stdout } = await cli('operator', 'namespace', 'list', '-o', 'json');
    const names = [...stdout.matchAll(/"name": *"([^"]+)"/g)].map(([, name]) => name);
    // The development server always makes a namespace of its own; nothing of ours works in it.
    expect(new Set(names)).toEqual(new Set(['countersign', 'default', 'temporal-system']));
  });
});
