import type { Caller, Page, Paging } from '../facade.ts';
import type { Reach } from './apiClients.ts';

export type BypassView = {
  readonly bypassId: string;
  readonly userId: string;
  readonly username: string;
  readonly reason: string;
  readonly seconds: number;
  readonly createdAt: string;
  readonly until: string;
  readonly endedAt?: string;
  readonly ended?: 'used' | 'expired' | 'replaced' | 'revoked';
  /** The login that used it. */
  readonly requestId?: string;
};

/** What lets a person in without being asked, and what they add to what they are asked. */
export interface ExemptionCommands {
  /**
   * Lets the next login in without a second factor, once.
   * @param bypass.seconds 1 to 86,400; the company setting (300) where absent
   */
  createBypass(
    caller: Caller,
    username: string,
    bypass: { readonly reason: string; readonly seconds?: number },
  ): Promise<{ readonly bypassId: string; readonly until: string }>;
  /** @throws {Rejected} notFound where there is no open bypass */
  revokeBypass(caller: Caller, username: string): Promise<void>;
  /**
   * Sets a PIN; whoever is given one by somebody else changes it at the first verification (spec/10 'PIN').
   * @throws {Rejected} invalid, with the rule that it breaks
   */
  setPin(
    caller: Caller,
    username: string,
    pin: { readonly pin: string; readonly changeRequired: boolean },
  ): Promise<void>;
  removePin(caller: Caller, username: string): Promise<void>;
  /** Earlier approvals let nobody in any more. */
  clearCache(caller: Caller, username: string, reason: string): Promise<void>;
}

export interface ExemptionQueries {
  /** Newest first. `open` is by the clock: a bypass is over at its end, whether that is on record yet or not. */
  listBypasses(
    filter: { readonly open?: boolean; readonly username?: string; readonly reach?: Reach },
    paging: Paging,
  ): Promise<Page<BypassView>>;
}
