import type { ApprovalState } from '../../../domain/approval/states.ts';
import type { Sealed } from '../../../domain/sealed.ts';
import type { Flag } from './flag.ts';

/** A request for approval. What people wrote stays sealed with the requestor's key. */
export type ApprovalRow = {
  approvalId: string;
  /** Log position of the request: lists are ordered and paged by it. */
  position: number;
  revision: number;
  createdAt: string;
  changedAt: string;
  endedAt: string | null;
  state: ApprovalState;
  /** 1 while a workflow must work on it: not over, or somebody is still to be told. */
  isOpen: Flag;
  openCallbacks: number;
  openVerifications: number;
  requestorId: string;
  beneficiaryId: string | null;
  subjectKind: string;
  subjectId: string;
  subjectName: string;
  titleSealed: Sealed;
  detailsSealed: Sealed | null;
  linkSealed: Sealed | null;
  justificationSealed: Sealed | null;
  hash: string;
  policyId: string;
  policyName: string;
  approversVisible: Flag;
  delegation: Flag;
  callerId: string;
  reference: string | null;
  stage: number | null;
  level: number | null;
  stages: number;
  until: string | null;
  requestedTime: string | null;
  ttlSeconds: number | null;
  reason: string | null;
  requestorRequestId: string | null;
  /** JSON: ApprovalDecided data, comments sealed. */
  decisions: string;
};

/** One approver's place in one stage. */
export type ApprovalTaskRow = {
  taskId: string;
  approvalId: string;
  approverId: string;
  position: number;
  stage: number;
  level: number;
  askedAt: string;
  /** `open` until the stage closes, decided or not. */
  state: 'open' | 'settled' | 'gone';
  decision: 'approve' | 'reject' | null;
  /** Who took the place, where that was a delegate. */
  decidedBy: string | null;
};

export type DelegationRow = {
  delegationId: string;
  userId: string;
  toUserId: string;
  fromAt: string;
  untilAt: string;
};
