import { z } from 'zod';
import { maxGrantSeconds } from '../../../domain/approval/policy.ts';
import type { Facade } from '../../facade.ts';
import type { DecideApproval } from '../../facade/approvals.ts';
import * as field from '../fields.ts';
import { route, type Operation } from '../route.ts';
import { userPath } from '../users.ts';
import { approvalBody, taskReply } from './reply.ts';
import { oneApproval } from './requests.ts';

const tag = 'approvals';
const pollAfterSeconds = 1;
/** A verification is started a moment after it was decided upon. */
const shownWithinMs = 5_000;

const decided = z.object({
  requestId: z.string().optional().meta({
    description: 'The verification of the approver, as in /authentications/{id}.',
  }),
  displayNumber: z
    .string()
    .optional()
    .meta({ description: 'Shown to the approver, who types it into the app.' }),
  pollAfter: z.int().optional(),
});
export type DecidedReply = z.output<typeof decided>;

const decision = {
  approver: field.username,
  hash: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'must be the hash of the request')
    .meta({ description: 'Of what the approver was shown: `hash` of the request.' }),
  comment: z.string().max(1000).exactOptional(),
};
const approve = z.strictObject({
  ...decision,
  ttlSeconds: z.int().min(1).max(maxGrantSeconds).exactOptional().meta({
    description: 'A shorter grant, where the policy lets approvers shorten it.',
  }),
});
const reject = z.strictObject(decision);

const time = z.iso
  .datetime({ offset: true })
  .max(40)
  .transform((text) => new Date(text).toISOString());
const delegationReply = z.object({
  delegationId: z.string(),
  by: z.string(),
  to: z.string(),
  from: field.instant,
  until: field.instant,
});
export type DelegationReply = z.output<typeof delegationReply>;

/** Deciding, for the approvers whom a policy asks. A decision counts with its approver's own verification alone. */
export const approvalDecisions = ({ commands, queries }: Facade): readonly Operation[] => {
  const deciding = (verb: DecideApproval['decision'], summary: string): Operation =>
    route({
      method: 'post',
      path: `/approvals/{id}/${verb}`,
      id: `${verb}Approval`,
      summary,
      tag,
      scope: 'approvals.decide',
      params: oneApproval,
      body: verb === 'approve' ? approve : reject,
      replies: { 200: decided, 202: decided },
      async run({ params, body, caller, signal }, reply) {
        const { approver, ...input } = body;
        const order = { ...input, decision: verb };
        const asked = await commands.decideApproval(caller, approver, params.id, order);
        if (asked.kind === 'recorded') return reply(200, {});
        const { kind: _, ...verification } = asked;
        const { requestId } = verification;
        // The caller looks at the verification next: it is there by then (spec/65 'Stale reads').
        await queries.awaitRequest(requestId, '', { waitMs: shownWithinMs, signal });
        return reply(202, { ...verification, pollAfter: pollAfterSeconds });
      },
    });

  return [
    deciding('approve', 'Approve, for one approver, who is asked to verify'),
    deciding('reject', 'Reject, for one approver, who is asked to verify'),
    route({
      method: 'get',
      path: '/users/{username}/approvals',
      id: 'approvalInbox',
      summary: 'What waits for a person’s decision, oldest first',
      tag,
      scope: 'approvals.decide',
      params: userPath,
      query: z.strictObject(field.paging),
      replies: { 200: field.page(taskReply) },
      async run({ params, query, principal }, reply) {
        const found = await queries.approvalInbox(params.username, field.pagingOf(query));
        const rows = found.rows.map((task) => ({
          ...task,
          approval: approvalBody(task.approval, principal),
        }));
        return reply(200, field.pageBody({ ...found, rows }));
      },
    }),
    route({
      method: 'get',
      path: '/users/{username}/delegations',
      id: 'listDelegations',
      summary: 'Delegations that are not over, by a person and to them',
      tag,
      scope: 'approvals.decide',
      params: userPath,
      replies: { 200: z.object({ items: z.array(delegationReply).readonly() }) },
      async run({ params }, reply) {
        return reply(200, { items: await queries.listDelegations(params.username) });
      },
    }),
    route({
      method: 'post',
      path: '/users/{username}/delegations',
      id: 'setDelegation',
      summary: 'Let somebody else decide for an approver for a time, in their own name',
      tag,
      scope: 'approvals.decide',
      params: userPath,
      body: z.strictObject({ to: field.username, from: time, until: time }),
      replies: { 201: z.object({ delegationId: z.string() }) },
      async run({ params, body, caller }, reply) {
        return reply(201, await commands.setDelegation(caller, params.username, body));
      },
    }),
    route({
      method: 'delete',
      path: '/users/{username}/delegations/{delegationId}',
      id: 'endDelegation',
      summary: 'End a delegation before its time',
      tag,
      scope: 'approvals.decide',
      params: z.strictObject({ username: field.username, delegationId: field.id }),
      replies: { 204: field.noContent },
      async run({ params, caller }, reply) {
        await commands.endDelegation(caller, params.username, params.delegationId);
        return reply(204, undefined);
      },
    }),
  ];
};
