import { createHmac, randomUUID } from 'node:crypto';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { openMemoryEventStore } from '../../../adapters/eventStore/memory.ts';
import type { Attempt, AuthenticateInput, Commands, Facade } from '../../../api/facade.ts';
import { newAuthenticator, signRequest } from '../../../api/radius/authenticator.ts';
import { textAttribute, types } from '../../../api/radius/attributes.ts';
import { createMonitor } from '../../../api/radius/monitor.ts';
import {
  codes,
  decodePacket,
  encodePacket,
  type Attribute,
  type ReceivedPacket,
} from '../../../api/radius/packet.ts';
import { createFrames } from '../../../api/radius/radsecFrames.ts';
import type { RadsecLimits } from '../../../api/radius/radsecLimits.ts';
import { startRadius } from '../../../api/radius/server.ts';
import type { DomainEvent } from '../../../domain/events.ts';
import { settingsStream } from '../../../domain/ids.ts';
import type { JsonObject } from '../../../domain/json.ts';
import { tlsOptions } from '../../../runtime/tlsOptions.ts';
import { radiusClients } from '../../../server/radiusClients.ts';
import type { Authority, Pair } from '../../e2e/support/certificates.ts';
import { until } from '../../e2e/support/until.ts';

export const radsec = Buffer.from('radsec');

/** A log that knows some clients, and RADIUS over TLS in front of commands that let everybody in. */
export const radsecRig = async (options: {
  readonly server: Pair;
  readonly authority: Authority;
  readonly clients: Readonly<Record<string, JsonObject>>;
  readonly limits?: Partial<RadsecLimits>;
  /** What comes of a login; an approval where absent. */
  readonly decide?: (input: AuthenticateInput) => Promise<Attempt>;
}) => {
  const store = openMemoryEventStore();
  let revision = -1;
  const record = async (event: DomainEvent): Promise<void> => {
    const meta = { at: '2026-01-01T00:00:00.000Z', actor: { kind: 'system', id: 'test' } } as const;
    const events = [{ ...event, id: randomUUID(), meta }];
    await store.commit([{ stream: settingsStream, expectedRevision: revision, events }]);
    revision += 1;
  };
  const set = (itemId: string, item: JsonObject): Promise<void> =>
    record({
      type: 'ConfigurationItemSet',
      data: {
        kind: 'radiusClient',
        itemId,
        item: {
          addresses: [],
          secret: 'unused over TLS',
          target: 'none',
          requireUserMatch: false,
          fallbackOath: false,
          challengeCapable: true,
          codeAfterPassword: false,
          clientIpAttribute: 'callingStationId',
          messageAuthenticator: 'required',
          requestsPerSecond: 100_000,
          ...item,
        },
      },
    });
  for (const [itemId, item] of Object.entries(options.clients)) await set(itemId, item);

  const errors: unknown[] = [];
  const logins: (AuthenticateInput & { readonly clientId: string })[] = [];
  const onError = (error: unknown): void => void errors.push(error);
  const secrets = { open: async (_place: unknown, sealed: string) => sealed };
  const clients = await radiusClients(store, secrets, onError);
  const monitor = createMonitor(Date.now);
  const attempts = new Map<string, Promise<Attempt>>();
  const approved = { requestId: '0'.repeat(32), state: 'approved', code: 'APPROVED' } as const;
  const commands: Partial<Commands> = {
    findAttempt: async () => undefined,
    async authenticate({ actor }, input) {
      logins.push({ ...input, clientId: actor.id });
      const requestId = String(logins.length).padStart(32, '0');
      attempts.set(requestId, options.decide?.(input) ?? Promise.resolve(approved));
      return { requestId, state: 'awaiting-user' };
    },
    awaitAttempt: async (_caller, requestId) => await attempts.get(requestId)!,
    noteOf: async () => undefined,
    recordDrops: async () => undefined,
    recordAccounting: async () => undefined,
  };
  const { cert, key } = options.server;
  const server = await startRadius({
    facade: { commands, queries: {} } as Facade,
    clients,
    monitor,
    hosts: ['127.0.0.1'],
    authentication: [],
    accounting: [],
    radsec: {
      port: 0,
      tls: { ...tlsOptions, cert, key, ca: options.authority.cert },
      ...(options.limits === undefined ? {} : { limits: options.limits }),
    },
    deadlineSeconds: 10,
    explainRejects: false,
    onError,
  });
  const port = Number(server.radsec[0]!.split(':')[1]);
  return {
    port,
    errors,
    logins,
    monitor,
    set,
    remove: (itemId: string) =>
      record({ type: 'ConfigurationItemRemoved', data: { kind: 'radiusClient', itemId } }),
    dropped: (reason: keyof ReturnType<typeof monitor.status>['dropped']): number =>
      monitor.status().dropped[reason],
    async stop() {
      await server.stop();
      clients.close();
      await store.close();
    },
  };
};

/** The client's side of a connection, which may say whatever it likes. */
export type RadsecClient = {
  readonly socket: TLSSocket;
  send(...octets: readonly Buffer[]): void;
  /** The next answer; undefined where the other side ends the connection instead. */
  next(): Promise<ReceivedPacket | undefined>;
  ended(): Promise<void>;
};

export const radsecClient = async (
  port: number,
  pair?: Pick<Pair, 'cert' | 'key'>,
  more: ConnectionOptions = {},
): Promise<RadsecClient> => {
  const socket = connect({
    host: '127.0.0.1',
    port,
    // Whom the server is, is not what is tested.
    rejectUnauthorized: false,
    ...(pair ? { cert: pair.cert, key: pair.key } : {}),
    ...more,
  });
  const frames = createFrames();
  const replies: ReceivedPacket[] = [];
  let closed = false;
  let taken = 0;
  socket.on('error', () => undefined);
  socket.once('close', () => (closed = true));
  socket.on('data', (chunk: Buffer) => {
    for (const octets of frames.push(chunk) ?? []) replies.push(decodePacket(octets)!);
  });
  await new Promise<void>((resolve) => {
    for (const event of ['secureConnect', 'close']) socket.once(event, () => resolve());
  });
  return {
    socket,
    send: (...octets) => void socket.write(Buffer.concat(octets)),
    async next() {
      await until('an answer or the end', () => replies.length > taken || closed);
      const reply = replies[taken];
      taken += 1;
      if (reply && reply.octets[20] !== types.messageAuthenticator)
        throw new Error('SEC-05: a reply does not begin with its proof');
      return reply;
    },
    ended: async () => void (await until('the end of the connection', () => closed)),
  };
};

const proofOctets = 16;
const proofAt = 22;

/** Asks whether anybody is there (RFC 5997). */
export const statusServer = (identifier: number): Buffer => {
  const octets = encodePacket({
    code: codes.statusServer,
    identifier,
    authenticator: newAuthenticator(),
    attributes: [{ type: types.messageAuthenticator, value: Buffer.alloc(proofOctets) }],
  });
  createHmac('md5', radsec).update(octets).digest().copy(octets, proofAt);
  return octets;
};

/** A login without a proof of its own. */
export const unproven = (identifier: number, attributes: readonly Attribute[]): Buffer =>
  encodePacket({
    code: codes.accessRequest,
    identifier,
    authenticator: newAuthenticator(),
    attributes,
  });

/** A login with its proof. */
export const login = (
  identifier: number,
  attributes: readonly Attribute[] = [textAttribute(1, 'ann')],
): Buffer => signRequest({ identifier, attributes }, newAuthenticator(), radsec);

/** A certificate's SHA-256 as a client's record names it. */
export const plain = ({ fingerprint }: Pick<Pair, 'fingerprint'>): string =>
  fingerprint.replaceAll(':', '').toLowerCase();
