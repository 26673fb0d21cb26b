import type { NodemailerError, SMTPPoolOptions, createTransport } from 'nodemailer';
import { parseMailAddress } from '../../domain/mail.ts';
import { oneLine } from '../../domain/placeholders.ts';
import type { SmtpServer } from '../../domain/items/mail.ts';
import { connectTo, type SmtpTarget } from './connect.ts';
import { MailRefused, type Mailer, type OutgoingMail } from './port.ts';

/** The mail server with its password in the clear. */
export type OpenSmtp = Omit<SmtpServer, 'password'> & { readonly password?: string };

export type SmtpOptions = {
  /** Asked before every mail, so that a change counts at once; undefined where mail is off. */
  readonly settings: () => Promise<OpenSmtp | undefined>;
  /** PEM of further authorities that the server's certificate may come from. */
  readonly ca?: string;
};

/** To connect with TLS and to greet, and for all of one mail. */
const connectMs = 10_000;
const totalMs = 30_000;
const maxConnections = 3;
/** Shorter than mail servers wait, so that it is not their end that closes a connection we are about to use. */
const idleMs = 30_000;
const maxResponseBytes = 65_536;

/** Mail over SMTP (RFC 5321), by connections that are kept for the next one. */
export const smtpMailer = ({ settings, ca }: SmtpOptions): Mailer & { close(): void } => {
  let pool: { readonly key: string; readonly transport: ReturnType<typeof open> } | undefined;

  const transportFor = async (server: OpenSmtp): Promise<ReturnType<typeof open>> => {
    // Many a server never mails; the others need not wait for the library at their start.
    const library = await import('nodemailer');
    const key = JSON.stringify(server);
    if (pool?.key === key) return pool.transport;
    pool?.transport.close();
    pool = { key, transport: open(library.createTransport, server, ca) };
    return pool.transport;
  };

  return {
    enabled: async () => (await settings()) !== undefined,

    async send(mail) {
      const server = await settings();
      if (!server) throw new Error('mail is off');
      const message = messageOf(mail, server.sender);
      try {
        const transport = await transportFor(server);
        await transport.sendMail(message);
      } catch (error) {
        throw meaningOf(error);
      }
    },

    close() {
      pool?.transport.close();
      pool = undefined;
    },
  };
};

const open = (create: typeof createTransport, server: OpenSmtp, ca: string | undefined) => {
  const { host, port, security, user, password } = server;
  const target: SmtpTarget = {
    host,
    port,
    loopbackOnly: security === 'none',
    timeoutMs: connectMs,
  };
  const options: SMTPPoolOptions & { pool: true } = {
    pool: true,
    host,
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    // Whoever can answer for the server's name could read the mail; there is no setting that lets them.
    tls: { rejectUnauthorized: true, minVersion: 'TLSv1.2', ...(ca === undefined ? {} : { ca }) },
    ...(user === undefined ? {} : { auth: { user, pass: password ?? '' } }),
    getSocket: (_options, callback) => {
      // oxlint-disable promise/no-callback-in-promise -- the library knows callbacks only
      connectTo(target).then(
        (connection) => callback(null, { connection }),
        (error: Error) => callback(error, false),
      );
      // oxlint-enable promise/no-callback-in-promise
    },
    connectionTimeout: connectMs,
    greetingTimeout: connectMs,
    socketTimeout: totalMs,
    maxResponseSize: maxResponseBytes,
    maxConnections,
    idleTimeout: idleMs,
    // We try again ourselves, later; the library would do so at once, and might send twice.
    maxRequeues: 0,
    disableFileAccess: true,
    disableUrlAccess: true,
  };
  return create(options);
};

/**
 * The library reads every address as a list of them, with names and groups. What reaches it is one bare address.
 * @throws {MailRefused}
 */
const messageOf = ({ messageId, to, subject, text }: OutgoingMail, sender: string) => {
  const [, name = '', bracketed] = /^([^<>]*)<([^<>]*)>$/.exec(oneLine(sender)) ?? [];
  const from = parseMailAddress(bracketed ?? oneLine(sender));
  const address = parseMailAddress(to);
  // A sender that is none is a fault of our settings: the mail waits until it is mended.
  if (from === undefined) throw new Error('the sender is no address');
  if (address === undefined) throw new MailRefused('no address');
  return {
    from: { name: name.trim(), address: from },
    to: { name: '', address },
    envelope: { from, to: [address] },
    messageId: oneLine(messageId),
    subject: oneLine(subject),
    text,
    // Nobody's out-of-office note is to answer (RFC 3834 §5).
    headers: { 'Auto-Submitted': 'auto-generated' },
    xMailer: false as const,
    disableFileAccess: true,
    disableUrlAccess: true,
    signal: AbortSignal.timeout(totalMs),
  };
};

/**
 * What the server's no means. Its words are left out, since they repeat the address. A refused sign-in is about our
 * settings and not about the mail: the next try may succeed.
 */
const meaningOf = (error: unknown): Error => {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the library's own errors; every field may be missing
  const { responseCode, response, code } = error as Partial<NodemailerError>;
  const status = responseCode ?? 0;
  const detail = /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})\b/.exec(response ?? '')?.[1];
  const said = status > 0 ? [status, detail].filter(Boolean).join(' ') : (code ?? 'no answer');
  const aboutTheMail = code === 'EENVELOPE' || code === 'EMESSAGE';
  return aboutTheMail && status >= 500 && status < 600
    ? new MailRefused(said, { cause: error })
    : new Error(said, { cause: error });
};
