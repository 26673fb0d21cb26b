import type { ResultCode } from '../../domain/results.ts';

/** One contact of one person: it is to happen once, whatever crashes. */
export type Contact = {
  /** Names this contact for good; a second try has the same (REL-10). 1 to 64 of [A-Za-z0-9-]. */
  readonly reference: string;
  /** E.164 with `+`. */
  readonly to: string;
  readonly extension: string;
  /** Where the provider asks what to do and says what happened, is made from these two. */
  readonly requestId: string;
  readonly which: 'primary' | 'backup';
} & ({ readonly kind: 'text'; readonly text: string } | { readonly kind: 'call' });

export type ContactOutcome =
  | { readonly kind: 'accepted'; readonly provider: string; readonly providerRef: string }
  /** Certain that nobody was contacted, and that trying again now is no use. */
  | {
      readonly kind: 'refused';
      readonly provider?: string;
      readonly code: Extract<ResultCode, 'INVALID_PHONE' | 'UNREACHABLE' | 'PROVIDER_ERROR'>;
      /** For an operator: never a number, never a code. */
      readonly detail: string;
    };

/**
 * Whether the person was contacted is not known, and the provider cannot be asked at the moment. Throwing it means:
 * try this same contact again later, with `again`.
 */
export class ContactUncertain extends Error {
  override readonly name = 'ContactUncertain';
}

/** Calls and texts by whatever providers the deployment has, in order, with a breaker for each (REL-22). */
export interface Telephony {
  /**
   * Hands one contact to the first provider that takes it.
   * @param again true where an earlier try of this very contact may have got through: providers are asked first
   * @throws {ContactUncertain}
   */
  contact(contact: Contact, again: boolean, startedAt: string): Promise<ContactOutcome>;
}
