import { createHash, randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { newId } from '../../adapters/ids.ts';
import type { AskDecision, NewApprovalRequest } from '../../domain/approval/inputs.ts';
import { policyWith, usualStage, type ApprovalPolicy } from '../../domain/approval/policy.ts';
import type { EventType } from '../../domain/events.ts';
import { approvalStream, authenticationStream, settingsStream } from '../../domain/ids.ts';
import type { Sealed } from '../../domain/sealed.ts';
import {
  cancelApprovalUpdate,
  closeGrantUpdate,
  decideUpdate,
  openedUpdate,
  submitCodeUpdate,
  type Workflows,
} from '../../workflows/contracts.ts';
import {
  addTokenHolder,
  codeOf,
  origin,
  sealForRequest,
  type Person,
} from '../activities/people.ts';
import type { Engine } from './engine.ts';

export const secondMs = 1_000;
export const minuteMs = 60 * secondMs;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

export type Asked = {
  readonly approvalId: string;
  readonly stream: string;
  readonly handle: WorkflowHandle<Workflows['approval']>;
  readonly requestor: Person;
};

/** Who decides a test's request, and how: everything else is as spec/90 has it. */
export const byUsers = (
  people: readonly Pick<Person, 'userId'>[],
  stage: Parameters<typeof usualStage>[1] = {},
  more: Partial<ApprovalPolicy> = {},
): ApprovalPolicy =>
  policyWith({
    name: 'Test',
    stages: [
      usualStage(
        { kind: 'any', of: people.map(({ userId }) => ({ kind: 'user', userId }) as const) },
        stage,
      ),
    ],
    ...more,
  });

/** What tests of approvals do over and over, on the engine of the moment. */
export const approvalsIn = (engine: () => Engine) => {
  const people = async (count: number): Promise<Person[]> =>
    await Promise.all(Array.from({ length: count }, () => addTokenHolder(engine().node)));

  const setItem = async (
    kind: 'approvalPolicy' | 'loginPolicy' | 'webhook',
    item: unknown,
    itemId: string = randomUUID(),
  ): Promise<string> => {
    const handle = await engine().start('change', `change-${randomUUID()}`, {
      kind: 'configuration',
      command: { type: 'setItem', kind, itemId, item } as never,
      origin,
    });
    await handle.result();
    return itemId;
  };

  /** A calling system that acknowledges from some instant on. @returns its webhook's id */
  const receiver = async (fromMs = 0): Promise<string> => {
    engine().node.webhooks.answerWith(() =>
      engine().world.clock.nowMs < fromMs
        ? { kind: 'noAnswer', reason: 'connect' }
        : { kind: 'answered', status: 204 },
    );
    const itemId = 'receiver';
    const place = {
      owner: 'settings',
      stream: settingsStream,
      field: `webhook.${itemId}.keys.k1`,
    } as const;
    const secret = await engine().node.secrets.seal(place, 'a-secret-of-thirty-two-characters');
    const webhook = {
      url: 'https://receiver.example.org/',
      types: [],
      active: true,
      keys: [{ keyId: 'k1', secret }],
    };
    return await setItem('webhook', webhook, itemId);
  };
  const postsOf = (deliveryId: string) =>
    engine().node.webhooks.posts.filter((post) => post.deliveryId === deliveryId);

  const sealText = async (approvalId: string, field: string, text: string): Promise<Sealed> =>
    await engine().node.secrets.seal(
      { owner: 'requests', stream: approvalStream(approvalId), field },
      text,
    );

  const newRequest = async (
    approvalId: string,
    requestor: Pick<Person, 'userId'>,
    policyId: string,
    more: Partial<NewApprovalRequest> = {},
  ): Promise<NewApprovalRequest> => ({
    requestor: { userId: requestor.userId },
    subject: { kind: 'role', id: 'role1', name: 'Domain admins' },
    texts: {
      title: await sealText(approvalId, 'title', 'Join Domain admins'),
      details: await sealText(
        approvalId,
        'details',
        JSON.stringify([{ label: 'Ticket', value: 'T-1' }]),
      ),
    },
    policyId,
    callerId: 'apiClient:test',
    origin: { ...origin, correlationId: approvalId },
    ...more,
  });

  /** Makes a request and hears how it was taken. */
  const request = async (
    policy: ApprovalPolicy,
    requestor: Person,
    more: Partial<NewApprovalRequest> = {},
  ) => {
    const approvalId = newId();
    const stream = approvalStream(approvalId);
    const policyId = await setItem('approvalPolicy', policy);
    const open = await newRequest(approvalId, requestor, policyId, more);
    const handle = await engine().start('approval', stream, { approvalId, open });
    const opened = await handle.executeUpdate(openedUpdate, { args: [{ approvalId }] });
    return { approvalId, stream, handle, requestor, opened };
  };

  const facts = async ({ stream }: Pick<Asked, 'stream'>) =>
    await engine().node.events.readStream(stream);
  const types = async (asked: Pick<Asked, 'stream'>): Promise<readonly EventType[]> =>
    (await facts(asked)).map(({ type }) => type);

  const hashOf = async (asked: Pick<Asked, 'stream'>): Promise<string> => {
    const [first] = await facts(asked);
    return first?.type === 'ApprovalRequested' ? first.data.hash : '';
  };

  /** Hands a decision in; it is confirmed later, if ever. */
  const ask = async (
    asked: Asked,
    approver: Pick<Person, 'userId'>,
    decision: AskDecision['decision'] = 'approve',
    more: Partial<AskDecision> = {},
  ): Promise<string> => {
    const comment =
      decision === 'reject' ? { comment: await sealText(asked.approvalId, 'comment', 'No') } : {};
    const { authenticationId } = await asked.handle.executeUpdate(decideUpdate, {
      args: [
        {
          approver: { userId: approver.userId },
          decision,
          hash: await hashOf(asked),
          origin,
          ...comment,
          ...more,
        },
      ],
    });
    return authenticationId ?? '';
  };

  /** The approver's own code ends the verification. */
  const confirm = async (approver: Person, authenticationId: string, code?: string) => {
    const stream = authenticationStream(authenticationId);
    await engine().onRecord(stream, 'AuthenticationChallengeSent');
    const right = codeOf(approver, await engine().env.currentTimeMs());
    const sealed = await sealForRequest(engine().node, authenticationId, 'code', code ?? right);
    await engine()
      .client.workflow.getHandle(stream)
      .executeUpdate(submitCodeUpdate, { args: [{ code: sealed, origin }] });
  };

  /** Decides and confirms; resolves once that is on record. */
  const decide = async (
    asked: Asked,
    approver: Person,
    decision: AskDecision['decision'] = 'approve',
    more: Partial<AskDecision> = {},
  ): Promise<string> => {
    const authenticationId = await ask(asked, approver, decision, more);
    await confirm(approver, authenticationId);
    await settled(asked, authenticationId);
    return authenticationId;
  };

  /** Resolves once a verification counted, or did not. */
  const settled = async ({ stream }: Pick<Asked, 'stream'>, authenticationId: string) =>
    await new Promise<EventType>((resolve, reject) => {
      const subscription = engine().node.events.subscribe(
        0,
        (events) => {
          const found = events.find(
            (event) =>
              event.stream === stream &&
              (event.type === 'ApprovalDecided' || event.type === 'ApprovalDecisionRefused') &&
              event.data.authenticationId === authenticationId,
          );
          if (!found) return;
          subscription.close();
          resolve(found.type);
        },
        reject,
      );
    });

  const cancel = async ({ handle }: Asked, force?: string) =>
    await handle.executeUpdate(cancelApprovalUpdate, {
      args: [
        force === undefined
          ? { force: false, callerId: 'apiClient:test', origin }
          : {
              force: true,
              reason: force,
              callerId: 'administrator:root',
              origin: { actor: { kind: 'administrator', id: 'root' } },
            },
      ],
    });
  const close = async ({ handle }: Asked, reason = 'done') =>
    await handle.executeUpdate(closeGrantUpdate, {
      args: [{ reason, callerId: 'apiClient:test', origin }],
    });

  return {
    people,
    setItem,
    receiver,
    postsOf,
    newRequest,
    request,
    facts,
    types,
    hashOf,
    ask,
    confirm,
    decide,
    settled,
    cancel,
    close,
    sealText,
  };
};

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
