import { z } from 'zod';
import type { Facade } from '../../facade.ts';
import { kinds, shownShape } from '../items/kinds.ts';
import { route, type Operation } from '../route.ts';

/** Policies for whoever asks by them (PAM's list of roles); they are changed as items of the configuration. */
export const approvalPolicies = ({ queries }: Facade): readonly Operation[] => [
  route({
    method: 'get',
    path: '/approval-policies',
    id: 'listApprovalPolicies',
    summary: 'Policies with their times, windows and flags',
    tag: 'approvals',
    scope: 'approvals.request',
    replies: {
      200: z.object({
        items: z
          .array(z.object({ policyId: z.string(), policy: shownShape(kinds.approvalPolicy.shape) }))
          .readonly(),
      }),
    },
    async run(_call, reply) {
      const policies = await queries.listApprovalPolicies();
      const items = policies.map(({ policyId, ...policy }) => ({ policyId, policy }));
      return reply(200, { items });
    },
  }),
];
