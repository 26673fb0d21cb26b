import type { Caller, Page, Paging } from '../facade.ts';

export type NewToken = {
  readonly secret?: string;
  readonly serial?: string;
  readonly digits?: 6 | 8;
  readonly periodSeconds?: 30 | 60;
  /** By its clock (RFC 6238) where absent, or by its counter (RFC 4226). */
  readonly kind?: TokenKind;
  /** Next counter of an event token, 0 where absent. */
  readonly counter?: number;
};

export type TokenKind = 'totp' | 'hotp';

export type AssignedToken = {
  readonly tokenId: string;
  readonly serial: string;
  /** Base32; only where the server made it, and only in this answer. */
  readonly secret?: string;
  /** `otpauth://totp/…`, likewise. */
  readonly otpauth?: string;
};

/** A token of a person; the seed is never read back. */
export type TokenView = {
  readonly tokenId: string;
  readonly serial: string;
  readonly kind: TokenKind;
  readonly digits: number;
  readonly periodSeconds: number;
  /** An assigned one counts after one right code. */
  readonly state: 'assigned' | 'active';
};

/** A hardware token in stock, by its serial number. */
export type StockTokenView = {
  readonly tokenId: string;
  readonly serial: string;
  readonly kind: TokenKind;
  readonly digits: number;
  readonly periodSeconds: number;
  readonly manufacturer: string;
  readonly model: string;
  /** The secret has less than 128 bits. */
  readonly weak: boolean;
  /** `disabled`: somebody gave it back, it may be assigned again. */
  readonly state: StockState;
  readonly username?: string;
  readonly importedAt: string;
};

export const stockStates = ['imported', 'assigned', 'active', 'disabled', 'lost'] as const;
export type StockState = (typeof stockStates)[number];

export type TokenFile = {
  readonly format: 'csv' | 'pskc';
  readonly bytes: Uint8Array;
  /** Opens a PSKC file that is encrypted with a password. */
  readonly password?: string;
};

/** OATH tokens, a person's and those in stock. */
export interface TokenCommands {
  /** `secret` base32, at least 80 bits; made by the server (160 bits) where absent. */
  assignOathToken(caller: Caller, username: string, token: NewToken): Promise<AssignedToken>;
  /** Takes a token away; a hardware token goes back to stock. */
  removeOathToken(caller: Caller, username: string, tokenId: string): Promise<void>;
  /** Gives a person a token from stock. @throws {Rejected} notFound, conflict, notAllowed, limitReached */
  assignStockToken(
    caller: Caller,
    username: string,
    serial: string,
  ): Promise<{ tokenId: string; serial: string }>;
  /** One right code makes an assigned token active. @throws {Rejected} invalid for a wrong one, throttled after three */
  activateToken(caller: Caller, username: string, tokenId: string, code: string): Promise<void>;
  /** Two codes in a row set a token that went astray to its clock or counter. @throws {Rejected} invalid */
  resyncToken(
    caller: Caller,
    username: string,
    tokenId: string,
    codes: readonly [string, string],
  ): Promise<void>;
  /**
   * Begins an import of a file of hardware tokens (spec/20 'OATH tokens').
   * @throws {Rejected} invalid for a file that is none, or a wrong password; limitReached
   */
  importTokens(caller: Caller, file: TokenFile): Promise<{ importId: string }>;
  /** Nobody uses this token again, whoever has it. */
  loseToken(caller: Caller, serial: string, reason: string): Promise<void>;
}

export interface TokenQueries {
  listTokens(
    filter: { readonly text?: string; readonly state?: StockState },
    paging: Paging,
  ): Promise<Page<StockTokenView>>;
}
