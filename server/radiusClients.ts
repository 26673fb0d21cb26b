import { foldCache } from '../activities/foldCache.ts';
import type { Directory } from '../adapters/directory/port.ts';
import type { EventStore } from '../adapters/eventStore/port.ts';
import type { Secrets } from '../adapters/secrets/port.ts';
import type { PeerCertificate } from '../api/peerCertificate.ts';
import type { Clients, KnownClient, TargetServer } from '../api/radius/clients.ts';
import { parseAddress, parseRange } from '../domain/addresses.ts';
import { emptyConfiguration, evolveConfiguration } from '../domain/configuration.ts';
import type { DomainEvent } from '../domain/events.ts';
import { radiusStream, settingsStream } from '../domain/ids.ts';
import type { ItemLists } from '../domain/items.ts';
import { defaultTarget, noTarget } from '../domain/items/radius.ts';
import type { Sealed } from '../domain/sealed.ts';
import type { RadiusDirectories } from './radiusDirectories.ts';

type Secured = ReadonlyMap<string, ReadonlySet<string>>;

/** Clients in mode `auto` that have shown that they can prove their packets, by address. */
const evolveSecured = (secured: Secured, event: DomainEvent): Secured => {
  if (event.type === 'RadiusClientSecured') {
    const { clientId, address } = event.data;
    return new Map(secured).set(clientId, new Set([...(secured.get(clientId) ?? []), address]));
  }
  if (event.type !== 'RadiusClientReset') return secured;
  const left = new Map(secured);
  left.delete(event.data.clientId);
  return left;
};

type Range = { readonly from: bigint; readonly to: bigint; readonly client: KnownClient };
type Snapshot = {
  readonly ranges: readonly Range[];
  /** Clients by what their certificates say: SHA-256, and names in lower case. */
  readonly fingerprints: ReadonlyMap<string, KnownClient>;
  readonly names: ReadonlyMap<string, KnownClient>;
  readonly targetSecrets: readonly Buffer[];
};
const emptySnapshot: Snapshot = {
  ranges: [],
  fingerprints: new Map(),
  names: new Map(),
  targetSecrets: [],
};

/** Packets from nowhere must not make us read more often than this. */
const lookAgainMs = 100;

/** Who may ask by RADIUS, folded from the log and never from a view that may lag. */
export const radiusClients = async (
  events: EventStore,
  secrets: Pick<Secrets, 'open'>,
  onError: (error: unknown) => void,
  /** Without them, clients whose target is a directory let nobody in. */
  directories?: RadiusDirectories,
): Promise<Clients & { close(): void }> => {
  const configurations = foldCache({
    events,
    initial: emptyConfiguration,
    evolve: evolveConfiguration,
    capacity: 1,
  });
  const secureds = foldCache<Secured>({
    events,
    initial: new Map(),
    evolve: evolveSecured,
    capacity: 1,
  });
  let secured: Secured = new Map();
  let snapshot = emptySnapshot;
  let items: ItemLists | undefined;
  let lookedAt = -Infinity;

  const openText = (field: string, sealed: Sealed): Promise<string | undefined> =>
    secrets.open({ owner: 'settings', stream: settingsStream, field }, sealed);
  const openSecret = async (field: string, sealed: Sealed): Promise<Buffer> =>
    Buffer.from((await openText(field, sealed)) ?? '', 'latin1');

  const openTarget = async (
    lists: ItemLists,
    targetId: string | undefined,
  ): Promise<Pick<KnownClient, 'servers' | 'directory'>> => {
    if (targetId === noTarget) return { servers: undefined };
    const id = targetId ?? defaultTarget;
    const target = lists.radiusTarget.get(id);
    // A target that is named and gone lets nobody in; only its absence from the client means that there is none.
    if (!target) return { servers: targetId === undefined ? undefined : [] };
    const { kind = 'radius', bindPassword } = target;
    if (kind !== 'radius') {
      const opened =
        bindPassword && (await openText(`radiusTarget.${id}.bindPassword`, bindPassword));
      const directory = directories?.open(target, opened);
      return { servers: [], ...(directory === undefined ? {} : { directory }) };
    }
    const servers = target.servers.map(async (server): Promise<TargetServer> => ({
      ...server,
      secret: await openSecret(`radiusTarget.${id}.servers.${server.serverId}`, server.secret),
    }));
    return { servers: await Promise.all(servers) };
  };

  const build = async (lists: ItemLists): Promise<Snapshot> => {
    const ranges: Range[] = [];
    const fingerprints = new Map<string, KnownClient>();
    const names = new Map<string, KnownClient>();
    const targetSecrets: Buffer[] = [];
    const used = new Set<Directory>();
    for (const [clientId, { secret: sealed, target, ...settings }] of lists.radiusClient) {
      const secret = await openSecret(`radiusClient.${clientId}.secret`, sealed);
      // An empty secret proves nothing (SEC-08).
      if (secret.length === 0) continue;
      const opened = await openTarget(lists, target);
      if (opened.directory) used.add(opened.directory.directory);
      for (const server of opened.servers ?? []) targetSecrets.push(server.secret);
      const client: KnownClient = {
        ...settings,
        clientId,
        secret,
        ...opened,
        mustProve: (address) =>
          settings.messageAuthenticator === 'required' ||
          (settings.messageAuthenticator === 'auto' &&
            secured.get(clientId)?.has(address) === true),
      };
      for (const text of settings.addresses) {
        const range = parseRange(text);
        if (range) ranges.push({ ...range, client });
      }
      // What two clients have belongs to the one that had it first.
      for (const fingerprint of settings.certificates ?? [])
        if (!fingerprints.has(fingerprint)) fingerprints.set(fingerprint, client);
      for (const name of settings.certificateNames ?? [])
        if (!names.has(name.toLowerCase())) names.set(name.toLowerCase(), client);
    }
    // The narrowest range first.
    ranges.sort((one, other) => {
      const difference = one.to - one.from - (other.to - other.from);
      return difference < 0n ? -1 : difference > 0n ? 1 : 0;
    });
    directories?.keep(used);
    return { ranges, fingerprints, names, targetSecrets };
  };

  let looking: Promise<void> | undefined;
  const look = (): Promise<void> =>
    (looking ??= (async () => {
      try {
        secured = (await secureds.load(radiusStream)).state;
        const { state } = await configurations.load(settingsStream);
        if (
          items?.radiusClient !== state.items.radiusClient ||
          items?.radiusTarget !== state.items.radiusTarget
        ) {
          snapshot = await build(state.items);
          ({ items } = state);
        }
        lookedAt = performance.now();
      } finally {
        looking = undefined;
      }
    })());

  const head = await events.head();
  await look();
  const subscription = events.subscribe(
    head,
    (batch) => {
      const ours = batch.some(({ stream }) => stream === settingsStream || stream === radiusStream);
      return ours ? look() : undefined;
    },
    onError,
  );

  const match = (address: bigint): KnownClient | undefined =>
    snapshot.ranges.find(({ from, to }) => from <= address && address <= to)?.client;

  /** Each connection's certificate against this snapshot: its names are looked at once, not for every packet. */
  let byCertificate: { of: Snapshot; known: WeakMap<PeerCertificate, KnownClient> } = {
    of: snapshot,
    known: new WeakMap(),
  };
  const matchCertificate = (shown: PeerCertificate): KnownClient | undefined => {
    if (byCertificate.of !== snapshot) byCertificate = { of: snapshot, known: new WeakMap() };
    const known = byCertificate.known.get(shown);
    if (known) return known;
    const { fingerprints, names } = snapshot;
    const name = shown.trusted && [...names.keys()].find((each) => shown.isFor(each));
    const found = fingerprints.get(shown.fingerprint) ?? (name ? names.get(name) : undefined);
    if (found) byCertificate.known.set(shown, found);
    return found;
  };

  /** What was added a moment ago may not be in the snapshot yet. */
  const lookedUp = async (
    matched: () => KnownClient | undefined,
  ): Promise<KnownClient | undefined> => {
    const found = matched();
    if (found || performance.now() - lookedAt < lookAgainMs) return found;
    await look();
    return matched();
  };

  return {
    async find(text) {
      const address = parseAddress(text);
      return address === undefined ? undefined : await lookedUp(() => match(address));
    },
    findByCertificate: (shown) => lookedUp(() => matchCertificate(shown)),
    targetSecrets: () => snapshot.targetSecrets,
    close() {
      subscription.close();
      directories?.close();
    },
  };
};
