import type { Facade } from '../facade.ts';
import { approvalDecisions } from './approvals/decisions.ts';
import { approvalPolicies } from './approvals/policies.ts';
import { approvalRequests } from './approvals/requests.ts';
import type { Operation } from './route.ts';

/** Approvals (spec/90). */
export const approvals = (facade: Facade): readonly Operation[] => [
  ...approvalRequests(facade),
  ...approvalDecisions(facade),
  ...approvalPolicies(facade),
];
