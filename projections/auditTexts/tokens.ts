import type { TokenEvents, TokenInventoryEvents } from '../../domain/events/tokens.ts';
import { owner, type Texts } from './parts.ts';

export const tokenTexts: Texts<TokenEvents> = {
  TokenAssigned: (event) => [`OATH token ${event.data.serial} assigned to `, owner(event)],
  TokenActivated: (event) => ['An OATH token of ', owner(event), ' is active'],
  TokenResynced: (event) => ['An OATH token of ', owner(event), ' was set to its clock or counter'],
  TokenActivationRefused: (event) => [
    'The activation of an OATH token of ',
    owner(event),
    ' was refused: wrong code',
  ],
  TokenDisabled: (event) => ['OATH token taken from ', owner(event)],
};

export const tokenInventoryTexts: Texts<TokenInventoryEvents> = {
  TokenImported: ({ data }) => [`OATH token ${data.serial} imported`],
  TokenTaken: ({ data }) => ['OATH token taken by ', ['user', data.userId]],
  TokenReleased: ({ data }) => ['OATH token given back by ', ['user', data.userId]],
  TokenLost: ({ data }) => [`OATH token lost: ${data.reason}`],
};
