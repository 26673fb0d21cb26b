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
    /** Its secret has less than 128 bits (SEC-35). */
    weak?: boolean;
  };
  TokenActivated: {
    tokenId: string;
    /** The step or counter of the code that activated it, which is spent with it, and what it taught of the clock. */
    step?: number;
    drift?: number;
  };
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
    /** Its secret has less than 128 bits (SEC-35). */
    weak?: boolean;
  };
  TokenTaken: { userId: string };
  /** `counter` is the first one that may pass for the next holder of an event token. */
  TokenReleased: { userId: string; counter?: number };
  TokenLost: { reason: string };
};
