import { z } from 'zod';
import type { ApiClientEvents } from '../../../domain/events/apiClients.ts';
import { count, flag, id, ids, instant, optional, sealed, text, type Shapes } from '../fields.ts';

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
    kind: optional(z.enum(['token', 'clientCredentials', 'certificate'])),
    limits: optional(limits),
    certificates: optional(ids),
    certificateNames: optional(ids),
  },
  ApiClientChanged: {
    clientId: id,
    name: text,
    scopes: ids,
    limits,
    enabled: flag,
    certificates: optional(ids),
    certificateNames: optional(ids),
  },
  ApiClientSecretReplaced: { clientId: id, secretHash: text },
  ApiClientRemoved: { clientId: id },
  ApiClientTokenIssued: { clientId: id, tokenId: id, scopes: ids, until: instant },
  ApiCallBegun: { operation: id, fingerprint: id },
  ApiCallAnswered: { operation: id, status: count, answer: optional(sealed) },
  ApiClientTokenRevoked: { clientId: id, tokenId: id, until: instant },
} satisfies Shapes<ApiClientEvents>;
