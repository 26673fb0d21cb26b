import { Rejected } from './errors.ts';
import type { DomainEvent, EventData } from './events.ts';
import type { ApiClientCertificates, ApiClientKind, ApiClientLimits } from './events/apiClients.ts';
import { present } from './present.ts';

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
} & ApiClientCertificates;

/** Clients of one deployment; nobody keeps an overview of more. */
export const maxApiClients = 2_000;

type Based = { readonly clientId: string; readonly expectedVersion?: number };
export type ApiClientCommand =
  | { readonly type: 'addApiClient'; readonly data: EventData['ApiClientAdded'] }
  | (Based & {
      readonly type: 'changeApiClient';
      readonly changes: Partial<
        Pick<ApiClient, 'name' | 'scopes' | 'limits' | 'enabled'> & ApiClientCertificates
      >;
    })
  | (Based & { readonly type: 'replaceApiClientSecret'; readonly secretHash: string })
  | (Based & { readonly type: 'removeApiClient' });

const shownBy = ({ certificates = [], certificateNames = [] }: ApiClientCertificates) => [
  ...certificates,
  ...certificateNames,
];

/** @throws {Rejected} invalid, alreadyExists: a certificate says of one client who it is, and of others nothing */
const checkCertificates = (
  kind: ApiClientKind,
  shown: ApiClientCertificates,
  others: readonly ApiClient[],
): void => {
  const own = shownBy(shown);
  if ((kind === 'certificate') !== own.length > 0)
    throw new Rejected('invalid', 'a client of kind certificate, and no other, has certificates');
  const taken = new Set(others.flatMap(shownBy));
  if (own.some((one) => taken.has(one)))
    throw new Rejected('alreadyExists', 'another client shows one of these certificates');
};

/** @throws {Rejected} notFound, conflict, limitReached, invalid, alreadyExists */
export const decideApiClient = (
  command: ApiClientCommand,
  clients: readonly ApiClient[],
): readonly DomainEvent[] => {
  if (command.type === 'addApiClient') {
    if (clients.length >= maxApiClients)
      throw new Rejected('limitReached', `there are ${maxApiClients} API clients already`);
    checkCertificates(command.data.kind ?? 'token', command.data, clients);
    return [{ type: 'ApiClientAdded', data: command.data }];
  }
  const { clientId, expectedVersion } = command;
  const client = clients.find((one) => one.clientId === clientId);
  if (!client) throw new Rejected('notFound', `there is no API client "${clientId}"`);
  if (expectedVersion !== undefined && expectedVersion !== client.version)
    throw new Rejected('conflict', 'somebody else has changed it meanwhile');
  switch (command.type) {
    case 'changeApiClient': {
      const changed = { ...client, ...command.changes };
      const others = clients.filter((one) => one !== client);
      checkCertificates(client.kind, changed, others);
      const [before, data] = [recordOf(client), recordOf(changed)];
      return JSON.stringify(data) === JSON.stringify(before)
        ? []
        : [{ type: 'ApiClientChanged', data }];
    }
    case 'replaceApiClientSecret': {
      const { secretHash } = command;
      if (client.kind === 'certificate')
        throw new Rejected('notAllowed', 'a client that shows a certificate has no secret');
      return [{ type: 'ApiClientSecretReplaced', data: { clientId, secretHash } }];
    }
    default:
      return [{ type: 'ApiClientRemoved', data: { clientId } }];
  }
};

/** What an event says of a client as a whole. */
const recordOf = (client: ApiClient): EventData['ApiClientChanged'] => {
  const { clientId, name, scopes, limits, enabled, certificates, certificateNames } = client;
  const shown = present({ certificates, certificateNames });
  return { clientId, name, scopes, limits, enabled, ...shown };
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
      const { secretHash: _, kind = 'token', limits = {}, ...rest } = event.data;
      return [...clients, { ...rest, kind, limits, enabled: true, version: 1 }];
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
