import { z } from 'zod';
import type { ActivationEvents } from '../../../domain/events/activations.ts';
import { id, instant, optional, text, type Shapes } from '../fields.ts';

export const activationFields = {
  ActivationIssued: { userId: id, expiresAt: instant, routeHash: id },
  ActivationBegun: { attempt: id, guid: id, tokenHash: id, deviceId: id, answerBy: instant },
  ActivationValidated: {
    attempt: id,
    appVersion: optional(text),
    osVersion: optional(text),
    permitHash: optional(id),
  },
  ActivationAttemptFailed: {
    attempt: id,
    reason: z.enum(['noAnswer', 'refused', 'abandoned']),
  },
  ActivationEnded: { reason: z.enum(['used', 'expired', 'replaced', 'revoked']) },
} satisfies Shapes<ActivationEvents>;
