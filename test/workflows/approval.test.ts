import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { attemptSecrets } from '../../domain/attemptSecrets.ts';
import { shortHash, shownText } from '../../domain/approval/shown.ts';
import { approvalStream, authenticationStream } from '../../domain/ids.ts';
import { userKey } from '../../domain/sealed.ts';
import {
  answerUpdate,
  cancelUpdate,
  decideUpdate,
  openedUpdate,
} from '../../workflows/contracts.ts';
import {
  activate,
  addPerson,
  changeUser,
  codeOf,
  origin,
  sealForRequest,
} from '../activities/people.ts';
import { runIn } from '../activities/world.ts';
import { approvalsIn, byUsers, dayMs, sha256, type Asked } from './approvals.ts';
import { keepHistory, loseRun, startEngine, type Engine } from './engine.ts';

jest.setTimeout(20_000);
let engine: Engine;
beforeAll(async () => void (engine = await startEngine()), 60_000);
afterAll(async () => await engine.stop(), 30_000);

const { people, request, facts, types, ask, confirm, decide, settled, hashOf, sealText } =
  approvalsIn(() => engine);

/** Why an order was refused. */
const kindOf = async (order: Promise<unknown>): Promise<string | null | undefined> => {
  try {
    await order;
    return 'not refused';
  } catch (error) {
    if (!(error instanceof WorkflowUpdateFailedError)) throw error;
    return error.cause instanceof ApplicationFailure ? error.cause.type : undefined;
  }
};

const delegate = async (from: { userId: string }, to: { userId: string }) => {
  const nowMs = await engine.env.currentTimeMs();
  engine.world.clock.nowMs = nowMs;
  await changeUser(engine.node, {
    who: { userId: from.userId },
    command: {
      type: 'setDelegation',
      data: {
        delegationId: randomUUID(),
        toUserId: to.userId,
        from: new Date(nowMs - 1_000).toISOString(),
        until: new Date(nowMs + dayMs).toISOString(),
      },
    },
  });
};

const decisionsOf = async (asked: Pick<Asked, 'stream'>) =>
  (await facts(asked)).flatMap((fact) => (fact.type === 'ApprovalDecided' ? [fact.data] : []));

describe('decisions', () => {
  test('H90-1 two of three: the second approval ends it', async () => {
    const [requestor, a, b, c] = await people(4);
    const asked = await request(byUsers([a!, b!, c!], { quorum: 2 }), requestor!);
    expect(asked.opened).toMatchObject({ kind: 'open', state: 'pending' });
    await decide(asked, a!);
    expect(await types(asked)).not.toContain('ApprovalGranted');
    await decide(asked, b!);
    expect(await asked.handle.result()).toEqual({ outcome: 'approved' });
    expect((await types(asked)).slice(-3)).toEqual([
      'ApprovalDecided',
      'ApprovalStageClosed',
      'ApprovalGranted',
    ]);
    await keepHistory('approval-two-of-three', asked.handle);
  });

  test('H90-1 one rejection ends it, with its comment', async () => {
    const [requestor, a, b] = await people(3);
    const asked = await request(byUsers([a!, b!], { quorum: 2 }), requestor!);
    expect(await kindOf(ask(asked, a!, 'reject', { comment: undefined as never }))).toBe('invalid');
    await decide(asked, a!, 'reject');
    expect(await asked.handle.result()).toEqual({ outcome: 'rejected' });
    const [decided] = await decisionsOf(asked);
    const place = {
      owner: userKey(requestor!.userId),
      stream: asked.stream,
      field: 'comment',
    } as const;
    expect(await engine.node.secrets.open(place, decided!.comment!)).toBe('No');
    await keepHistory('approval-rejected', asked.handle);
  });

  test('two last approvals at once: both are on record, one closes the stage', async () => {
    const [requestor, a, b] = await people(3);
    const asked = await request(byUsers([a!, b!]), requestor!);
    const [first, second] = [await ask(asked, a!), await ask(asked, b!)];
    await Promise.all([confirm(a!, first), confirm(b!, second)]);
    expect(await asked.handle.result()).toEqual({ outcome: 'approved' });
    const decisions = await decisionsOf(asked);
    expect(decisions.map(({ counted }) => counted)).toEqual([true, false]);
    const all = await types(asked);
    expect(all.filter((type) => type === 'ApprovalStageClosed')).toHaveLength(1);
  });

  test('a mind may be changed until the stage closes; the last word counts', async () => {
    const [requestor, a, b] = await people(3);
    const policy = byUsers([a!, b!], { quorum: 2, rejection: 'impossible' });
    const asked = await request(policy, requestor!);
    await decide(asked, a!, 'approve');
    const again = await ask(asked, a!, 'reject');
    await confirm(a!, again, codeOf(a!, await engine.env.currentTimeMs(), 1));
    await settled(asked, again);
    expect(await asked.handle.result()).toEqual({ outcome: 'rejected' });
    expect((await decisionsOf(asked)).map(({ decision }) => decision)).toEqual([
      'approve',
      'reject',
    ]);
  });
});

describe('H90-3 a decision without a successful verification never counts', () => {
  test('neither with wrong codes nor without any answer', async () => {
    const [requestor, a] = await people(2);
    const asked = await request(byUsers([a!]), requestor!);
    const wrong = await ask(asked, a!);
    for (let tries = 0; tries < 3; tries += 1) await confirm(a!, wrong, 'no');
    expect(await settled(asked, wrong)).toBe('ApprovalDecisionRefused');
    const silent = await ask(asked, a!);
    const attempt = engine.client.workflow.getHandle(authenticationStream(silent));
    await engine.onRecord(authenticationStream(silent), 'AuthenticationChallengeSent');
    await attempt.executeUpdate(cancelUpdate, { args: [{ origin }] });
    expect(await settled(asked, silent)).toBe('ApprovalDecisionRefused');
    expect(await decisionsOf(asked)).toEqual([]);
    expect((await types(asked)).at(-1)).toBe('ApprovalDecisionRefused');
  });

  test('nor does one that is handed in twice count twice', async () => {
    const [requestor, a, b] = await people(3);
    const asked = await request(byUsers([a!, b!], { quorum: 2 }), requestor!);
    const input = {
      approver: { userId: a!.userId },
      decision: 'approve',
      hash: await hashOf(asked),
      origin,
    } as const;
    const order = { updateId: 'same', args: [input] } as const;
    const first = await asked.handle.executeUpdate(decideUpdate, order as never);
    const second = await asked.handle.executeUpdate(decideUpdate, order as never);
    expect(second).toEqual(first);
    expect(await kindOf(ask(asked, a!))).toBe('conflict');
    const { authenticationId } = first as { authenticationId: string };
    await confirm(a!, authenticationId);
    await settled(asked, authenticationId);
    expect(await decisionsOf(asked)).toHaveLength(1);
    // The verification that confirmed it is spent: it does not confirm anything a second time.
    expect(await types(asked)).not.toContain('ApprovalGranted');
  });

  test('nor with a bypass, a cached approval or a trusted address', async () => {
    const [requestor, a] = await people(2);
    engine.world.clock.nowMs = await engine.env.currentTimeMs();
    const until = new Date(engine.world.clock.nowMs + dayMs).toISOString();
    await engine.node.events.commit([
      {
        stream: `user-${a!.userId}`,
        expectedRevision: (await engine.node.events.readStream(`user-${a!.userId}`)).length - 1,
        events: [
          {
            type: 'BypassCreated',
            data: { bypassId: 'b1', seconds: 86_400, until, reason: 'test' },
            id: randomUUID(),
            meta: { at: until, actor: origin.actor },
          },
        ],
      },
    ]);
    const asked = await request(byUsers([a!]), requestor!);
    const id = await ask(asked, a!);
    await engine.onRecord(authenticationStream(id), 'AuthenticationChallengeSent');
    expect(await decisionsOf(asked)).toEqual([]);
    await confirm(a!, id);
    expect(await settled(asked, id)).toBe('ApprovalDecided');
  });
});

/** The number that is shown at the decision, as the person types it into the app. */
const numberOf = async (requestId: string) =>
  await sealForRequest(
    engine.node,
    requestId,
    'number',
    attemptSecrets(engine.node.secrets).matchNumber(requestId),
  );

describe('H90-4 SEC-67 the requestor cannot approve', () => {
  test('directly, in a group, for somebody else, or as administrator', async () => {
    const [requestor, a, beneficiary] = await people(3);
    for (const person of [requestor!, a!, beneficiary!])
      await changeUser(engine.node, {
        who: { userId: person.userId },
        command: { type: 'update', data: { group: `admins-${a!.userId}` } },
      });
    const approvers = { kind: 'group', group: `admins-${a!.userId}` } as const;
    const stage = { ...byUsers([a!]).stages[0]!, approvers };
    const asked = await request(byUsers([a!], {}, { stages: [stage] }), requestor!, {
      beneficiary: { userId: beneficiary!.userId },
    });
    const started = await engine.onRecord(asked.stream, 'ApprovalStageStarted');
    expect(started.data.approvers).toMatchObject({ userIds: [a!.userId] });
    expect(await kindOf(ask(asked, requestor!))).toBe('notAllowed');
    expect(await kindOf(ask(asked, beneficiary!))).toBe('notAllowed');
    const admin = { origin: { actor: { kind: 'administrator', id: requestor!.userId } } } as const;
    expect(await kindOf(ask(asked, requestor!, 'approve', admin))).toBe('notAllowed');
    // Whoever hands it in: only the approver's own factor makes it count.
    const id = await ask(asked, a!, 'approve', admin);
    await confirm(requestor!, id);
    expect(await decisionsOf(asked)).toEqual([]);
  });

  test('by delegation, to the requestor or through the requestor', async () => {
    const [requestor, a, deputy] = await people(3);
    await delegate(a!, requestor!);
    await delegate(requestor!, deputy!);
    const asked = await request(byUsers([a!, requestor!]), requestor!);
    expect(await kindOf(ask(asked, requestor!))).toBe('notAllowed');
    expect(await kindOf(ask(asked, deputy!))).toBe('notAllowed');
    await delegate(a!, deputy!);
    await decide(asked, deputy!);
    const [decided] = await decisionsOf(asked);
    expect(decided).toMatchObject({ approverId: deputy!.userId, delegatedFrom: a!.userId });
    expect(await asked.handle.result()).toEqual({ outcome: 'approved' });
  });

  test('on a device that both have registered', async () => {
    const { node, world } = engine;
    world.clock.nowMs = await engine.env.currentTimeMs();
    const [requestor] = await people(1);
    const a = await addPerson(node);
    const phone = await activate(node, world, a);
    const theirs = await activate(node, world, requestor!);
    const asked = await request(byUsers([a]), requestor!);
    const decideOn = async (phoneNow: { tokenHash: string }) => {
      const id = await ask(asked, a);
      const stream = authenticationStream(id);
      const sent = await engine.onRecord(stream, 'AuthenticationChallengeSent');
      const { guid } = sent.data.devices[0]!;
      await engine.client.workflow.getHandle(stream).executeUpdate(answerUpdate, {
        args: [
          { guid, tokenHash: phoneNow.tokenHash, answer: 'approve', number: await numberOf(id) },
        ],
      });
      return await settled(asked, id);
    };
    // The approver's app takes over the requestor's device.
    const at = new Date(world.clock.nowMs).toISOString();
    await node.events.commit([
      {
        stream: `user-${requestor!.userId}`,
        expectedRevision: (await node.events.readStream(`user-${requestor!.userId}`)).length - 1,
        events: [
          {
            type: 'DeviceTokenChanged',
            data: {
              deviceId: theirs.deviceId,
              tokenHash: phone.tokenHash,
              notificationType: 'pull',
            },
            id: randomUUID(),
            meta: { at, actor: origin.actor },
          },
        ],
      },
    ]);
    expect(await decideOn(phone)).toBe('ApprovalDecisionRefused');
    const refused = await engine.onRecord(asked.stream, 'ApprovalDecisionRefused');
    expect(refused.data.reason).toBe('sharedDevice');
  });
});

describe('H90-5 what is shown cannot change', () => {
  test('the hash of the request is the one in the app and in the decision', async () => {
    const [requestor, a] = await people(2);
    const asked = await request(byUsers([a!]), requestor!);
    const hash = sha256(
      shownText({
        title: 'Join Domain admins',
        details: [{ label: 'Ticket', value: 'T-1' }],
        link: undefined,
        justification: undefined,
        requestorId: requestor!.userId,
        beneficiaryId: undefined,
        subject: { kind: 'role', id: 'role1', name: 'Domain admins' },
      }),
    );
    expect(await hashOf(asked)).toBe(hash);
    expect(await kindOf(ask(asked, a!, 'approve', { hash: sha256('other') }))).toBe('conflict');
    const id = await ask(asked, a!);
    const stream = authenticationStream(id);
    const verification = await runIn(asked.stream, engine.node.activities.approvalVerification, {
      approvalId: asked.approvalId,
      authenticationId: id,
    });
    const place = { owner: 'requests', stream, field: 'context' } as const;
    const text = await engine.node.secrets.open(place, verification!.context!);
    const shown = JSON.parse(text!) as {
      title: string;
      details: Record<string, string>;
    };
    expect(shown.title).toBe('Join Domain admins');
    expect(shown.details).toMatchObject({ Check: shortHash(hash), Ticket: 'T-1' });
    await confirm(a!, id);
    await settled(asked, id);
    expect((await decisionsOf(asked))[0]).toMatchObject({ hash, authenticationId: id });
  });

  test('the same id again is the same request, whatever its text', async () => {
    const [requestor, a] = await people(2);
    const asked = await request(byUsers([a!]), requestor!);
    const before = await facts(asked);
    await loseRun(asked.handle);
    const { approvalId, stream } = asked;
    const [first] = before;
    if (first?.type !== 'ApprovalRequested') throw new Error('it begins with its request');
    const handle = await engine.start('approval', stream, {
      approvalId,
      open: {
        requestor: { userId: requestor!.userId },
        subject: first.data.subject,
        texts: { title: await sealText(approvalId, 'title', 'Something else') },
        policyId: first.data.policyId,
        callerId: 'apiClient:test',
        origin,
      },
    });
    await handle.executeUpdate(openedUpdate, { args: [{ approvalId }] });
    expect((await facts(asked)).slice(0, before.length)).toEqual(before);
    expect(await hashOf(asked)).toBe(first.data.hash);
  });
});

test('who cannot be asked is not: no approvers, or too few', async () => {
  const [requestor, a] = await people(2);
  const nobody = await request(byUsers([requestor!]), requestor!);
  expect(nobody.opened).toMatchObject({ kind: 'refused', refusal: { code: 'NO_APPROVERS' } });
  const tooFew = await request(byUsers([a!], { quorum: 2 }), requestor!);
  expect(tooFew.opened).toMatchObject({ kind: 'refused', refusal: { code: 'QUORUM_TOO_LARGE' } });
  expect(await engine.node.events.readStream(approvalStream(tooFew.approvalId))).toEqual([]);
  const level = { ...byUsers([a!]).stages[0]! };
  const upwards = await request(byUsers([requestor!], { escalation: [{ ...level }] }), requestor!);
  expect(upwards.opened).toMatchObject({ kind: 'open', state: 'pending' });
  await engine.onRecord(upwards.stream, 'ApproverAsked');
  expect((await types(upwards)).slice(1, 3)).toEqual(['ApprovalEscalated', 'ApprovalStageStarted']);
});
