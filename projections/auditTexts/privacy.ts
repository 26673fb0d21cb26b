import type { PrivacyEvents } from '../../domain/events/privacy.ts';
import { owner, type Texts } from './parts.ts';

export const privacyTexts: Texts<PrivacyEvents> = {
  UserExported: (event) => ['All records of ', owner(event), ' were exported'],
  UserErased: (event) => [
    'The personal data of ',
    owner(event),
    ` were erased: ${event.data.reason}`,
  ],
  LegalHoldSet: (event) => ['The records of ', owner(event), ` must be kept: ${event.data.reason}`],
  LegalHoldEnded: (event) => [
    'The records of ',
    owner(event),
    ` need not be kept any more: ${event.data.reason}`,
  ],
};
