/** An approval; stream approval-<approvalId>. */
export type ApprovalEvents = Readonly<Record<never, never>>;
