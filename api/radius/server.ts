import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIP } from 'node:net';
import { createHandler, type Peer, type PortKind, type RadiusOptions } from './handler.ts';
import { startRadsec, type RadsecOptions, type RadsecServer } from './radsec.ts';

export type ListenOptions = {
  /** Addresses of this machine, of both families. */
  readonly hosts: readonly string[];
  /** UDP ports; 0 picks a free one. */
  readonly authentication: readonly number[];
  readonly accounting: readonly number[];
  /** Also over TLS, at the same addresses. */
  readonly radsec?: Omit<RadsecOptions, 'hosts'>;
};

export type RadiusServer = {
  /** Where it listens, `address:port`, in the order of the options. */
  readonly authentication: readonly string[];
  readonly accounting: readonly string[];
  readonly radsec: readonly string[];
  stop(): Promise<void>;
};

/** Packets that wait in the system while we are busy. */
const receiveBufferOctets = 4 * 1024 * 1024;
const mappedV4 = /^::ffff:(?=\d{1,3}\.)/i;

const nameOf = (host: string, port: number): string =>
  isIP(host) === 6 ? `[${host}]:${port}` : `${host}:${port}`;

const bind = async (host: string, port: number): Promise<Socket> => {
  const socket = createSocket({ type: isIP(host) === 6 ? 'udp6' : 'udp4' });
  socket.bind(port, host);
  await once(socket, 'listening'); // A port in use rejects here, with its number in the error.
  try {
    socket.setRecvBufferSize(receiveBufferOctets);
  } catch {
    // A system that allows less keeps its own size.
  }
  return socket;
};

/** RADIUS over UDP (RFC 2865, 2866, 5997), and over TLS where that is on (RFC 6614). */
export const startRadius = async (
  options: RadiusOptions & ListenOptions,
): Promise<RadiusServer> => {
  const handler = createHandler(options);
  const sockets: Socket[] = [];
  let secure: RadsecServer | undefined;
  let stopped = false;

  const listen = async (host: string, port: number, kind: PortKind): Promise<string> => {
    const socket = await bind(host, port);
    sockets.push(socket);
    socket.on('error', options.onError);
    socket.on('message', (datagram, { address, port: from }) => {
      const peer = { address: address.replace(mappedV4, ''), port: from };
      void answer(datagram, peer, kind, (reply) =>
        socket.send(reply, from, address, () => undefined),
      );
    });
    return nameOf(host, socket.address().port);
  };

  const answer = async (
    datagram: Buffer,
    peer: Peer,
    kind: PortKind,
    send: (reply: Buffer) => void,
  ): Promise<void> => {
    const reply = await handler.handle(datagram, peer, kind);
    // The socket may be closed by now.
    if (reply && !stopped) send(reply);
  };

  const listenAll = async (ports: readonly number[], kind: PortKind): Promise<string[]> => {
    const names: string[] = [];
    for (const host of options.hosts)
      for (const port of ports) names.push(await listen(host, port, kind));
    return names;
  };

  const close = async (): Promise<void> => {
    stopped = true;
    handler.stop();
    await Promise.all([
      secure?.stop(),
      ...sockets.map((socket) => new Promise<void>((resolve) => socket.close(() => resolve()))),
    ]);
  };

  try {
    const authentication = await listenAll(options.authentication, 'authentication');
    const accounting = await listenAll(options.accounting, 'accounting');
    secure = options.radsec && (await startRadsec({ ...options, ...options.radsec, handler }));
    const radsec = secure?.addresses.map(({ address, port }) => nameOf(address, port)) ?? [];
    return { authentication, accounting, radsec, stop: close };
  } catch (error) {
    await close();
    throw error;
  }
};
