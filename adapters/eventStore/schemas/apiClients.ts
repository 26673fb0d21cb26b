import { z } from 'zod';
import type { ApiClientEvents } from '../../../domain/events/apiClients.ts';
import { flag, id, ids, instant, optional, text, type Shapes } from '../fields.ts';

const limits = z
  .strictObject({
    groups: optional(ids),
    applications: optional(ids),
    addresses: optional(ids),
    until: optional(instant),
  })
  .readonly();

export const apiClientFields = {
  ApiClientAdded: {
    clientId: id,
    name: text,
    secretHash: text,
    scopes: ids,
    kind: optional(z.enum(['token', 'clientCredentials'])),
    limits: optional(limits),
  },
  ApiClientChanged: { clientId: id, name: text, scopes: ids, limits, enabled: flag },
  ApiClientSecretReplaced: { clientId: id, secretHash: text },
  ApiClientRemoved: { clientId: id },
  ApiClientTokenIssued: { clientId: id, tokenId: id, scopes: ids, until: instant },
  ApiClientTokenRevoked: { clientId: id, tokenId: id, until: instant },
} satisfies Shapes<ApiClientEvents>;
