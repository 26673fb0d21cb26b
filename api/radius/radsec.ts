import { constants } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { createServer, type TLSSocket, type TlsOptions } from 'node:tls';
import { peerCertificate } from '../peerCertificate.ts';
import type { Clients } from './clients.ts';
import type { Handler } from './handler.ts';
import type { Monitor } from './monitor.ts';
import { serveConnection } from './radsecConnection.ts';
import { radsecLimits, type RadsecLimits } from './radsecLimits.ts';

export type RadsecOptions = {
  /** Addresses of this machine, and the TCP port there; 0 picks a free one. */
  readonly hosts: readonly string[];
  readonly port: number;
  /** Our certificate and key, versions and suites, and the authorities (`ca`) of clients that are known by a name. */
  readonly tls: TlsOptions;
  readonly limits?: Partial<RadsecLimits>;
};

export type RadsecServer = {
  readonly addresses: readonly AddressInfo[];
  stop(): Promise<void>;
};

const mappedV4 = /^::ffff:(?=\d{1,3}\.)/i;
const addressOf = ({ remoteAddress = '' }: Socket): string => remoteAddress.replace(mappedV4, '');

const createTally = () => {
  const counts = new Map<string, number>();
  return {
    of: (key: string): number => counts.get(key) ?? 0,
    add(key: string, difference: 1 | -1): void {
      const count = (counts.get(key) ?? 0) + difference;
      if (count === 0) counts.delete(key);
      else counts.set(key, count);
    },
  };
};

/**
 * RADIUS over TLS (RFC 6614): who a client is, its certificate says, and its packets are answered as if they had come by
 * UDP.
 */
export const startRadsec = async (
  options: RadsecOptions & {
    readonly clients: Clients;
    readonly monitor: Monitor;
    readonly handler: Handler;
    readonly onError: (error: unknown) => void;
  },
): Promise<RadsecServer> => {
  const { clients, handler, onError } = options;
  const limits: RadsecLimits = { ...radsecLimits, ...options.limits };
  const sockets = new Set<Socket>();
  const open = createTally();
  const proven = createTally();

  const admit = (socket: Socket): void => {
    const address = addressOf(socket);
    sockets.add(socket);
    open.add(address, 1);
    socket.once('close', () => {
      sockets.delete(socket);
      open.add(address, -1);
    });
    const unproven = open.of(address) - proven.of(address);
    if (sockets.size <= limits.connections && unproven <= limits.unprovenOfAddress) return;
    handler.drop('tooManyConnections', address);
    socket.destroy();
  };

  const begin = async (socket: TLSSocket): Promise<void> => {
    const address = addressOf(socket);
    const certificate = peerCertificate(socket);
    const client =
      certificate?.isInForce(Date.now()) === true
        ? await clients.findByCertificate(certificate)
        : undefined;
    if (!certificate || !client) {
      handler.drop('unknownCertificate', address);
      return void socket.destroy();
    }
    if (options.monitor.connectionsOf(client.clientId) >= limits.connectionsOfClient) {
      handler.drop('tooManyConnections', address, client.clientId);
      return void socket.destroy();
    }
    if (socket.destroyed) return;
    proven.add(address, 1);
    socket.once('close', () => proven.add(address, -1));
    const peer = { address, port: socket.remotePort ?? 0 };
    serveConnection({ ...options, socket, certificate, client, peer, limits });
  };

  const listen = async (host: string) => {
    const server = createServer({
      ...options.tls,
      requestCert: true,
      // A pinned certificate may be of any authority, and each is looked at below.
      rejectUnauthorized: false,
      handshakeTimeout: limits.handshakeMs,
      // Whoever has proven who it is must not become somebody else on the way.
      secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
    });
    server.on('connection', admit);
    server.on('tlsClientError', (_error, socket) => {
      handler.drop('failedHandshake', addressOf(socket));
      socket.destroy();
    });
    server.on('secureConnection', (socket) => {
      // A connection that ends by itself tells nothing that its end does not.
      socket.on('error', () => undefined);
      begin(socket).catch((error: unknown) => {
        socket.destroy();
        onError(error);
      });
    });
    server.listen(options.port, host);
    await once(server, 'listening'); // A port in use rejects here, with its number in the error.
    server.on('error', onError);
    return server;
  };

  const servers: Awaited<ReturnType<typeof listen>>[] = [];
  const stop = async (): Promise<void> => {
    const closed = servers.map(
      (server) => new Promise<void>((resolve) => server.close(() => resolve())),
    );
    for (const socket of sockets) socket.destroy();
    await Promise.all(closed);
  };

  try {
    for (const host of options.hosts) servers.push(await listen(host));
  } catch (error) {
    await stop();
    throw error;
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a TCP server that listens has one
  return { addresses: servers.map((server) => server.address() as AddressInfo), stop };
};
