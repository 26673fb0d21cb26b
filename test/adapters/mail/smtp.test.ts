import { afterEach, describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mayConnect } from '../../../adapters/mail/connect.ts';
import { MailRefused } from '../../../adapters/mail/port.ts';
import { smtpMailer, type OpenSmtp } from '../../../adapters/mail/smtp.ts';
import { openCertificate } from '../../../runtime/certificate.ts';
import { freePort } from '../../support/freePort.ts';
import { smtpSink, textOf, type SmtpSink } from '../../support/smtpSink.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

const sinkFor = async (options?: Parameters<typeof smtpSink>[0]): Promise<SmtpSink> => {
  const sink = await smtpSink(options);
  closing.push(() => sink.stop());
  return sink;
};
const mailerTo = (port: number, more: Partial<OpenSmtp> = {}, ca?: string) => {
  const server: OpenSmtp = {
    host: '127.0.0.1',
    port,
    security: 'none',
    sender: 'Countersign <mfa@example.org>',
    ...more,
  };
  const mailer = smtpMailer({ settings: async () => server, ...(ca === undefined ? {} : { ca }) });
  closing.push(() => mailer.close());
  return mailer;
};
const mail = (more = {}) => ({
  messageId: '<n-1@example.org>',
  to: 'jo@example.org',
  subject: 'Grüße',
  text: 'Zeile 1 – äöü\nline 2',
  ...more,
});
const tls = () => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-smtp-'));
  closing.push(() => rmSync(folder, { recursive: true }));
  const { cert, key, ca } = openCertificate({ folder });
  return { certificate: { cert, key }, ca };
};

describe('mail over SMTP', () => {
  test('a mail arrives as it was written, as plain text in UTF-8', async () => {
    const sink = await sinkFor();
    await mailerTo(sink.port).send(mail());
    const [got] = sink.received;
    expect(got).toMatchObject({ from: 'mfa@example.org', to: ['jo@example.org'], secure: false });
    expect(got!.header('message-id')).toBe('<n-1@example.org>');
    expect(got!.header('content-type')).toBe('text/plain; charset=utf-8');
    expect(got!.header('auto-submitted')).toBe('auto-generated');
    expect(textOf(got!).trimEnd().replaceAll('\r\n', '\n')).toBe('Zeile 1 – äöü\nline 2');
  });

  test('SEC-57 CR and LF in any field make no header, no recipient and no command', async () => {
    const sink = await sinkFor();
    const canary = 'x\r\nBcc: evil@example.org\r\nX-Canary: 1\r\n\r\nbody';
    const mailer = mailerTo(sink.port, { sender: `Countersign\r\nX-Canary: 1 <mfa@example.org>` });
    await mailer.send(mail({ subject: canary, messageId: `<a@b>\r\nX-Canary: 1` }));
    await mailer.send(mail({ text: `line\r\n.\r\nMAIL FROM:<evil@example.org>\r\n` }));
    const two = mail({ to: 'jo@example.org\r\nRCPT TO:<evil@example.org>' });
    await expect(mailer.send(two)).rejects.toThrow(MailRefused);
    for (const got of sink.received) {
      expect(got.headerNames).not.toContain('bcc');
      expect(got.headerNames).not.toContain('x-canary');
      expect(got.to).not.toContain('evil@example.org');
      expect(got.from).toBe('mfa@example.org');
    }
    expect(sink.received.length).toBeGreaterThanOrEqual(2);
    expect(textOf(sink.received[1]!)).toContain('MAIL FROM:<evil@example.org>');
  });

  test('SEC-57 an address is one recipient, whatever stands in it', async () => {
    const sink = await sinkFor();
    const mailer = mailerTo(sink.port);
    for (const to of ['a@example.org,evil@example.org', 'x <evil@example.org>', 'g: evil@x;'])
      await expect(mailer.send(mail({ to }))).rejects.toThrow(MailRefused);
    expect(sink.received).toEqual([]);
  });

  test('a no for good is told apart from one for now, without the words of the server', async () => {
    const sink = await sinkFor();
    const mailer = mailerTo(sink.port);
    sink.refuse = () => 550;
    await expect(mailer.send(mail())).rejects.toEqual(new MailRefused('550 5.1.1'));
    sink.refuse = () => 451;
    const later = await mailer.send(mail()).catch((error: unknown) => error as Error);
    expect(later).not.toBeInstanceOf(MailRefused);
    expect((later as Error).message).toBe('451 5.1.1');
    sink.refuse = () => 0;
    await mailer.send(mail());
    expect(sink.received).toHaveLength(1);
  });

  test('nobody there, and a refused sign-in, are worth another try', async () => {
    const gone = await mailerTo(await freePort())
      .send(mail())
      .catch((error: unknown) => error);
    expect(gone).not.toBeInstanceOf(MailRefused);
    expect(gone).toMatchObject({ message: 'ECONNREFUSED' });
    const { certificate, ca } = tls();
    const sink = await sinkFor({ secure: true, ...certificate });
    const wrong = { host: 'localhost', security: 'tls', user: 'u', password: 'wrong' } as const;
    const refused = await mailerTo(sink.port, wrong, ca)
      .send(mail())
      .catch((error: unknown) => error);
    expect(refused).not.toBeInstanceOf(MailRefused);
    expect(refused).toMatchObject({ message: '535' });
    await mailerTo(sink.port, { ...wrong, password: 'right' }, ca).send(mail());
    expect(sink.received).toMatchObject([{ secure: true, user: 'u' }]);
  });

  test('SEC-62 a certificate of an unknown authority, or of another name, ends the connection', async () => {
    const { certificate, ca } = tls();
    const sink = await sinkFor({ secure: true, ...certificate });
    const unknown = mailerTo(sink.port, { host: 'localhost', security: 'tls' });
    const distrusted = { cause: { message: expect.stringMatching(/certificate/) } };
    await expect(unknown.send(mail())).rejects.toMatchObject(distrusted);
    const start = await sinkFor(certificate);
    await mailerTo(start.port, { host: 'localhost', security: 'starttls' }, ca).send(mail());
    expect(start.received).toMatchObject([{ secure: true }]);
    await expect(
      mailerTo(start.port, { host: 'localhost', security: 'starttls' }).send(mail()),
    ).rejects.toMatchObject(distrusted);
    const elsewhere = await sinkFor({ secure: true, ...certificate, host: '127.0.0.2' });
    const misnamed = mailerTo(elsewhere.port, { host: '127.0.0.2', security: 'tls' }, ca);
    await expect(misnamed.send(mail())).rejects.toMatchObject({
      cause: { message: expect.stringMatching(/altnames|IP: 127\.0\.0\.2/) },
    });
    expect([...sink.received, ...elsewhere.received]).toEqual([]);
  });

  test('STARTTLS that is not offered is not done without', async () => {
    const sink = await sinkFor();
    await expect(mailerTo(sink.port, { security: 'starttls' }).send(mail())).rejects.toThrow('500');
    expect(sink.received).toEqual([]);
  });

  test('SEC-62 only mail ports, and never link-local; without TLS only this machine', async () => {
    const may = (address: string, port: number, loopbackOnly = false) =>
      mayConnect(address, { port, loopbackOnly });
    expect(may('10.0.0.5', 25)).toBe(true);
    expect(may('192.0.2.1', 587)).toBe(true);
    expect(may('10.0.0.5', 6379)).toBe(false);
    for (const inner of ['169.254.169.254', '::ffff:169.254.169.254', 'fe80::1', '0.0.0.0', '::'])
      expect(may(inner, 25)).toBe(false);
    expect(may('127.0.0.1', 2525, true)).toBe(true);
    expect(may('::1', 2525, true)).toBe(true);
    expect(may('10.0.0.5', 25, true)).toBe(false);
    await expect(
      mailerTo(25, { host: '169.254.169.254', security: 'tls' }).send(mail()),
    ).rejects.toThrow('ETARGET');
    await expect(mailerTo(25, { host: '10.0.0.5' }).send(mail())).rejects.toThrow('ETARGET');
  });

  test('a change of the settings counts for the next mail; without settings mail is off', async () => {
    const [one, two] = [await sinkFor(), await sinkFor()];
    const server = (port: number): OpenSmtp => ({
      host: '127.0.0.1',
      port,
      security: 'none',
      sender: 'mfa@example.org',
    });
    let now: OpenSmtp | undefined = server(one.port);
    const mailer = smtpMailer({ settings: async () => now });
    closing.push(() => mailer.close());
    expect(await mailer.enabled()).toBe(true);
    await mailer.send(mail());
    now = server(two.port);
    await mailer.send(mail());
    expect([one.received.length, two.received.length]).toEqual([1, 1]);
    now = undefined;
    expect(await mailer.enabled()).toBe(false);
    await expect(mailer.send(mail())).rejects.toThrow('mail is off');
  });

  test('a server that says nothing is given up on', async () => {
    const silent = createServer(() => {}).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    closing.push(() => silent.close());
    const started = Date.now();
    const { port } = silent.address() as AddressInfo;
    await expect(mailerTo(port).send(mail())).rejects.toThrow('ETIMEDOUT');
    expect(Date.now() - started).toBeLessThan(15_000);
  }, 20_000);
});
