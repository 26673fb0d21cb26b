import type { Sealed } from '../sealed.ts';

/** The mail server that mails leave through. */
export type SmtpServer = {
  readonly host: string;
  readonly port: number;
  /** `tls`: from the first byte; `starttls`: demanded; `none`: only for a server on this machine. */
  readonly security: 'tls' | 'starttls' | 'none';
  readonly user?: string;
  readonly password?: Sealed;
  readonly sender: string;
};

/** A mail's text for one occasion, method and language; placeholders `<$name$>` (spec/20 'E-mail to users'). */
export type MailTemplate = {
  readonly occasion: string;
  readonly language: string;
  readonly method?: string;
  readonly subject: string;
  readonly text: string;
};
