import { z } from 'zod';
import type { FraudEvents } from '../../../domain/events/frauds.ts';
import { id, optional, text, type Shapes } from '../fields.ts';

export const fraudFields = {
  FraudReported: { userId: id, requestId: id, deviceId: optional(id), blockId: optional(id) },
  FraudReviewed: { verdict: z.enum(['confirmed', 'dismissed']), note: text },
} satisfies Shapes<FraudEvents>;
