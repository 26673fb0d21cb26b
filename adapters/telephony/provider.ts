import type { ResultCode } from '../../domain/results.ts';
import type { Contact } from './port.ts';

/** What became of handing one contact to one provider. Details are for operators: no number, no text. */
export type Sent =
  | { readonly kind: 'accepted'; readonly providerRef: string }
  /** The number is the fault: no other provider is asked. */
  | {
      readonly kind: 'refused';
      readonly code: Extract<ResultCode, 'INVALID_PHONE' | 'UNREACHABLE'>;
      readonly detail: string;
    }
  /** Certain that nobody is contacted; another provider may manage. */
  | {
      readonly kind: 'unable';
      /** False where the provider itself is well and only this number is beyond it. */
      readonly unwell: boolean;
      readonly detail: string;
    }
  /** The person may be contacted, or not. */
  | { readonly kind: 'unclear'; readonly detail: string };

/** What a provider says when it is asked about a contact. */
export type Found =
  | { readonly kind: 'found'; readonly providerRef: string }
  | { readonly kind: 'notFound' }
  /** It could not be asked, or its answer decides nothing. */
  | { readonly kind: 'unknown'; readonly detail: string };

/** One provider's language. Nothing here is ever thrown for what happens on the wire. */
export type ProviderClient = {
  readonly send: (contact: Contact, callbacks: Callbacks) => Promise<Sent>;
  /** @param startedAt ISO 8601; no try of this contact began before */
  readonly find: (contact: Contact, startedAt: string) => Promise<Found>;
};

/** Where the provider asks what to do in a call, and says how it ended. */
export type Callbacks = { readonly voice: string; readonly status: string };

/** The front end's addresses (api/telephony) for one contact. */
export const callbacksFor = (
  publicUrl: string,
  providerId: string,
  { requestId, which }: Contact,
): Callbacks => {
  const base = publicUrl.replace(/\/+$/, '');
  const call = `${base}/telephony/${encodeURIComponent(providerId)}/calls/${requestId}/${which}`;
  return { voice: `${call}/voice?step=0`, status: `${call}/status` };
};
