import type { Caller, Page, Paging } from '../facade.ts';

export const mailStates = ['queued', 'sent', 'failed', 'skipped'] as const;
export type MailState = (typeof mailStates)[number];

/** A mail, or one that was due and not sent; what it says is not shown. */
export type MailView = {
  readonly mailId: string;
  readonly occasion: string;
  readonly state: MailState;
  /** Why it failed or was skipped: a code of the mail server, or of ours. */
  readonly reason?: string;
  /** Masked: `j…@example.org`; empty where there was none. */
  readonly to: string;
  /** Whom it goes to or is about, where that is a person. */
  readonly username: string;
  readonly at: string;
  readonly changedAt: string;
};

export interface MailCommands {
  /** Has a mail that failed tried for another day. @throws {Rejected} notFound, conflict */
  retryMail(caller: Caller, mailId: string): Promise<void>;
  /**
   * Sends a test message by the way of every other mail, in one try.
   * @returns at once; how it ends is told by `getMail`
   * @throws {Rejected} invalid
   */
  testMail(caller: Caller, to: string): Promise<{ mailId: string }>;
}

export interface MailQueries {
  /** Newest first. */
  listMails(filter: { state?: MailState }, paging: Paging): Promise<Page<MailView>>;
  getMail(mailId: string): Promise<MailView | undefined>;
}
