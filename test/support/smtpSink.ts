import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

export type Received = {
  readonly from: string;
  readonly to: readonly string[];
  /** The message as it came, headers and body. */
  readonly raw: string;
  /** A header's value without folds; undefined where it is not there. */
  header(name: string): string | undefined;
  readonly headerNames: readonly string[];
  readonly secure: boolean;
  readonly user: string | undefined;
};

export type SmtpSink = {
  readonly port: number;
  readonly received: Received[];
  /** A status such as 550 for each recipient that this names; 0 takes the mail, now or when it comes. */
  refuse: (to: string) => number | Promise<number>;
  stop(): Promise<void>;
};

const read = (raw: string): Pick<Received, 'header' | 'headerNames'> => {
  const [head = ''] = raw.split('\r\n\r\n');
  const lines = head.replaceAll(/\r\n[ \t]+/g, ' ').split('\r\n');
  const fields = lines.map((line): [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  return {
    headerNames: fields.map(([name]) => name),
    header: (name) => fields.find(([known]) => known === name.toLowerCase())?.[1],
  };
};

/** The text of a mail, whichever way it travelled. */
export const textOf = ({ raw, header }: Received): string => {
  const body = raw.slice(raw.indexOf('\r\n\r\n') + 4);
  const encoding = header('content-transfer-encoding');
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString();
  if (encoding !== 'quoted-printable') return body;
  const bytes = body
    .replaceAll(/=\r\n/g, '')
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString();
};

/** A real mail server on this machine that keeps what it is given. */
export const smtpSink = async (
  options: SMTPServerOptions & { readonly port?: number; readonly host?: string } = {},
): Promise<SmtpSink> => {
  const received: Received[] = [];
  const sink = { refuse: (_to: string): number | Promise<number> => 0 };
  const fault = (responseCode: number, address: string) =>
    Object.assign(new Error(`5.1.1 <${address}> is not known here`), { responseCode });
  const server = new SMTPServer({
    disabledCommands: options.secure || options.key ? [] : ['STARTTLS'],
    authOptional: true,
    logger: false,
    // Senders keep their connections; a server that goes away does not wait for them.
    closeTimeout: 50,
    async onRcptTo({ address }, _session, done) {
      const status = await sink.refuse(address);
      done(status === 0 ? null : fault(status, address));
    },
    onAuth({ username, password }, _session, done) {
      if (password === 'right') done(null, { user: username });
      else done(Object.assign(new Error('no'), { responseCode: 535 }));
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const raw = Buffer.concat(chunks).toString();
        const { mailFrom, rcptTo } = session.envelope;
        received.push({
          from: mailFrom ? mailFrom.address : '',
          to: rcptTo.map(({ address }) => address),
          raw,
          ...read(raw),
          secure: session.secure,
          user: session.user as string | undefined,
        });
        done(null);
      });
    },
    ...options,
  });
  server.on('error', () => {}); // A client that goes away in the middle is part of the tests.
  const listening = server.listen(options.port ?? 0, options.host ?? '127.0.0.1');
  await once(listening, 'listening');
  return Object.assign(sink, {
    port: (listening.address() as AddressInfo).port,
    received,
    stop: () => new Promise<void>((resolve) => server.close(() => resolve())),
  });
};
