import type { CacheRule } from '../../domain/items/rules.ts';
import type { Method } from '../../domain/methods.ts';
import type { Outcome, ResultCode } from '../../domain/results.ts';

/** Cuts a long wait short when the other side is gone. */
export type Waiting = { readonly waitMs: number; readonly signal?: AbortSignal };

export type AuthenticateInput = {
  readonly username: string;
  readonly application: string;
  readonly requireUserMatch: boolean;
  /** Free text in practice; used as an address only where it parses as one. */
  readonly initiatingIp?: string;
  /** A typed OATH code: decides the attempt at once, whatever the person's method is. */
  readonly code?: string;
  readonly method?: Method;
  /** The caller's own reference, at most 128 characters, returned everywhere. */
  readonly reference?: string;
  /** Equal keys of one caller name one attempt, for 24 h. */
  readonly idempotencyKey?: string;
  /** Seconds a push stays answerable, 15–180; the company setting (60) where absent. */
  readonly expiresInSeconds?: number;
  /** False where the caller cannot show a number. */
  readonly numberMatch?: boolean;
  /**
   * Names the login, over protocols and nodes: requests with the same key meet one attempt and get one answer. At most
   * 128 characters, not to be guessed by others.
   */
  readonly loginKey?: string;
  /** What the person is shown beside the application's name: title at most 80, 10 pairs. */
  readonly context?: AttemptContext;
  /** The person must be asked: no bypass, cache or trusted address stands in for it. */
  readonly mustAsk?: boolean;
  /** False where the person cannot be asked for a code at this login. */
  readonly typesCodes?: boolean;
  /** A rule of the front end exempts this login, as a trusted address does. */
  readonly trusted?: boolean;
  /** What the front end found before anybody was asked: the attempt is on record, ended so. */
  readonly endAs?: 'PRIMARY_FAILED' | 'DIRECTORY_ERROR' | 'BAD_REQUEST' | 'NO_METHOD' | 'LOOP';
  /** Why, in few words without anything secret; on record beside `endAs`. */
  readonly endBecause?: string;
  /** What the front end needs for its answer, on whichever node gives it; at most 8,000 characters, kept sealed. */
  readonly note?: string;
};

export type AttemptContext = {
  readonly title?: string;
  readonly details?: Readonly<Record<string, string>>;
  readonly location?: string;
};

/** How an attempt stands. `outcome` is there once it has ended; it never changes after that. */
export type Attempt = {
  /** 32 upper-case hexadecimal digits. */
  readonly requestId: string;
  readonly state:
    | 'challenging'
    | 'awaiting-user'
    | 'awaiting-code'
    | 'awaiting-approval'
    | 'joined'
    | Outcome['state'];
  readonly code?: ResultCode;
  /** Two digits to show at the login; the app wants them (SEC-37). */
  readonly displayNumber?: string;
  /** The approval of other people that is waited for. */
  readonly approvalId?: string;
  readonly method?: Method;
  /** The person was asked for their PIN too. */
  readonly withPin?: true;
  /** By what an approval of before counts for this login; with code `CACHED`. */
  readonly cachedBy?: CacheRule['type'];
  readonly triesLeft?: number;
  readonly expiresAt?: string;
};
