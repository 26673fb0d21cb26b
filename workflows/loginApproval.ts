import { ParentClosePolicy, startChild, TemporalFailure, sleep } from '@temporalio/workflow';
import type { ApprovalEnd, ApprovalInput } from '../domain/approval/inputs.ts';
import { approvalStream } from '../domain/ids.ts';
import { systemActor } from '../domain/inputs.ts';
import { abandonApprovalSignal, workflowTaskTimeout } from './contracts.ts';
import { tell } from './effects.ts';
import { msUntil, steps } from './steps.ts';

/** How often an approval that an earlier run started is looked at. */
const lookMs = 2_000;

export type LoginApproval = {
  /** Of the attempt that waits; the approval has the same id. */
  readonly requestId: string;
  readonly userId: string;
  readonly policyId: string;
  readonly application: string;
  /** After that nobody waits for the approval any more. */
  readonly expiresAt: string;
};

const openStates = ['created', 'verifying-requestor', 'pending'];

/**
 * Has other people approve a login. Started again for the same attempt, it follows the approval that is there.
 * @returns the end comes by `expiresAt` at the latest: `approved` lets in, all else does not
 */
export const startLoginApproval = async (
  login: LoginApproval,
): Promise<{ readonly approvalId: string; readonly end: Promise<ApprovalEnd> }> => {
  const { requestId: approvalId, userId, policyId, application, expiresAt } = login;
  const callerId = `${systemActor.kind}:${systemActor.id}`;
  const open = {
    requestor: { userId },
    subject: { kind: 'application', id: application, name: application },
    texts: { application },
    policyId,
    endsAt: expiresAt,
    callerId,
    origin: { actor: systemActor, correlationId: approvalId },
  };
  try {
    const child = await startChild<(input: ApprovalInput) => Promise<ApprovalEnd>>('approval', {
      workflowId: approvalStream(approvalId),
      args: [{ approvalId, open }],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      workflowTaskTimeout,
    });
    return { approvalId, end: child.result() };
  } catch (error) {
    const running =
      error instanceof TemporalFailure && error.name === 'WorkflowExecutionAlreadyStartedError';
    if (!running) throw error;
    return { approvalId, end: followApproval(approvalId, expiresAt) };
  }
};

const followApproval = async (approvalId: string, expiresAt: string): Promise<ApprovalEnd> => {
  for (;;) {
    const end = await steps.readApprovalEnd({ approvalId });
    if (end !== undefined && !openStates.includes(end.outcome)) return end;
    if (msUntil(expiresAt) === 0) return { outcome: 'expired' };
    await sleep(Math.min(lookMs, msUntil(expiresAt)));
  }
};

/** The login is over: nobody needs to approve it any more. */
export const abandonLoginApproval = async (approvalId: string, reason: string): Promise<boolean> =>
  await tell(approvalStream(approvalId), abandonApprovalSignal, { reason });
