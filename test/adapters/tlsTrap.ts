import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { TLSSocket, type SecureVersion } from 'node:tls';
import type { Pair } from '../e2e/support/certificates.ts';

/** What is said before TLS begins. */
export type Preface = 'none' | 'smtp' | 'ldap' | 'postgres';

export type TrapOptions = {
  readonly preface: Preface;
  readonly pair: Pick<Pair, 'cert' | 'key'>;
  readonly maxVersion?: SecureVersion;
  /** Never begins TLS, and goes on in the clear. */
  readonly isClear?: boolean;
  /** Its first words through TLS, where the other side waits for them. */
  readonly greeting?: string;
};

/** A server that somebody may have put in the place of another; it hears whatever it is told. */
export type Trap = {
  readonly port: number;
  /** Octets that came through TLS, and those that came outside of it. */
  secure(): Buffer;
  clear(): Buffer;
  stop(): void;
};

/** ExtendedResponse to message 1 (RFC 4511 §4.12) with this result. */
const ldapResponse = (code: number): Buffer =>
  Buffer.from([0x30, 12, 2, 1, 1, 0x78, 7, 10, 1, code, 4, 0, 4, 0]);
const protocolError = 2;

/** Speaks as far as TLS begins. @returns whether it does */
const prefaces: Readonly<Record<Preface, (socket: Socket, isClear: boolean) => Promise<boolean>>> =
  {
    none: async (socket, isClear) => {
      if (isClear) socket.write('220 all is well\r\n');
      return !isClear;
    },
    smtp: async (socket, isClear) => {
      socket.write('220 mail ESMTP\r\n');
      await once(socket, 'data');
      socket.write(isClear ? '250 mail\r\n' : '250-mail\r\n250 STARTTLS\r\n');
      if (isClear) {
        socket.on('data', () => socket.write('502 not here\r\n'));
        return false;
      }
      await once(socket, 'data');
      socket.write('220 go ahead\r\n');
      return true;
    },
    ldap: async (socket, isClear) => {
      await once(socket, 'data');
      socket.write(ldapResponse(isClear ? protocolError : 0));
      return !isClear;
    },
    postgres: async (socket, isClear) => {
      await once(socket, 'data');
      socket.write(isClear ? 'N' : 'S');
      return !isClear;
    },
  };

export const tlsTrap = async (options: TrapOptions): Promise<Trap> => {
  const { preface, pair, maxVersion, isClear = false, greeting } = options;
  const secure: Buffer[] = [];
  const clear: Buffer[] = [];
  const sockets = new Set<Socket>();

  const begin = async (socket: Socket): Promise<void> => {
    const note = (octets: Buffer): void => void clear.push(octets);
    socket.on('data', note);
    if (!(await prefaces[preface](socket, isClear))) return;
    socket.off('data', note);
    const old = maxVersion === undefined ? {} : ({ minVersion: 'TLSv1', maxVersion } as const);
    const weak = maxVersion === undefined ? {} : { ciphers: 'ALL:@SECLEVEL=0' };
    const { cert, key } = pair;
    const through = new TLSSocket(socket, { isServer: true, cert, key, ...old, ...weak });
    through.on('error', () => socket.destroy());
    if (greeting !== undefined) through.write(greeting);
    through.on('data', (octets: Buffer) => {
      secure.push(octets);
      socket.destroy();
    });
  };

  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
    begin(socket).catch(() => socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    secure: () => Buffer.concat(secure),
    clear: () => Buffer.concat(clear),
    stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
};
