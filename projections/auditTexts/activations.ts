import type { ActivationEvents } from '../../domain/events/activations.ts';
import { person, type Texts } from './parts.ts';

export const activationTexts: Texts<ActivationEvents> = {
  ActivationIssued: ({ data }) => [
    'Activation code of ',
    ['user', data.userId],
    ` can be used until ${data.expiresAt}`,
  ],
  ActivationBegun: (_event, userId) => [
    'An app sent the activation code of ',
    person(userId),
    '; its device is being checked',
  ],
  ActivationValidated: () => ['The device answered the check'],
  ActivationAttemptFailed: ({ data }) => [
    `Activation did not succeed (${data.reason}); the code can be tried again`,
  ],
  ActivationEnded: ({ data }) => [`Activation code ${data.reason}`],
};
