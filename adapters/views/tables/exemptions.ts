export type BlockRow = {
  blockId: string;
  position: number;
  userId: string;
  reason: string;
  flag: 'none' | 'fraud' | 'lockout';
  fraudReportId: string | null;
  at: string;
  until: string;
  endedAt: string | null;
  endReason: string | null;
};

export type BypassRow = {
  bypassId: string;
  position: number;
  userId: string;
  reason: string;
  seconds: number;
  createdAt: string;
  until: string;
  endedAt: string | null;
  ended: 'used' | 'expired' | 'replaced' | 'revoked' | null;
  /** The login that used it. */
  requestId: string | null;
};
