import { mkdtempSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCertificate } from '../../../runtime/certificate.ts';

const form =
  /^<(\d{1,3})>1 (\S+) (\S+) countersign - (\S+) \[countersign@32473((?: [A-Za-z]+="(?:[^"\\\]]|\\["\\\]])*")*)\] \uFEFF(.*)$/su;

export type Received = {
  /** Counts from 1. */
  readonly connection: number;
  readonly priority: number;
  readonly position: number;
  readonly fields: Readonly<Record<string, string>>;
  readonly text: string;
};

const read = (message: string): Omit<Received, 'connection'> => {
  const [, priority = '', , , , data = '', text = ''] = form.exec(message) ?? [];
  if (priority === '') throw new Error(`not RFC 5424: ${message}`);
  const fields = Object.fromEntries(
    [...data.matchAll(/ ([A-Za-z]+)="((?:[^"\\\]]|\\["\\\]])*)"/g)].map(([, name, value = '']) => [
      name,
      value.replaceAll(/\\(["\\\]])/g, '$1'),
    ]),
  ) as Record<string, string>;
  return { priority: Number(priority), position: Number(fields['position']), fields, text };
};

/** A receiver of syslog over TLS that counts octets (RFC 5425 §4.3) and reads each message strictly. */
export const syslogReceiver = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-syslog-'));
  const { cert, key, ca } = openCertificate({ folder });
  const received: Received[] = [];
  const faults: string[] = [];
  const sockets = new Set<TLSSocket>();
  let server: Server | undefined;
  let port = 0;
  let connections = 0;

  const take = (socket: TLSSocket): void => {
    connections += 1;
    const connection = connections;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    let rest = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      rest = Buffer.concat([rest, chunk]);
      for (;;) {
        const space = rest.indexOf(0x20);
        if (space < 0) return;
        const length = Number(rest.subarray(0, space).toString('ascii'));
        if (!/^[1-9]\d{0,6}$/.test(rest.subarray(0, space).toString('ascii'))) {
          faults.push('a wrong frame');
          socket.destroy();
          return;
        }
        if (rest.length < space + 1 + length) return;
        try {
          const message = rest.subarray(space + 1, space + 1 + length).toString('utf8');
          received.push({ connection, ...read(message) });
        } catch (error) {
          faults.push(String(error));
        }
        rest = rest.subarray(space + 1 + length);
      }
    });
  };
  const start = async (): Promise<void> => {
    server = createServer({ cert, key }, take);
    server.on('tlsClientError', () => undefined);
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    ({ port } = server.address() as AddressInfo);
  };
  /** Goes away in the middle of whatever it reads. */
  const stop = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    const closed = server && once(server, 'close');
    server?.close();
    await closed;
    server = undefined;
  };
  await start();
  return {
    ca,
    port,
    received,
    faults,
    start,
    stop,
    target: `127.0.0.1:${port}`,
    positions: () => new Set(received.map(({ position }) => position)),
    async remove() {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
export type SyslogReceiver = Awaited<ReturnType<typeof syslogReceiver>>;
