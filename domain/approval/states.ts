/** The states of a request that people approve (spec/90). PAM's names map: PendingApproval is `pending`. */
export const approvalStates = [
  'created',
  'verifying-requestor',
  'pending',
  'approved',
  'scheduled',
  'active',
  'closing',
  'rejected',
  'expired',
  'cancelled',
  'closed',
  'failed',
] as const;
export type ApprovalState = (typeof approvalStates)[number];

/** Never left again. `approved` is the end of a request that asks for no grant. */
export const isOver = (state: ApprovalState, hasGrant: boolean): boolean =>
  state === 'approved' ? !hasGrant : overStates.has(state);

const overStates: ReadonlySet<ApprovalState> = new Set([
  'rejected',
  'expired',
  'cancelled',
  'closed',
  'failed',
]);

/** Why a request was not taken, or ended as `failed`; stable, for programs. */
export const approvalFaults = [
  'NO_APPROVERS',
  'QUORUM_TOO_LARGE',
  'OUTSIDE_WINDOW',
  'POLICY_UNKNOWN',
  'POLICY_INVALID',
  'REQUESTOR_UNKNOWN',
  'REQUESTOR_BLOCKED',
  'BENEFICIARY_UNKNOWN',
  'CALLBACK_UNKNOWN',
  'JUSTIFICATION_NEEDED',
  'DIRECTORY_DOWN',
  'CALLBACK_PARKED',
] as const;
export type ApprovalFault = (typeof approvalFaults)[number];
