/** Why a packet got no answer. */
export const dropReasons = [
  'unknownClient',
  'malformed',
  'wrongCode',
  'badAuthenticator',
  'noAuthenticator',
  'tooFast',
  'tooManyOpen',
  'stopping',
  'failedHandshake',
  'unknownCertificate',
  'tooManyConnections',
] as const;
export type DropReason = (typeof dropReasons)[number];

export type Protocol = 'PAP' | 'CHAP' | 'MS-CHAPv2' | 'EAP' | 'none' | 'accounting' | 'status';
export type Counter = 'accept' | 'reject' | 'challenge' | 'drop' | 'duplicate' | 'accounting';
export type Counters = Readonly<Record<Counter, number>>;

/** What one client was seen doing since the process started. */
export type ClientStatus = {
  readonly clientId: string;
  readonly lastPacketAt?: string;
  readonly protocols: readonly Protocol[];
  /** Whether its last access request proved itself. */
  readonly proven?: boolean;
  /** Its shared secret is short enough to be guessed from a packet that somebody has seen. */
  readonly shortSecret?: true;
  readonly open: number;
  /** Connections over TLS. */
  readonly connections: number;
  readonly counters: Counters;
};

export type TracedPacket = {
  readonly at: string;
  readonly direction: 'in' | 'out';
  readonly peer: string;
  readonly code: number;
  readonly identifier: number;
  readonly attributes: readonly string[];
};

export type RadiusStatus = {
  readonly clients: readonly ClientStatus[];
  readonly dropped: Readonly<Record<DropReason, number>>;
};

type Seen = {
  lastPacketAt: string | undefined;
  proven: boolean | undefined;
  shortSecret: boolean;
  open: number;
  connections: number;
  readonly protocols: Set<Protocol>;
  readonly counters: Record<Counter, number>;
};

/** Shared secrets below this are marked (SEC-08). */
const shortSecretOctets = 24;
const maxTraced = 500;
const traceMs = 10 * 60_000;

const zeros = (): Record<Counter, number> => ({
  accept: 0,
  reject: 0,
  challenge: 0,
  drop: 0,
  duplicate: 0,
  accounting: 0,
});

export type Monitor = {
  /** A packet of a known client. */
  seen(clientId: string, protocol?: Protocol, proven?: boolean): void;
  /** The shared secret that a client is known by over UDP. */
  secretOf(clientId: string, octets: number): void;
  count(clientId: string, counter: Counter): void;
  dropped(reason: DropReason, clientId?: string): void;
  opened(clientId: string, difference: 1 | -1): void;
  openOf(clientId: string): number;
  connected(clientId: string, difference: 1 | -1): void;
  connectionsOf(clientId: string): number;
  status(): RadiusStatus;
  /** Keeps this client's packets, without what is secret in them, for ten minutes from now. */
  startTrace(clientId: string): void;
  isTraced(clientId: string): boolean;
  trace(clientId: string, packet: TracedPacket): void;
  traceOf(clientId: string): readonly TracedPacket[];
};

/** Counters of one process; lost with it, as counters are. */
export const createMonitor = (nowMs: () => number): Monitor => {
  const clients = new Map<string, Seen>();
  const traces = new Map<string, { until: number; packets: TracedPacket[] }>();
  const dropped = new Map<DropReason, number>();
  const of = (clientId: string): Seen => {
    const found = clients.get(clientId) ?? {
      lastPacketAt: undefined,
      proven: undefined,
      shortSecret: false,
      open: 0,
      connections: 0,
      protocols: new Set(),
      counters: zeros(),
    };
    clients.set(clientId, found);
    return found;
  };

  return {
    seen(clientId, protocol, proven) {
      const seen = of(clientId);
      seen.lastPacketAt = new Date(nowMs()).toISOString();
      if (protocol !== undefined) seen.protocols.add(protocol);
      if (proven !== undefined) seen.proven = proven;
    },
    secretOf(clientId, octets) {
      of(clientId).shortSecret = octets < shortSecretOctets;
    },
    count(clientId, counter) {
      of(clientId).counters[counter] += 1;
    },
    dropped(reason, clientId) {
      dropped.set(reason, (dropped.get(reason) ?? 0) + 1);
      if (clientId !== undefined) of(clientId).counters.drop += 1;
    },
    opened(clientId, difference) {
      of(clientId).open += difference;
    },
    openOf: (clientId) => of(clientId).open,
    connected(clientId, difference) {
      of(clientId).connections += difference;
    },
    connectionsOf: (clientId) => of(clientId).connections,
    status: () => ({
      clients: [...clients].map(([clientId, seen]) => ({
        clientId,
        ...(seen.lastPacketAt === undefined ? {} : { lastPacketAt: seen.lastPacketAt }),
        ...(seen.proven === undefined ? {} : { proven: seen.proven }),
        ...(seen.shortSecret ? { shortSecret: true } : {}),
        protocols: [...seen.protocols],
        open: seen.open,
        connections: seen.connections,
        counters: { ...seen.counters },
      })),
      dropped: {
        unknownClient: 0,
        malformed: 0,
        wrongCode: 0,
        badAuthenticator: 0,
        noAuthenticator: 0,
        tooFast: 0,
        tooManyOpen: 0,
        stopping: 0,
        failedHandshake: 0,
        unknownCertificate: 0,
        tooManyConnections: 0,
        ...Object.fromEntries(dropped),
      },
    }),
    startTrace(clientId) {
      traces.set(clientId, { until: nowMs() + traceMs, packets: [] });
    },
    isTraced: (clientId) => (traces.get(clientId)?.until ?? 0) > nowMs(),
    trace(clientId, packet) {
      const trace = traces.get(clientId);
      if (trace && trace.packets.push(packet) > maxTraced) trace.packets.shift();
    },
    traceOf: (clientId) => traces.get(clientId)?.packets ?? [],
  };
};
