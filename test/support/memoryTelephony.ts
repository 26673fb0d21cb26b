import type { Contact, ContactOutcome, Telephony } from '../../adapters/telephony/port.ts';

export type MemoryTelephony = Telephony & {
  /** Every contact that a provider took, in order: a person was called or texted. */
  readonly contacted: Contact[];
  /** What `contact` does; the default takes everything and knows what it took. */
  answer: (contact: Contact, again: boolean) => ContactOutcome | Promise<ContactOutcome>;
};

/** A provider for tests that look at who would be contacted. It knows each reference, as real ones are asked to. */
export const memoryTelephony = (): MemoryTelephony => {
  const taken = new Map<string, ContactOutcome>();
  const telephony: MemoryTelephony = {
    contacted: [],
    answer: (contact) => {
      const known = taken.get(contact.reference);
      if (known) return known;
      telephony.contacted.push(contact);
      const providerRef = `ref-${telephony.contacted.length}`;
      const outcome = { kind: 'accepted', provider: 'memory', providerRef } as const;
      taken.set(contact.reference, outcome);
      return outcome;
    },
    contact: async (contact, again) => await telephony.answer(contact, again),
  };
  return telephony;
};
