import type { Sealed } from '../sealed.ts';

/** OATH tokens of a person; stream user-<userId>. */
export type TokenEvents = {
  TokenAssigned: {
    tokenId: string;
    serial: string;
    secret: Sealed;
    digits: number;
    periodSeconds: number;
    /** Absent: a clock token. */
    kind?: 'totp' | 'hotp';
    /** Next counter of an event token (RFC 4226). */
    counter?: number;
    /** A hardware token counts only after one right code. */
    needsActivation?: boolean;
    hardware?: boolean;
  };
  TokenActivated: { tokenId: string };
  /** The difference of clock or counter learned from two codes in a row. */
  TokenResynced: { tokenId: string; drift: number; step: number };
  TokenActivationRefused: { tokenId: string; at: string };
  TokenDisabled: { tokenId: string };
};

/** A hardware token; stream token-<keyed hash of its serial>. It is one person's at a time. */
export type TokenInventoryEvents = {
  TokenImported: {
    tokenId: string;
    serial: string;
    secret: Sealed;
    kind: 'totp' | 'hotp';
    digits: number;
    periodSeconds: number;
    counter: number;
    manufacturer?: string;
    model?: string;
    batchId: string;
  };
  TokenTaken: { userId: string };
  TokenReleased: { userId: string };
  TokenLost: { reason: string };
};
