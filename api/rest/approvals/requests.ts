import { z } from 'zod';
import { maxGrantSeconds } from '../../../domain/approval/policy.ts';
import { callerIdOf } from '../../commands/context.ts';
import type { Facade } from '../../facade.ts';
import type { ApprovalView } from '../../facade/approvals.ts';
import * as field from '../fields.ts';
import { itemId } from '../items/fields.ts';
import { Problem } from '../problem.ts';
import { route, type Operation, type Principal } from '../route.ts';
import {
  approvalBody,
  approvalReply,
  approvalState,
  isFinal,
  madeReply,
  pamStateOf,
} from './reply.ts';

const tag = 'approvals';
const pollAfterSeconds = 2;
export const oneApproval = z.strictObject({ id: field.id });

const create = z.strictObject({
  requestor: field.username,
  beneficiary: field.username.exactOptional(),
  subject: z.strictObject({ kind: field.line(64), id: field.line(256), name: field.line(256) }),
  title: field.line(80),
  details: z
    .array(z.strictObject({ label: field.line(80), value: field.line(500, 0) }))
    .max(20)
    .exactOptional(),
  link: z
    .url({ protocol: /^https?$/ })
    .max(500)
    .exactOptional(),
  justification: z.string().max(1000).exactOptional(),
  requestedTime: z.iso.datetime({ offset: true }).max(40).exactOptional(),
  requestedTtlSeconds: z.int().min(1).max(maxGrantSeconds).exactOptional(),
  policyId: itemId,
  reference: field.line(128).exactOptional(),
  callback: itemId.exactOptional().meta({
    description: 'Id of a webhook that is told of the end, of activation and deactivation.',
  }),
});

export const noSuchApproval = (): Problem =>
  new Problem(404, 'NOT_FOUND', 'There is no such request.');

/** Others' requests do not exist for a caller that may only ask (spec/65 '404'). */
export const visibleTo = (principal: Principal, view: ApprovalView | undefined): ApprovalView => {
  const own = view?.callerId === callerIdOf(principal.caller);
  if (view && (own || principal.scopes.has('approvals.read'))) return view;
  throw noSuchApproval();
};

/** Asking for approvals, and watching what comes of it. */
export const approvalRequests = ({ commands, queries }: Facade): readonly Operation[] => {
  /** The number of the requestor's own verification, for the system that shows it to them. */
  const numberOf = async ({ state, requestorRequestId }: ApprovalView) => {
    if (state !== 'verifying-requestor' || requestorRequestId === undefined) return {};
    const displayNumber = await commands.verificationNumber(requestorRequestId);
    return displayNumber === undefined ? {} : { displayNumber };
  };
  return [
    route({
      method: 'post',
      path: '/approvals',
      id: 'createApproval',
      summary: 'Ask people for an approval; the same reference is the same request',
      tag,
      scope: 'approvals.request',
      body: create,
      replies: { 200: madeReply, 202: madeReply },
      async run({ body, caller, base }, reply) {
        const { approvalId, state, isNew } = await commands.createApproval(caller, body);
        const Location = `${base}/approvals/${approvalId}`;
        const made = {
          approvalId,
          state,
          pamState: pamStateOf(state),
          pollAfter: pollAfterSeconds,
        };
        return reply(isNew ? 202 : 200, made, { Location });
      },
    }),
    route({
      method: 'get',
      path: '/approvals/{id}',
      id: 'getApproval',
      summary: 'How a request stands; with wait, as soon as that changes',
      tag,
      scope: 'approvals.request',
      params: oneApproval,
      query: z.strictObject({
        wait: field.queryNumber(0, 30).default(0),
        since: field.queryNumber(0, 999_999).optional().meta({
          description: 'Revision that the caller has seen; that of now where absent.',
        }),
      }),
      replies: { 200: approvalReply },
      async run({ params, query, principal, signal }, reply) {
        const now = visibleTo(principal, await queries.getApproval(params.id));
        const { wait, since = now.revision } = query;
        const waiting = { waitMs: wait * 1000, signal };
        const isNews = wait === 0 || isFinal(now) || now.revision !== since;
        const later = isNews ? now : await queries.awaitApproval(params.id, since, waiting);
        const view = later ?? now;
        return reply(200, { ...approvalBody(view, principal), ...(await numberOf(view)) });
      },
    }),
    route({
      method: 'get',
      path: '/approvals',
      id: 'listApprovals',
      summary: 'Requests, newest first',
      tag,
      scope: 'approvals.read',
      query: z.strictObject({
        state: approvalState.optional(),
        requestor: field.username.optional(),
        policyId: itemId.optional(),
        subjectId: field.line(256).optional(),
        reference: field.line(128).optional(),
        ...field.paging,
      }),
      replies: { 200: field.page(approvalReply) },
      async run({ query, principal }, reply) {
        const { state, requestor, policyId, subjectId, reference } = query;
        const filter = field.given({ state, requestor, policyId, subjectId, reference });
        const found = await queries.listApprovals(filter, field.pagingOf(query));
        const rows = found.rows.map((view) => approvalBody(view, principal));
        return reply(200, field.pageBody({ ...found, rows }));
      },
    }),
    ...endings({ commands, queries }),
  ];
};

function endings({ commands, queries }: Facade): readonly Operation[] {
  const ending = (spec: {
    readonly verb: 'cancel' | 'close' | 'force-cancel';
    readonly id: string;
    readonly summary: string;
    readonly scope: 'approvals.request' | 'approvals.admin';
    readonly end: (call: Parameters<typeof commands.closeGrant>) => Promise<void>;
  }): Operation =>
    route({
      method: 'post',
      path: `/approvals/{id}/${spec.verb}`,
      id: spec.id,
      summary: spec.summary,
      tag,
      scope: spec.scope,
      idempotency: 'remade',
      params: oneApproval,
      body: z.strictObject({ reason: field.line(1000) }),
      replies: { 200: approvalReply },
      async run({ params, body, caller, principal }, reply) {
        const { id } = params;
        if (spec.scope === 'approvals.request') visibleTo(principal, await queries.getApproval(id));
        await spec.end([caller, id, body.reason]);
        const after = await queries.getApproval(id);
        if (!after) throw noSuchApproval();
        return reply(200, approvalBody(after, principal));
      },
    });
  return [
    ending({
      verb: 'cancel',
      id: 'cancelApproval',
      summary: 'Take a request back, as the program that asked',
      scope: 'approvals.request',
      end: ([caller, id]) => commands.cancelApproval(caller, id),
    }),
    ending({
      verb: 'close',
      id: 'closeGrant',
      summary: 'End a grant before its time',
      scope: 'approvals.request',
      end: (call) => commands.closeGrant(...call),
    }),
    ending({
      verb: 'force-cancel',
      id: 'forceCancelApproval',
      summary: 'End any request, as an administrator',
      scope: 'approvals.admin',
      end: (call) => commands.forceCancelApproval(...call),
    }),
  ];
}
