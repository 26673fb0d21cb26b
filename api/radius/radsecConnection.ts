import type { TLSSocket } from 'node:tls';
import type { PeerCertificate } from '../peerCertificate.ts';
import type { Clients, KnownClient } from './clients.ts';
import type { Handler, Peer } from './handler.ts';
import type { DropReason, Monitor } from './monitor.ts';
import { createFrames } from './radsecFrames.ts';
import type { RadsecLimits } from './radsecLimits.ts';

/** RFC 6614 §2.3: the same for everybody, since TLS has proven and hidden all that it would. */
const radsecSecret = Buffer.from('radsec', 'latin1');

/** Packets may lack a proof of their own; one that is there must be right (SEC-15). */
const overTls = (client: KnownClient): KnownClient => ({
  ...client,
  secret: radsecSecret,
  messageAuthenticator: 'off',
  mustProve: () => false,
});

/** After such a packet the other side is not what it should be (RFC 6613 §2.6.4). */
const ends: ReadonlySet<DropReason> = new Set(['malformed', 'badAuthenticator']);

export type ServedConnection = {
  readonly socket: TLSSocket;
  readonly certificate: PeerCertificate;
  readonly client: KnownClient;
  readonly peer: Pick<Peer, 'address' | 'port'>;
  readonly clients: Clients;
  readonly monitor: Monitor;
  readonly handler: Handler;
  readonly limits: RadsecLimits;
  readonly onError: (error: unknown) => void;
};

/** Answers the packets of one client's connection until either side ends it. */
export const serveConnection = (connection: ServedConnection): void => {
  const { socket, certificate, peer, clients, monitor, handler, limits, onError } = connection;
  const { clientId } = connection.client;
  const frames = createFrames();
  let late: NodeJS.Timeout | undefined;

  monitor.connected(clientId, 1);
  socket.once('close', () => {
    clearTimeout(late);
    monitor.connected(clientId, -1);
  });
  socket.setNoDelay(true);
  socket.setTimeout(limits.idleMs, () => socket.destroy());

  const onDrop = (reason: DropReason): void => {
    if (ends.has(reason)) socket.destroy();
  };

  /** As it is set now: a client that was removed, or has another certificate, is not served on. */
  const currentClient = async (): Promise<KnownClient | undefined> => {
    if (!certificate.isInForce(Date.now())) return undefined;
    const found = await clients.findByCertificate(certificate);
    return found?.clientId === clientId ? found : undefined;
  };

  const answer = async (packet: Buffer): Promise<void> => {
    const client = await currentClient();
    if (!client) {
      handler.drop('unknownCertificate', peer.address, clientId);
      return void socket.destroy();
    }
    const reply = await handler.handle(packet, { ...peer, client: overTls(client), onDrop }, 'tls');
    if (!reply || socket.destroyed) return;
    socket.write(reply);
    if (socket.writableLength > limits.unsentOctets) socket.destroy();
  };

  socket.on('data', (chunk: Buffer) => {
    const packets = frames.push(chunk);
    if (!packets) {
      handler.drop('malformed', peer.address, clientId);
      return void socket.destroy();
    }
    // Each packet has its own time, which octets that trickle in do not make longer.
    if (packets.length > 0 || !frames.isHalf()) {
      clearTimeout(late);
      late = undefined;
    }
    if (frames.isHalf()) late ??= setTimeout(() => socket.destroy(), limits.packetMs);
    for (const packet of packets) answer(packet).catch(onError);
  });
};
