/** A mail; stream mail-<mailId>. */
export type MailEvents = Readonly<Record<never, never>>;
