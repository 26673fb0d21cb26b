import { randomBytes } from 'node:crypto';
import type {
  ApiClientCommands,
  ApiClientQueries,
  ApiClientView,
  KnownClient,
  Reach,
} from '../../../api/facade/apiClients.ts';
import { Rejected } from '../../../domain/errors.ts';
import { at, newId, type FakeWorld } from './fakeWorld.ts';

export type FakeClient = ApiClientView & { readonly secret: string };
const shown = (client: FakeClient): ApiClientView => {
  const { secret: _, ...view } = client;
  return view;
};
type IssuedToken = { readonly clientId: string; readonly scopes: readonly string[] };

const newSecret = (): string => randomBytes(32).toString('base64url');
/** Short-lived tokens by world. */
const issued = new WeakMap<object, Map<string, IssuedToken>>();
const tokensOf = (world: FakeWorld): Map<string, IssuedToken> => {
  const known = issued.get(world) ?? new Map<string, IssuedToken>();
  issued.set(world, known);
  return known;
};

const known = (client: FakeClient | undefined): KnownClient | undefined =>
  client?.enabled
    ? { clientId: client.clientId, scopes: client.scopes, limits: client.limits }
    : undefined;

/** Clients in memory, with the manners of the real ones. */
export const fakeApiClientCommands = (world: FakeWorld): ApiClientCommands => {
  const { clients, called } = world;
  const change = (clientId: string, expected: number | undefined, changes: Partial<FakeClient>) => {
    const client = clients.get(clientId);
    if (!client) throw new Rejected('notFound', 'there is no such client');
    if (expected !== undefined && expected !== client.version)
      throw new Rejected('conflict', 'somebody else has changed it meanwhile');
    clients.set(clientId, { ...client, ...changes, version: client.version + 1 });
  };
  return {
    async addApiClient(caller, { name, scopes, kind = 'token', limits = {} }) {
      called('addApiClient', caller, { name, scopes, kind, limits });
      const [clientId, secret] = [newId(), newSecret()];
      const state = { enabled: true, version: 1, addedAt: at };
      clients.set(clientId, { clientId, name, scopes, kind, limits, secret, ...state });
      return { clientId, token: secret };
    },
    async changeApiClient(caller, clientId, changes, expectedVersion) {
      called('changeApiClient', caller, clientId, changes);
      change(clientId, expectedVersion, changes);
    },
    async replaceApiClientSecret(caller, clientId, expectedVersion) {
      called('replaceApiClientSecret', caller, clientId);
      const secret = newSecret();
      change(clientId, expectedVersion, { secret });
      return { token: secret };
    },
    async removeApiClient(caller, clientId) {
      called('removeApiClient', caller, clientId);
      if (!clients.delete(clientId)) throw new Rejected('notFound', 'there is no such client');
    },
    async issueApiToken(caller, { clientId }, scopes) {
      called('issueApiToken', caller, clientId, scopes);
      const token = `cst_${newSecret()}`;
      tokensOf(world).set(token, { clientId, scopes });
      return { token, expiresInSeconds: 600 };
    },
    async revokeApiToken(caller, clientId, token) {
      called('revokeApiToken', caller, clientId);
      if (tokensOf(world).get(token)?.clientId === clientId) tokensOf(world).delete(token);
    },
  };
};

export const fakeApiClientQueries = (world: FakeWorld): ApiClientQueries => {
  const { clients, users, requests } = world;
  const reaches = ({ groups }: Reach, username: string): boolean =>
    groups === undefined || groups.includes(users.get(username.toLowerCase())?.group ?? '');
  return {
    listApiClients: async () => [...clients.values()].map(shown),
    async getApiClient(clientId) {
      const client = clients.get(clientId);
      return client && shown(client);
    },
    async verifyApiToken(token) {
      const given = tokensOf(world).get(token);
      if (given) {
        const client = known(clients.get(given.clientId));
        return client && { ...client, scopes: given.scopes };
      }
      return known(
        [...clients.values()].find(({ kind, secret }) => kind === 'token' && secret === token),
      );
    },
    verifyApiCertificate: async () => undefined,
    async verifyApiClient(clientId, secret) {
      const client = clients.get(clientId);
      const isRight = client?.kind === 'clientCredentials' && client.secret === secret;
      return isRight ? known(client) : undefined;
    },
    reachesUser: async (reach, username) => reaches(reach, username),
    async reachesRequest(reach, requestId) {
      const found = requests.get(requestId)?.view;
      if (!found) return undefined;
      const { applications } = reach;
      return (
        reaches(reach, found.username) &&
        (applications === undefined || applications.includes(found.application))
      );
    },
    sealCursor: (cursor) => Buffer.from(`sealed ${cursor}`).toString('base64url'),
    openCursor: (sealed) => /^sealed (.*)$/.exec(Buffer.from(sealed, 'base64url').toString())?.[1],
  };
};
