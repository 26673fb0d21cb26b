import type { PrivacyEvents } from '../../../domain/events/privacy.ts';
import { text, type Shapes } from '../fields.ts';

export const privacyFields = {
  UserExported: {},
  UserErased: { reason: text },
  LegalHoldSet: { reason: text },
  LegalHoldEnded: { reason: text },
} satisfies Shapes<PrivacyEvents>;
