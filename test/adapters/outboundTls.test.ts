import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openChannel } from '../../adapters/directory/channel.ts';
import { requestTimestamp } from '../../adapters/ledger/timestamp.ts';
import { smtpMailer } from '../../adapters/mail/smtp.ts';
import { syslogOverTls } from '../../adapters/syslog/tls.ts';
import { httpGateway } from '../../adapters/telephony/httpGateway.ts';
import { telephonyLimits } from '../../adapters/telephony/limits.ts';
import { openPostgresViews } from '../../adapters/views/postgres.ts';
import { httpWebhooks } from '../../adapters/webhooks/http.ts';
import { certificateAuthority, type Authority, type Pair } from '../e2e/support/certificates.ts';
import { tlsTrap, type Preface, type Trap, type TrapOptions } from './tlsTrap.ts';

/*
 * Whoever answers in the place of a directory, a mail server, a receiver of webhooks or logs, a gateway or a database hears
 * not one octet of what was meant for it, unless the certificate is for its name and from an authority that is trusted.
 */

const secret = 'canary-5e1f';
const folder = mkdtempSync(join(tmpdir(), 'outbound-'));
let own: Authority;
let foreign: Authority;
let right: Pair;
let systemAuthorities: string[];

beforeAll(() => {
  own = certificateAuthority(folder, 'own');
  foreign = certificateAuthority(folder, 'foreign');
  right = own.issue('localhost', 'serverAuth');
  systemAuthorities = getCACertificates('default');
  // For those calls that know no other authorities than the machine's.
  setDefaultCACertificates([own.cert]);
});
afterAll(() => {
  setDefaultCACertificates(systemAuthorities);
  rmSync(folder, { recursive: true, force: true });
});

const timeoutMs = 5_000;
const address = (port: number): string => `localhost:${port}`;

const mail = (security: 'tls' | 'starttls') => async (port: number) => {
  const server = {
    host: 'localhost',
    port,
    security,
    user: 'mailer',
    password: secret,
    sender: 'mfa@example.org',
  };
  const mailer = smtpMailer({ settings: async () => server, ca: own.cert });
  const to = 'ann@example.org';
  try {
    await mailer.send({ messageId: '<1@example.org>', to, subject: secret, text: secret });
  } finally {
    mailer.close();
  }
};

const directory = (security: 'ldaps' | 'startTls') => async (port: number) => {
  const at = { host: '127.0.0.1', port, serverName: 'localhost', ca: own.cert, timeoutMs };
  const socket = await openChannel({ ...at, security }, AbortSignal.timeout(timeoutMs));
  socket.write(secret);
};

const callers: Readonly<
  Record<
    string,
    {
      readonly preface: Preface;
      readonly greeting?: string;
      call(port: number): Promise<unknown>;
    }
  >
> = {
  LDAPS: { preface: 'none', call: directory('ldaps') },
  'LDAP with StartTLS': { preface: 'ldap', call: directory('startTls') },
  SMTPS: { preface: 'none', greeting: '220 mail ESMTP\r\n', call: mail('tls') },
  'SMTP with STARTTLS': { preface: 'smtp', call: mail('starttls') },
  syslog: {
    preface: 'none',
    async call(port) {
      const syslog = syslogOverTls(async () => [{ address: '127.0.0.1' }]);
      const target = { host: 'localhost', port, ca: own.cert };
      await (await syslog.connect(target)).send(Buffer.from(secret));
    },
  },
  webhooks: {
    preface: 'none',
    call: (port) =>
      httpWebhooks({ allow: [address(port)] }).post({
        url: `https://${address(port)}/hook`,
        deliveryId: '1',
        type: 'test',
        body: secret,
        keyId: 'k',
        secret,
        timestamp: 1,
      }),
  },
  telephony: {
    preface: 'none',
    async call(port) {
      const provider = {
        kind: 'http',
        baseUrl: `https://${address(port)}`,
        from: '+15555550100',
        secret,
      } as const;
      const gateway = httpGateway({
        provider: provider as unknown as Parameters<typeof httpGateway>[0]['provider'],
        limits: telephonyLimits,
        allow: [address(port)],
      });
      const contact = {
        reference: secret,
        to: '+15555550101',
        extension: '',
        requestId: 'R',
        which: 'primary',
        kind: 'call',
      } as const;
      await gateway.find(contact, new Date().toISOString());
    },
  },
  'time stamps': {
    preface: 'none',
    call: (port) => requestTimestamp(`https://${address(port)}/tsa`, secret, [address(port)]),
  },
  PostgreSQL: {
    preface: 'postgres',
    async call(port) {
      const authority = encodeURIComponent(own.certPath);
      const query = `sslmode=verify-full&sslrootcert=${authority}`;
      const url = `postgres://views@${address(port)}/views?${query}`;
      const views = await openPostgresViews({ url, password: secret, schema: 'views' });
      await views.close();
    },
  },
};

/** Everything that a call let such a server hear. */
const heardBy = async (
  { call, ...first }: (typeof callers)[string],
  options: Omit<TrapOptions, 'preface' | 'greeting'>,
): Promise<{ readonly secure: string; readonly clear: string }> => {
  const trap: Trap = await tlsTrap({ ...first, ...options });
  await call(trap.port).then(
    () => undefined,
    () => undefined,
  );
  // Whatever is on its way has come by then.
  await new Promise((resolve) => setTimeout(resolve, 50));
  trap.stop();
  return { secure: trap.secure().toString('latin1'), clear: trap.clear().toString('latin1') };
};

const forms = [secret, Buffer.from(secret).toString('base64'), 'AUTH', 'MAIL FROM', 'views'];

describe('SEC-86 what goes out', () => {
  test.each(Object.entries(callers))(
    'SEC-86 %s: nothing is said to a server that does not prove its name, nor in the clear',
    async (_name, caller) => {
      const genuine = await heardBy(caller, { pair: right });
      expect(genuine.secure).not.toBe('');
      const wrong: readonly (readonly [string, Omit<TrapOptions, 'preface' | 'greeting'>])[] = [
        ['another authority', { pair: foreign.issue('localhost', 'serverAuth') }],
        ['another name', { pair: own.issue('other.example.test', 'serverAuth') }],
        ['another purpose', { pair: own.issue('localhost', 'clientAuth') }],
        ['TLS 1.1', { pair: right, maxVersion: 'TLSv1.1' }],
        ['no TLS', { pair: right, isClear: true }],
      ];
      const heard = await Promise.all(
        wrong.map(async ([what, options]) => [what, await heardBy(caller, options)] as const),
      );
      for (const [what, { secure, clear }] of [...heard, ['the right one', genuine] as const]) {
        if (what !== 'the right one') expect([what, secure]).toEqual([what, '']);
        expect([what, forms.filter((form) => clear.includes(form))]).toEqual([what, []]);
      }
    },
    30_000,
  );

  test('SEC-86 these are all the ways out: nothing else opens a connection', () => {
    const root = fileURLToPath(new URL('../..', import.meta.url));
    const opens =
      /\b(?:connect|request|createConnection)\b[^;]*\bfrom 'node:(?:net|tls|https?|http2|dgram)'|\bfetch\(|rejectUnauthorized: false|NODE_TLS_REJECT/;
    const found = globSync(
      '{activities,adapters,api,projections,runtime,server,workflows}/**/*.ts',
      {
        cwd: root,
      },
    ).filter((file) => opens.test(readFileSync(join(root, file), 'utf8')));
    expect(found.toSorted()).toEqual([
      'adapters/directory/channel.ts',
      'adapters/http/guardedFetch.ts',
      'adapters/mail/connect.ts',
      'adapters/syslog/tls.ts',
      // Whoever shows no certificate of theirs, or a pinned one, is looked at afterwards: these take calls.
      'api/radius/radsec.ts',
      // A file of the workflow engine from the address of its makers, by its digest; and its port on this machine.
      'runtime/temporalInstall.ts',
      'runtime/temporalReady.ts',
      'server/listeners.ts',
    ]);
  });
});
