import { z } from 'zod';
import type { TokenEvents, TokenInventoryEvents } from '../../../domain/events/tokens.ts';
import {
  count,
  difference,
  flag,
  id,
  instant,
  optional,
  sealed,
  text,
  type Shapes,
} from '../fields.ts';

const kind = z.enum(['totp', 'hotp']);

export const tokenFields = {
  TokenAssigned: {
    tokenId: id,
    serial: text,
    secret: sealed,
    digits: count,
    periodSeconds: count,
    kind: optional(kind),
    counter: optional(count),
    needsActivation: optional(flag),
    hardware: optional(flag),
    weak: optional(flag),
  },
  TokenActivated: { tokenId: id, step: optional(count), drift: optional(difference) },
  TokenResynced: { tokenId: id, drift: difference, step: count },
  TokenActivationRefused: { tokenId: id, at: instant },
  TokenDisabled: { tokenId: id },
} satisfies Shapes<TokenEvents>;

export const tokenInventoryFields = {
  TokenImported: {
    tokenId: id,
    serial: id,
    secret: sealed,
    kind,
    digits: count,
    periodSeconds: count,
    counter: count,
    manufacturer: optional(text),
    model: optional(text),
    batchId: id,
    weak: optional(flag),
  },
  TokenTaken: { userId: id },
  TokenReleased: { userId: id, counter: optional(count) },
  TokenLost: { reason: text },
} satisfies Shapes<TokenInventoryEvents>;
