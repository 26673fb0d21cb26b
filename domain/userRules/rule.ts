import { Rejected, type RejectedKind } from '../errors.ts';
import type { DomainEvent } from '../events.ts';
import type { Settings } from '../settings.ts';

/** A hardware token that goes back to stock, and the first counter that may pass for its next holder. */
export type TokenRelease = { readonly serial: string; readonly counter?: number };

export type UserStep = {
  readonly user: readonly DomainEvent[];
  /** Events of the stream that reserves the person's name. */
  readonly username: readonly DomainEvent[];
  /** Events of the stream of a new activation. */
  readonly activation: readonly DomainEvent[];
  readonly tokens: readonly TokenRelease[];
};

export type RuleContext = {
  readonly userId: string;
  readonly settings: Settings;
  readonly nowMs: number;
};

export const step = (part: Partial<UserStep>): UserStep => ({
  user: [],
  username: [],
  activation: [],
  tokens: [],
  ...part,
});

export const reject = (kind: RejectedKind, message: string): never => {
  throw new Rejected(kind, message);
};
