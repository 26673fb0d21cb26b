import { z } from 'zod';
import { approvalStates, isOver, type ApprovalState } from '../../../domain/approval/states.ts';
import type { ApprovalView } from '../../facade/approvals.ts';
import * as field from '../fields.ts';
import type { Principal } from '../route.ts';

/** Names of MIM's PAM service for states (spec/90 'States of a request'). */
const pamStates = {
  created: 'Processing',
  'verifying-requestor': 'PendingMFA',
  pending: 'PendingApproval',
  approved: 'Approved',
  scheduled: 'Scheduled',
  active: 'Active',
  closing: 'Closing',
  rejected: 'Rejected',
  expired: 'Expired',
  cancelled: 'Closed',
  closed: 'Closed',
  failed: 'Failed',
} as const satisfies Record<ApprovalState, string>;
export const pamStateOf = (state: ApprovalState): string => pamStates[state];

export const approvalState = z.enum(approvalStates);
const pamState = z.string().meta({ description: 'The state as MIM’s PAM service names it.' });
const decision = z.enum(['approve', 'reject']);
const subject = z.object({ kind: z.string(), id: z.string(), name: z.string() });

export const madeReply = z.object({
  approvalId: z.string(),
  state: approvalState,
  pamState,
  pollAfter: z.int().optional(),
});

export const approvalReply = z.object({
  approvalId: z.string(),
  state: approvalState,
  pamState,
  revision: z.int().meta({ description: 'Grows with every fact; `since` of the long poll.' }),
  createdAt: field.instant,
  changedAt: field.instant,
  endedAt: field.instant.optional(),
  requestor: z.string(),
  beneficiary: z.string().optional(),
  subject,
  title: z.string(),
  details: z.array(z.object({ label: z.string(), value: z.string() })).readonly(),
  link: z.string().optional(),
  justification: z.string().optional(),
  hash: z.string().meta({ description: 'Over what approvers are shown; a decision names it.' }),
  policyId: z.string(),
  policyName: z.string(),
  callerId: z.string(),
  reference: z.string().optional(),
  stage: z.int().optional(),
  level: z.int().optional(),
  stages: z.int(),
  until: field.instant.optional(),
  requestedTime: field.instant.optional(),
  ttlSeconds: z.int().optional(),
  asked: z.array(z.string()).readonly(),
  approversVisible: z.boolean(),
  decisions: z
    .array(
      z.object({
        approver: z.string(),
        delegatedFrom: z.string().optional(),
        decision,
        at: field.instant,
        stage: z.int(),
        level: z.int(),
        comment: z.string().optional(),
        requestId: z.string().optional(),
        counted: z.boolean(),
      }),
    )
    .readonly(),
  reason: z.string().optional(),
  requestorRequestId: z.string().optional(),
  displayNumber: z
    .string()
    .optional()
    .meta({ description: 'Shown to the requestor, who types it into the app.' }),
  pollAfter: z.int().optional().meta({ description: 'Seconds to wait before asking again.' }),
});
export type ApprovalReply = z.output<typeof approvalReply>;

export const taskReply = z.object({
  approval: approvalReply,
  askedAt: field.instant,
  delegatedFrom: z.string().optional(),
  decided: decision.optional(),
});
export type TaskReply = z.output<typeof taskReply>;

const pollAfterSeconds = 2;

export const isFinal = ({ state, ttlSeconds }: Pick<ApprovalView, 'state' | 'ttlSeconds'>) =>
  isOver(state, ttlSeconds !== undefined);

/** Who is asked is for those who may read approvals, where the policy hides it from the requestor. */
export const approvalBody = (
  view: ApprovalView,
  principal: Principal,
): z.input<typeof approvalReply> => {
  const shown =
    view.approversVisible || principal.scopes.has('approvals.read')
      ? {}
      : {
          asked: [],
          decisions: view.decisions.map(({ delegatedFrom, ...made }) => ({
            ...made,
            approver: '',
            ...(delegatedFrom === undefined ? {} : { delegatedFrom: '' }),
          })),
        };
  return {
    ...view,
    ...shown,
    pamState: pamStateOf(view.state),
    ...(isFinal(view) ? {} : { pollAfter: pollAfterSeconds }),
  };
};
