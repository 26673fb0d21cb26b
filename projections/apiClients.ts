import { type Projection } from './projection.ts';
import type { Rows } from './rows.ts';
import { table } from './table.ts';

const apiClients = table({
  name: 'apiClients',
  key: 'clientId',
  columns: {
    clientId: 'text',
    name: 'text',
    kind: 'text',
    secretHash: 'text?',
    scopes: 'text',
    limits: 'text',
    enabled: 'integer',
    version: 'integer',
    addedAt: 'text',
    lastTokenAt: 'text?',
    removedAt: 'text?',
  },
  indexes: [['secretHash']],
});

const revokedTokens = table({
  name: 'revokedTokens',
  key: 'tokenId',
  columns: { tokenId: 'text', clientId: 'text', until: 'text' },
  indexes: [],
  findBy: ['clientId'],
});

/** Tokens of a client that would be over by now anyway need no row any more. */
const forgetEnded = async (rows: Rows, clientId: string, now: string): Promise<void> => {
  for (const { tokenId, until } of await rows.find('revokedTokens', 'clientId', clientId))
    if (until <= now) rows.remove('revokedTokens', tokenId);
};

/** Programs that call the REST interface, and those of their tokens that were given back. */
export const apiClientsProjection: Projection = {
  name: 'apiClients',
  version: 2,
  tables: [apiClients, revokedTokens],
  on: {
    ApiClientAdded({ data, meta }, rows) {
      rows.put('apiClients', {
        clientId: data.clientId,
        name: data.name,
        kind: data.kind ?? 'token',
        secretHash: data.secretHash,
        scopes: JSON.stringify(data.scopes),
        limits: JSON.stringify(data.limits ?? {}),
        enabled: 1,
        version: 1,
        addedAt: meta.at,
        lastTokenAt: null,
        removedAt: null,
      });
    },
    async ApiClientChanged({ data }, rows) {
      const client = await rows.get('apiClients', data.clientId);
      if (!client) return;
      rows.put('apiClients', {
        ...client,
        name: data.name,
        scopes: JSON.stringify(data.scopes),
        limits: JSON.stringify(data.limits),
        enabled: data.enabled ? 1 : 0,
        version: client.version + 1,
      });
    },
    async ApiClientSecretReplaced({ data }, rows) {
      const client = await rows.get('apiClients', data.clientId);
      if (!client) return;
      const { secretHash } = data;
      rows.put('apiClients', { ...client, secretHash, version: client.version + 1 });
    },
    ApiClientRemoved: ({ data, meta }, rows) =>
      rows.change('apiClients', data.clientId, { secretHash: null, removedAt: meta.at }),
    ApiClientTokenIssued: ({ data, meta }, rows) =>
      rows.change('apiClients', data.clientId, { lastTokenAt: meta.at }),
    async ApiClientTokenRevoked({ data, meta }, rows) {
      const { tokenId, clientId, until } = data;
      await forgetEnded(rows, clientId, meta.at);
      rows.put('revokedTokens', { tokenId, clientId, until });
    },
  },
};
