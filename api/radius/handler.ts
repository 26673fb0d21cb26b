import { createHash } from 'node:crypto';
import type { Caller, Facade } from '../facade.ts';
import { account } from './accounting.ts';
import { signAccountingReply, signReply } from './authenticator.ts';
import type { Clients, KnownClient } from './clients.ts';
import { createDialogue } from './dialogue.ts';
import { createDrops } from './drops.ts';
import { createDuplicates } from './duplicates.ts';
import { createRateLimits, maxOpen } from './limits.ts';
import { protocolOf, readLogin } from './login.ts';
import type { Counter, DropReason, Monitor, Protocol } from './monitor.ts';
import { codes, decodePacket, type ReceivedPacket } from './packet.ts';
import { checkProof } from './proof.ts';
import { withProxyState, type Reply } from './replies.ts';
import { has, types } from './attributes.ts';
import { traced } from './traced.ts';

export type RadiusOptions = {
  readonly facade: Facade;
  readonly clients: Clients;
  readonly monitor: Monitor;
  /** A client has its answer within this time, or has given up. */
  readonly deadlineSeconds: number;
  readonly explainRejects: boolean;
  readonly onError: (error: unknown) => void;
};

export type Peer = {
  readonly address: string;
  readonly port: number;
  /** Whose connection it is; over UDP the address alone says so. */
  readonly client?: KnownClient;
  /** Told why a packet gets no answer. */
  readonly onDrop?: (reason: DropReason) => void;
};
/** Over TLS one port takes everything (RFC 6614 §2.1). */
export type PortKind = 'authentication' | 'accounting' | 'tls';
export type Handler = ReturnType<typeof createHandler>;

/** A push ends this long before its client gives up, so that the client hears of it. */
const pushMarginSeconds = 2;
const minPushSeconds = 15;
/** Wrong passwords in a row that make the shared secret doubtful (spec/40 'Errors'). */
const doubtedAfter = 5;

const taken: Readonly<Record<PortKind, ReadonlySet<number>>> = {
  authentication: new Set([codes.accessRequest, codes.statusServer]),
  accounting: new Set([codes.accountingRequest, codes.statusServer]),
  tls: new Set([codes.accessRequest, codes.accountingRequest, codes.statusServer]),
};

const counterOf: ReadonlyMap<number, Counter> = new Map([
  [codes.accessAccept, 'accept'],
  [codes.accessReject, 'reject'],
  [codes.accessChallenge, 'challenge'],
  [codes.accountingResponse, 'accounting'],
]);

const callerOf = ({ clientId }: KnownClient, { address }: Peer): Caller => ({
  actor: { kind: 'radiusClient', id: clientId },
  channel: 'radius',
  address,
});

const protocol = (packet: ReceivedPacket): Protocol | undefined =>
  packet.code === codes.statusServer
    ? 'status'
    : packet.code === codes.accountingRequest
      ? 'accounting'
      : protocolOf(packet);

const signed = (packet: ReceivedPacket, reply: Reply, { secret }: KnownClient): Buffer => {
  const whole = { ...withProxyState(reply, packet), identifier: packet.identifier };
  const isReport = packet.code === codes.accountingRequest;
  return isReport ? signAccountingReply(whole, packet, secret) : signReply(whole, packet, secret);
};

/** A packet that comes back with the State of an open login. */
const answerIn = (datagram: Buffer): ReceivedPacket | undefined => {
  const packet = decodePacket(datagram);
  return packet && has(packet.attributes, types.state) ? packet : undefined;
};

/**
 * Whoever sends the same octets means the same login: from the same port over UDP, and over any of a client's connections
 * where a certificate has proven whose they are.
 */
const sourceOf = (peer: Peer, { clientId }: KnownClient, kind: PortKind): string =>
  kind === 'tls' ? `tls ${clientId} ` : `${peer.address} ${peer.port} `;

const nowMs = (): number => performance.now();

/** What one datagram gets: octets to send back, or silence. */
export const createHandler = (options: RadiusOptions) => {
  const { facade, clients, monitor, deadlineSeconds, onError } = options;
  const duplicates = createDuplicates(nowMs);
  const rates = createRateLimits(nowMs);
  const drops = createDrops(monitor, (sample) => facade.commands.recordDrops(sample), onError);
  const stopping = new AbortController();
  const wrongInARow = new Map<string, number>();

  const dialogue = createDialogue({
    ...options,
    pushSeconds: Math.max(minPushSeconds, deadlineSeconds - pushMarginSeconds),
    onOldRepetition(clientId) {
      monitor.count(clientId, 'duplicate');
    },
    onPrimary(clientId, accepted) {
      const wrong = accepted ? 0 : (wrongInARow.get(clientId) ?? 0) + 1;
      wrongInARow.set(clientId, wrong);
      if (wrong === doubtedAfter) facade.commands.doubtRadiusSecret(clientId).catch(onError);
    },
  });

  const replyTo = async (
    packet: ReceivedPacket,
    client: KnownClient,
    peer: Peer,
    kind: PortKind,
  ): Promise<Reply | undefined> => {
    if (packet.code === codes.statusServer)
      return {
        code: kind === 'accounting' ? codes.accountingResponse : codes.accessAccept,
        attributes: [],
      };
    const key = createHash('sha256')
      .update(sourceOf(peer, client, kind))
      .update(packet.octets)
      .digest('hex');
    const caller = callerOf(client, peer);
    const until = nowMs() + deadlineSeconds * 1_000;
    const { signal } = stopping;
    if (packet.code === codes.accountingRequest)
      return await account(facade, { client, packet, caller, key, signal });
    const left = () => until - nowMs();
    return await dialogue.answer(readLogin({ client, packet, caller, key, signal, left }));
  };

  const trace = (
    { clientId }: KnownClient,
    { address, port }: Peer,
    direction: 'in' | 'out',
    packet: Pick<ReceivedPacket, 'code' | 'identifier' | 'attributes'>,
  ): void => {
    if (!monitor.isTraced(clientId)) return;
    const at = new Date().toISOString();
    monitor.trace(clientId, traced(packet, { at, direction, peer: `${address}:${port}` }));
  };

  /** Works on a packet that is new here. */
  const work = async (
    packet: ReceivedPacket,
    client: KnownClient,
    peer: Peer,
    kind: PortKind,
  ): Promise<Buffer | undefined> => {
    monitor.opened(client.clientId, 1);
    try {
      const reply = await replyTo(packet, client, peer, kind);
      if (!reply) return undefined;
      const counter = counterOf.get(reply.code);
      if (counter !== undefined) monitor.count(client.clientId, counter);
      trace(client, peer, 'out', { ...reply, identifier: packet.identifier });
      return signed(packet, reply, client);
    } finally {
      monitor.opened(client.clientId, -1);
    }
  };

  const accepted = async (
    packet: ReceivedPacket,
    client: KnownClient,
    peer: Peer,
    kind: PortKind,
  ): Promise<Buffer | undefined> => {
    const { clientId } = client;
    const drop = (reason: DropReason): undefined => {
      peer.onDrop?.(reason);
      return drops.drop(reason, peer.address, clientId);
    };
    if (!taken[kind].has(packet.code)) return drop('wrongCode');
    const proof = checkProof(packet, client, peer.address);
    if (proof.kind === 'drop') return drop(proof.reason);
    monitor.seen(
      clientId,
      protocol(packet),
      packet.code === codes.accessRequest ? proof.proven || kind === 'tls' : undefined,
    );
    // Over TLS it is the same for everybody, and proves nothing.
    if (kind !== 'tls') monitor.secretOf(clientId, client.secret.length);
    trace(client, peer, 'in', packet);
    if (proof.secures && !client.mustProve(peer.address))
      await facade.commands.secureRadiusClient(clientId, peer.address);
    const { identifier, authenticator } = packet;
    const key = `${kind} ${peer.address} ${peer.port} ${identifier} ${authenticator.toString('hex')}`;
    const met = duplicates.meet(key);
    if (met !== 'new') {
      monitor.count(clientId, 'duplicate');
      return met === 'open' ? undefined : met;
    }
    let octets: Buffer | undefined;
    try {
      // Whoever comes back with an answer has been let begin (REL-13).
      if (monitor.openOf(clientId) >= maxOpen && !has(packet.attributes, types.state))
        return drop('tooManyOpen');
      octets = await work(packet, client, peer, kind);
      return octets;
    } finally {
      duplicates.settle(key, octets);
    }
  };

  return {
    /** Never throws: what goes wrong is told and answered with silence, so that the client tries again (REL-03). */
    async handle(datagram: Buffer, peer: Peer, kind: PortKind): Promise<Buffer | undefined> {
      try {
        const client = peer.client ?? (await clients.find(peer.address));
        if (!client) return drops.drop('unknownClient', peer.address);
        const { clientId, requestsPerSecond } = client;
        if (stopping.signal.aborted) return drops.drop('stopping', peer.address, clientId);
        const isPaced = rates.take(clientId, requestsPerSecond);
        const packet = isPaced ? decodePacket(datagram) : answerIn(datagram);
        // Answers have as much room again, which no flood of new logins takes from them (REL-13).
        if (!isPaced && !(packet && rates.take(`${clientId} answers`, requestsPerSecond)))
          return drops.drop('tooFast', peer.address, clientId);
        if (!packet) {
          peer.onDrop?.('malformed');
          return drops.drop('malformed', peer.address, clientId);
        }
        return await accepted(packet, client, peer, kind);
      } catch (error) {
        onError(error);
        return undefined;
      }
    },
    /** Counts what was refused before it was a packet. */
    drop: (reason: DropReason, address: string, clientId?: string): undefined =>
      drops.drop(reason, address, clientId),
    /** Takes nothing new and lets go of what waits: another node, or this one when it is back, goes on with it. */
    stop(): void {
      stopping.abort();
      duplicates.stop();
      drops.stop();
    },
  };
};
