import type { Mailer, OutgoingMail } from '../../adapters/mail/port.ts';

export type MemoryMailer = Mailer & {
  /** All that was handed in, refused mails too. */
  readonly outbox: OutgoingMail[];
  /** Mail is off until it is switched on. */
  on: boolean;
  /** What `send` does besides noting the mail; it may throw. */
  answer: (mail: OutgoingMail) => void | Promise<void>;
};

/** A mailer for tests that look at what would leave. */
export const memoryMailer = (): MemoryMailer => {
  const mailer: MemoryMailer = {
    outbox: [],
    on: false,
    answer: () => {},
    enabled: async () => mailer.on,
    async send(mail) {
      mailer.outbox.push(mail);
      await mailer.answer(mail);
    },
  };
  return mailer;
};
