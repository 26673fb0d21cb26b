/** One mail, ready to be sent. */
export type OutgoingMail = {
  /** Stable over tries, so that a reader's program shows a repeated one once (RFC 5322 §3.6.4). */
  readonly messageId: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
};

/** The mail server said no for good: the address does not exist, the sender is not allowed. */
export class MailRefused extends Error {
  override readonly name = 'MailRefused';
}

/** A way for mail to leave. */
export interface Mailer {
  /** True where a mail server is set and mail is switched on. */
  enabled(): Promise<boolean>;
  /** @throws {MailRefused} for good; any other error is worth another try */
  send(mail: OutgoingMail): Promise<void>;
}
