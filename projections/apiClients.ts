import { type Projection } from './projection.ts';
import { table } from './table.ts';

const apiClients = table({
  name: 'apiClients',
  key: 'clientId',
  columns: {
    clientId: 'text',
    name: 'text',
    secretHash: 'text?',
    scopes: 'text',
    removedAt: 'text?',
  },
  indexes: [['secretHash']],
});

/** Programs that call the REST API. */
export const apiClientsProjection: Projection = {
  name: 'apiClients',
  version: 1,
  tables: [apiClients],
  on: {
    ApiClientAdded({ data }, rows) {
      rows.put('apiClients', {
        clientId: data.clientId,
        name: data.name,
        secretHash: data.secretHash,
        scopes: JSON.stringify(data.scopes),
        removedAt: null,
      });
    },
    ApiClientRemoved: ({ data, meta }, rows) =>
      rows.change('apiClients', data.clientId, { secretHash: null, removedAt: meta.at }),
  },
};
