import type { ApprovalEvents } from '../../../domain/events/approvals.ts';
import type { Shapes } from '../fields.ts';

export const approvalFields = {} satisfies Shapes<ApprovalEvents>;
