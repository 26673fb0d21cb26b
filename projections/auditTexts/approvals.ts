import type { ApprovalEvents } from '../../domain/events/approvals.ts';
import type { Texts } from './parts.ts';

export const approvalTexts: Texts<ApprovalEvents> = {};
