import type { StoredEvent } from '../adapters/eventStore/port.ts';
import type { BegunApproval } from '../domain/approval/approval.ts';
import { activationAsked } from '../domain/approval/callbacks.ts';
import type { ApprovalEnd } from '../domain/approval/inputs.ts';
import type { Delivery } from '../domain/delivery.ts';
import { approvalStream } from '../domain/ids.ts';
import { systemActor, type OpenAttempt } from '../domain/inputs.ts';
import type { JsonObject } from '../domain/json.ts';
import type { ApprovalLog } from './approvalLog.ts';
import type { ApprovalTextTools } from './approvalTexts.ts';

/** What is shown as the application that asks; what it is about stands in the context, sealed. */
const application = 'Approval';

/** What an approval has other workflows do: verifications and callbacks. */
export const approvalWork = ({ begun, onRecord }: ApprovalLog, texts: ApprovalTextTools) => ({
  /** The start of a verification that the approval waits for: it must ask, and nothing stands in for the answer. */
  async approvalVerification({
    approvalId,
    authenticationId,
  }: {
    readonly approvalId: string;
    readonly authenticationId: string;
  }): Promise<OpenAttempt | undefined> {
    const approval = await begun(approvalId);
    const waiting = approval.pending.find((one) => one.authenticationId === authenticationId);
    if (waiting === undefined) return undefined;
    const { request } = approval;
    const { methodClass } = request.policy.confirmation;
    const decides = waiting.kind === 'decision';
    return {
      requestId: authenticationId,
      who: { userId: decides ? waiting.approverId : request.requestorId },
      application,
      callerId: decides ? waiting.callerId : request.callerId,
      originKey: `approval-${authenticationId}`,
      channel: 'portal',
      requireUserMatch: true,
      mustAsk: true,
      context: await texts.context(approvalId, approval, authenticationId),
      origin: { actor: systemActor, correlationId: approvalId },
      ...(decides && methodClass !== 'any' ? { method: 'app' } : {}),
    };
  },

  /** One callback; repeated ones are the same to the letter. */
  async approvalDelivery({
    approvalId,
    deliveryId,
  }: {
    readonly approvalId: string;
    readonly deliveryId: string;
  }): Promise<Delivery | undefined> {
    const { approval, facts } = await onRecord(approvalId);
    const callback =
      approval.status === 'none'
        ? undefined
        : approval.callbacks.find((one) => one.deliveryId === deliveryId);
    if (approval.status === 'none' || callback === undefined) return undefined;
    const { webhookId } = approval.request;
    const asked = facts.find(
      (fact) => 'deliveryId' in fact.data && fact.data.deliveryId === deliveryId,
    );
    if (webhookId === undefined || asked === undefined) return undefined;
    const what =
      callback.purpose === 'outcome' ? deliveryId.slice(approvalId.length + 1) : callback.purpose;
    const callbackId = `${approvalId}-${what}`;
    // Told the other way round, the receiver would begin a grant that it has ended.
    const before = what === 'deactivate' ? activationAsked(approval) : undefined;
    return {
      deliveryId,
      webhookId,
      type: `approval.${what}`,
      occurredAt: asked.meta.at,
      aggregate: approvalStream(approvalId),
      ...(before === undefined ? {} : { after: before }),
      body: bodyOf({ approvalId, callbackId, what }, approval, asked, facts),
    };
  },

  async readApprovalEnd({
    approvalId,
  }: {
    readonly approvalId: string;
  }): Promise<ApprovalEnd | undefined> {
    const { approval } = await onRecord(approvalId);
    return approval.status === 'none' ? undefined : { outcome: approval.state };
  },
});

/** State and decisions, without addresses and without what people wrote. */
const bodyOf = (
  names: { readonly approvalId: string; readonly callbackId: string; readonly what: string },
  approval: BegunApproval,
  asked: StoredEvent,
  facts: readonly StoredEvent[],
): JsonObject => {
  const { request } = approval;
  const decisions = facts.flatMap((fact) =>
    fact.type === 'ApprovalDecided' && fact.position <= asked.position ? [fact.data] : [],
  );
  const activate = names.what === 'activate' && approval.ttlSeconds !== undefined;
  return {
    ...names,
    requestorId: request.requestorId,
    subject: { ...request.subject },
    policyId: request.policyId,
    hash: request.hash,
    ...(request.beneficiaryId === undefined ? {} : { beneficiaryId: request.beneficiaryId }),
    ...(request.reference === undefined ? {} : { reference: request.reference }),
    ...(activate ? { ttlSeconds: approval.ttlSeconds } : {}),
    decisions: decisions.map((decision) => ({
      approverId: decision.approverId,
      decision: decision.decision,
      at: decision.at,
      stage: decision.stage,
      level: decision.level,
      counted: decision.counted,
      ...(decision.delegatedFrom === undefined ? {} : { delegatedFrom: decision.delegatedFrom }),
      ...(decision.authenticationId === undefined
        ? {}
        : { authenticationId: decision.authenticationId }),
    })),
  };
};
