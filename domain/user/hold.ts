import type { DomainEvent } from '../events.ts';

/** Whether a legal hold keeps the person's records from being erased. */
export type Holding = { readonly isHeld: boolean };

export const noHold: Holding = { isHeld: false };

export const evolveHold = <U extends Holding>(user: U, event: DomainEvent): U => {
  if (event.type === 'LegalHoldSet') return { ...user, isHeld: true };
  return event.type === 'LegalHoldEnded' ? { ...user, isHeld: false } : user;
};
