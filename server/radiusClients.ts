import { foldCache } from '../activities/foldCache.ts';
import type { EventStore } from '../adapters/eventStore/port.ts';
import type { Secrets } from '../adapters/secrets/port.ts';
import type { Clients, KnownClient, TargetServer } from '../api/radius/clients.ts';
import { parseAddress, parseRange } from '../domain/addresses.ts';
import { emptyConfiguration, evolveConfiguration } from '../domain/configuration.ts';
import type { DomainEvent } from '../domain/events.ts';
import { radiusStream, settingsStream } from '../domain/ids.ts';
import type { ItemLists } from '../domain/items.ts';
import { defaultTarget, noTarget } from '../domain/items/radius.ts';
import type { Sealed } from '../domain/sealed.ts';

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
type Snapshot = { readonly ranges: readonly Range[]; readonly targetSecrets: readonly Buffer[] };

/** Packets from nowhere must not make us read more often than this. */
const lookAgainMs = 100;

/** Who may ask by RADIUS, folded from the log and never from a view that may lag. */
export const radiusClients = async (
  events: EventStore,
  secrets: Pick<Secrets, 'open'>,
  onError: (error: unknown) => void,
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
  let snapshot: Snapshot = { ranges: [], targetSecrets: [] };
  let items: ItemLists | undefined;
  let lookedAt = -Infinity;

  const openSecret = async (field: string, sealed: Sealed): Promise<Buffer> => {
    const place = { owner: 'settings', stream: settingsStream, field } as const;
    return Buffer.from((await secrets.open(place, sealed)) ?? '', 'latin1');
  };

  const openTarget = async (
    lists: ItemLists,
    targetId: string | undefined,
  ): Promise<readonly TargetServer[] | undefined> => {
    if (targetId === noTarget) return undefined;
    const id = targetId ?? defaultTarget;
    const target = lists.radiusTarget.get(id);
    // A target that is named and gone lets nobody in; only its absence from the client means that there is none.
    if (!target) return targetId === undefined ? undefined : [];
    return Promise.all(
      target.servers.map(async (server) => ({
        ...server,
        secret: await openSecret(`radiusTarget.${id}.servers.${server.serverId}`, server.secret),
      })),
    );
  };

  const build = async (lists: ItemLists): Promise<Snapshot> => {
    const ranges: Range[] = [];
    const targetSecrets: Buffer[] = [];
    for (const [clientId, { secret: sealed, target, ...settings }] of lists.radiusClient) {
      const secret = await openSecret(`radiusClient.${clientId}.secret`, sealed);
      // An empty secret proves nothing (SEC-08).
      if (secret.length === 0) continue;
      const servers = await openTarget(lists, target);
      for (const server of servers ?? []) targetSecrets.push(server.secret);
      const client: KnownClient = {
        ...settings,
        clientId,
        secret,
        servers,
        mustProve: (address) =>
          settings.messageAuthenticator === 'required' ||
          (settings.messageAuthenticator === 'auto' &&
            secured.get(clientId)?.has(address) === true),
      };
      for (const text of settings.addresses) {
        const range = parseRange(text);
        if (range) ranges.push({ ...range, client });
      }
    }
    // The narrowest range first.
    ranges.sort((one, other) => {
      const difference = one.to - one.from - (other.to - other.from);
      return difference < 0n ? -1 : difference > 0n ? 1 : 0;
    });
    return { ranges, targetSecrets };
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

  return {
    async find(text) {
      const address = parseAddress(text);
      if (address === undefined) return undefined;
      const found = match(address);
      if (found || performance.now() - lookedAt < lookAgainMs) return found;
      await look();
      return match(address);
    },
    targetSecrets: () => snapshot.targetSecrets,
    close: () => subscription.close(),
  };
};
