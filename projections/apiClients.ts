import type { ApiClientCertificates } from '../domain/events/apiClients.ts';
import { present } from '../domain/present.ts';
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
    certificates: 'text',
    enabled: 'integer',
    version: 'integer',
    addedAt: 'text',
    lastTokenAt: 'text?',
    removedAt: 'text?',
  },
  indexes: [['secretHash']],
});

const clientCertificates = table({
  name: 'clientCertificates',
  key: 'certificate',
  columns: { certificate: 'text', clientId: 'text' },
  indexes: [],
  findBy: ['clientId'],
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

/** What counts for a client from now on, and nothing else of before. */
const showCertificates = async (
  rows: Rows,
  clientId: string,
  { certificates = [], certificateNames = [] }: ApiClientCertificates,
): Promise<void> => {
  for (const { certificate } of await rows.find('clientCertificates', 'clientId', clientId))
    rows.remove('clientCertificates', certificate);
  for (const certificate of [...certificates, ...certificateNames.map((name) => `dns:${name}`)])
    rows.put('clientCertificates', { certificate, clientId });
};

const certificatesText = ({ certificates, certificateNames }: ApiClientCertificates): string =>
  JSON.stringify(present({ certificates, certificateNames }));

/** Programs that call the REST interface, and those of their tokens that were given back. */
export const apiClientsProjection: Projection = {
  name: 'apiClients',
  version: 3,
  tables: [apiClients, clientCertificates, revokedTokens],
  on: {
    async ApiClientAdded({ data, meta }, rows) {
      await showCertificates(rows, data.clientId, data);
      rows.put('apiClients', {
        clientId: data.clientId,
        name: data.name,
        kind: data.kind ?? 'token',
        secretHash: data.secretHash,
        scopes: JSON.stringify(data.scopes),
        limits: JSON.stringify(data.limits ?? {}),
        certificates: certificatesText(data),
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
      await showCertificates(rows, data.clientId, data);
      rows.put('apiClients', {
        ...client,
        name: data.name,
        scopes: JSON.stringify(data.scopes),
        limits: JSON.stringify(data.limits),
        certificates: certificatesText(data),
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
    async ApiClientRemoved({ data, meta }, rows) {
      await showCertificates(rows, data.clientId, {});
      await rows.change('apiClients', data.clientId, { secretHash: null, removedAt: meta.at });
    },
    ApiClientTokenIssued: ({ data, meta }, rows) =>
      rows.change('apiClients', data.clientId, { lastTokenAt: meta.at }),
    async ApiClientTokenRevoked({ data, meta }, rows) {
      const { tokenId, clientId, until } = data;
      await forgetEnded(rows, clientId, meta.at);
      rows.put('revokedTokens', { tokenId, clientId, until });
    },
  },
};
