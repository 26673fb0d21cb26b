import { z } from 'zod';
import type { LedgerEvents } from '../../../domain/events/ledger.ts';
import { faultKinds } from '../../../domain/ledger/fault.ts';
import { count, id, optional, text, type Shapes } from '../fields.ts';

export const ledgerFields = {
  LedgerCheckpointSigned: { size: count, root: id, keyId: id, note: text },
  LedgerKeyAdded: {
    keyId: id,
    verifier: text,
    replaces: optional(id),
    endorsement: optional(text),
  },
  LedgerVerified: { events: count, signedSize: count },
  LedgerChainBroken: {
    fault: z.enum(faultKinds),
    position: count,
    until: optional(count),
    detail: text,
  },
} satisfies Shapes<LedgerEvents>;
