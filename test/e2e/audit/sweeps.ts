import { expect, test } from '@jest/globals';
import type { EventReply } from '../../../api/rest/events.ts';
import { addSdkAccount, sdkOf } from '../support/people.ts';
import { sdkOrders } from '../support/sdkSweep.ts';
import { ordersOf } from '../support/sweep.ts';
import { until } from '../support/until.ts';
import type { AuditWorld } from './world.ts';

/** Orders that change nothing there is to record. */
const noChange: Readonly<Record<string, string>> = {
  dropState: 'removes a throw-away file',
};
type Call = readonly [method: string, path: string, body: unknown];
const person = '/users/sweep@example.org';
/** What is in the way of an order by its nature, done before it. */
const prepared: Readonly<Record<string, readonly Call[]>> = {
  enableUser: [['POST', `${person}/disable`, {}]],
  unblockUser: [['POST', '/blocks', { username: 'sweep@example.org', reason: 'Sweep' }]],
  revokeBypass: [['POST', '/bypasses', { user: 'sweep@example.org', reason: 'Sweep' }]],
  addUser: [['DELETE', person, undefined]],
  // Only who has a code to guess can guess wrong.
  unlockUser: [
    ['PATCH', person, { method: 'oath' }],
    ['POST', `${person}/enable`, {}],
    ['POST', '/blocks/sweep@example.org/unblock', { reason: 'Sweep' }],
    ['POST', `${person}/tokens`, {}],
    [
      'POST',
      '/authentications',
      { user: 'sweep@example.org', application: 'Sweep', code: '000000' },
    ],
  ],
};
const policy = {
  name: 'Sweep',
  stages: [{ approvers: { kind: 'group', group: 'Sweepers' } }],
};
const radius = { servers: [{ serverId: 'one', address: '192.0.2.1', secret: 'x'.repeat(24) }] };
const decision = { approver: 'sweep@example.org', hash: '0'.repeat(64) };
/** Where the schema alone does not make a body that works. */
const bodies: Readonly<Record<string, unknown>> = {
  addRadiusClient: { addresses: ['192.0.2.1'] },
  setRadiusClient: { addresses: ['192.0.2.1'] },
  changeUser: { firstName: 'Sweep' },
  changeSettings: { companyName: 'Swept' },
  editUsers: { usernames: ['sweep@example.org'], changes: { lastName: 'Swept' } },
  setSecurityQuestions: {
    questions: ['One', 'Two', 'Three', 'Four'].map((question) => ({ question, answer: question })),
  },
  setTrustedIps: { addresses: ['192.0.2.7'] },
  addApprovalPolicy: policy,
  setApprovalPolicy: policy,
  addRadiusTarget: radius,
  setRadiusTarget: radius,
  createApproval: {
    requestor: 'sweep@example.org',
    subject: { kind: 'group', id: 'g', name: 'G' },
    title: 'Sweep',
    policyId: 'sweep',
  },
  approveApproval: decision,
  rejectApproval: { ...decision, comment: 'No' },
  setDelegation: {
    to: 'otto@example.org',
    from: new Date(Date.now() + 60_000).toISOString(),
    until: new Date(Date.now() + 600_000).toISOString(),
  },
  makeState: { at: 1 },
};
/** Bodies that are no JSON. */
const files: Readonly<Record<string, readonly [type: string, text: string]>> = {
  importUsers: ['text/csv', 'username\r\nsweep-2@example.org\r\n'],
  importTokens: ['text/csv', 'upn,serial number,secret key,time interval,manufacturer,model\r\n'],
  setVoiceMessageAudio: ['audio/wav', 'RIFF'],
};

/** An order that leaves nothing shall not hold up the others for long. */
const patienceMs = 10_000;

/** Every order of every interface, one after the other (spec/85, must hold 7). */
export const sweeps = (world: AuditWorld): void => {
  const { add, eventsAfter, newest } = world;
  /** Refusals are written behind the answer, and lists show an event when they have it. */
  const comes = async (from: number, fits: (event: EventReply) => boolean): Promise<boolean> =>
    await until('the event', async () => (await eventsAfter(from)).some(fits), patienceMs).catch(
      () => false,
    );

  test('H85-7 every order of REST leaves an event with who gave it and from where', async () => {
    // Nobody waits here for what a program is told of each order.
    await world.server.rest.call('DELETE', '/configuration/webhook/all', undefined, {
      'if-match': '*',
    });
    await add('sweep@example.org');
    const orders = await ordersOf(world.server.rest);
    const outcomes: [string, number][] = [];
    const faults: string[] = [];
    for (const { id, method, path, body } of orders) {
      for (const [verb, before, sent] of prepared[id] ?? [])
        await world.server.rest.call(verb, before, sent);
      const from = await newest();
      const url = path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
        name === 'username' ? 'sweep@example.org' : 'sweep',
      );
      const given = id in bodies ? bodies[id] : body;
      const [type, sent] = files[id] ?? [
        'application/json',
        given === undefined ? undefined : JSON.stringify(given),
      ];
      const headers = /^(DELETE|PATCH)$/.test(method) ? { 'if-match': '*' } : {};
      const response = await fetch(`${world.server.info.http}/api/v1${url}`, {
        method,
        headers: {
          authorization: `Bearer ${world.token}`,
          ...(sent === undefined ? {} : { 'content-type': type }),
          ...headers,
        },
        ...(sent === undefined ? {} : { body: sent }),
      });
      const text = await response.text();
      outcomes.push([id, response.status]);
      if (id in noChange) continue;
      const isOnRecord = await comes(from, (event) => {
        const { actorKind, actorId, channel, address } = event;
        const who = `${actorKind} ${actorId} ${channel} ${address}`;
        const isRefusal = event.type === 'audit.actionRefused' && event.data['operation'] === id;
        return who === 'administrator local rest 127.0.0.1' && (response.ok || isRefusal);
      });
      if (!isOnRecord) faults.push(`${id} ${response.status} ${text.slice(0, 300)}`);
    }
    expect(faults).toEqual([]);

    expect(outcomes.filter(([, status]) => status < 300).length).toBeGreaterThan(40);
  }, 300_000);

  test('H85-7 H85-9 every order of the SDK leaves an event with who gave it and from where, done or refused', async () => {
    const sdk = sdkOf(world.server, await addSdkAccount(world.server.rest, 'sweeper'));
    const faults: string[] = [];
    const results: [string, boolean][] = [];
    for (const username of ['by-sdk@example.org', 'never-there@example.org'])
      for (const [operation, args] of sdkOrders(username)) {
        const isUnknown = username.startsWith('never');
        if (isUnknown && operation === 'AddUser') continue;
        const from = await newest();
        const answer = await sdk.call(operation, args);
        const isDone = answer.text(`${operation}Result`) === 'true';
        if (!isUnknown) results.push([operation, isDone]);
        const isNoChange = isDone && /^SetUserSettings|^SetPhone$/.test(operation);
        if (isNoChange) continue;
        const isOnRecord = await comes(
          from,
          ({ actorKind, actor, channel, address }) =>
            `${actorKind} ${channel} ${address}` === 'serviceAccount sdk 127.0.0.1' &&
            actor.startsWith('serviceAccount sweeper'),
        );
        if (!isOnRecord) faults.push(`${operation} ${username} ${answer.body}`);
      }
    sdk.close();
    expect(faults).toEqual([]);
    const done = results.filter(([, isDone]) => isDone).map(([operation]) => operation);
    for (const operation of ['AddUser', 'SetPin', 'Disable', 'OneTimeBypass', 'DeleteUserGdpr'])
      expect([operation, done.includes(operation)]).toEqual([operation, true]);
  }, 120_000);
};
