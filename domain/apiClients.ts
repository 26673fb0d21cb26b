import { Rejected } from './errors.ts';
import type { DomainEvent, EventData } from './events.ts';
import type { ApiClientKind, ApiClientLimits } from './events/apiClients.ts';

/** A program that calls the REST interface, folded from stream settings. */
export type ApiClient = {
  readonly clientId: string;
  readonly name: string;
  readonly kind: ApiClientKind;
  readonly scopes: readonly string[];
  readonly limits: ApiClientLimits;
  readonly enabled: boolean;
  /** Counts the changes of the record; what an edit names as the version that it is based on. */
  readonly version: number;
};

/** Clients of one deployment; nobody keeps an overview of more. */
export const maxApiClients = 2_000;

type Based = { readonly clientId: string; readonly expectedVersion?: number };
export type ApiClientCommand =
  | { readonly type: 'addApiClient'; readonly data: EventData['ApiClientAdded'] }
  | (Based & {
      readonly type: 'changeApiClient';
      readonly changes: Partial<Pick<ApiClient, 'name' | 'scopes' | 'limits' | 'enabled'>>;
    })
  | (Based & { readonly type: 'replaceApiClientSecret'; readonly secretHash: string })
  | (Based & { readonly type: 'removeApiClient' });

/** @throws {Rejected} notFound, conflict, limitReached */
export const decideApiClient = (
  command: ApiClientCommand,
  clients: readonly ApiClient[],
): readonly DomainEvent[] => {
  if (command.type === 'addApiClient') {
    if (clients.length >= maxApiClients)
      throw new Rejected('limitReached', `there are ${maxApiClients} API clients already`);
    return [{ type: 'ApiClientAdded', data: command.data }];
  }
  const { clientId, expectedVersion } = command;
  const client = clients.find((one) => one.clientId === clientId);
  if (!client) throw new Rejected('notFound', `there is no API client "${clientId}"`);
  if (expectedVersion !== undefined && expectedVersion !== client.version)
    throw new Rejected('conflict', 'somebody else has changed it meanwhile');
  switch (command.type) {
    case 'changeApiClient': {
      const { name, scopes, limits, enabled } = { ...client, ...command.changes };
      const before = JSON.stringify([client.name, client.scopes, client.limits, client.enabled]);
      return JSON.stringify([name, scopes, limits, enabled]) === before
        ? []
        : [{ type: 'ApiClientChanged', data: { clientId, name, scopes, limits, enabled } }];
    }
    case 'replaceApiClientSecret': {
      const { secretHash } = command;
      return [{ type: 'ApiClientSecretReplaced', data: { clientId, secretHash } }];
    }
    default:
      return [{ type: 'ApiClientRemoved', data: { clientId } }];
  }
};

/** The clients after one more event of the configuration. */
export const evolveApiClients = (
  clients: readonly ApiClient[],
  event: DomainEvent,
): readonly ApiClient[] => {
  const changed = (clientId: string, changes: Partial<ApiClient>) =>
    clients.map((client) =>
      client.clientId === clientId
        ? { ...client, ...changes, version: client.version + 1 }
        : client,
    );
  switch (event.type) {
    case 'ApiClientAdded': {
      const { clientId, name, scopes, kind = 'token', limits = {} } = event.data;
      return [...clients, { clientId, name, kind, scopes, limits, enabled: true, version: 1 }];
    }
    case 'ApiClientChanged': {
      const { clientId, ...changes } = event.data;
      return changed(clientId, changes);
    }
    case 'ApiClientSecretReplaced':
      return changed(event.data.clientId, {});
    case 'ApiClientRemoved':
      return clients.filter(({ clientId }) => clientId !== event.data.clientId);
    default:
      return clients;
  }
};
