import type { EventData } from './events.ts';
import type { PhoneSlot } from './events/attempts.ts';
import { Rejected } from './errors.ts';
import { formatPhone, maskPhone, parsePhone, phoneField, type Phone } from './phone.ts';
import type { Sealed } from './sealed.ts';

/** Seals for one person; handed in, since rules hold no keys. */
export type PersonSealer = {
  readonly seal: (field: string, text: string) => Promise<Sealed>;
  /** Keyed hash of a number. */
  readonly phoneKey: (digits: string) => string;
};

/** What a record of a person holds in the clear before it is sealed. */
export type PlainNames = {
  readonly firstName?: string;
  readonly lastName?: string;
  readonly email?: string;
};

/** Only what is given; an empty text takes away what was there. */
export const sealedNames = async (
  names: PlainNames,
  { seal }: PersonSealer,
): Promise<{ firstName?: Sealed; lastName?: Sealed; email?: Sealed }> => {
  const { firstName, lastName, email } = names;
  return {
    ...(firstName === undefined ? {} : { firstName: await seal('firstName', firstName) }),
    ...(lastName === undefined ? {} : { lastName: await seal('lastName', lastName) }),
    ...(email === undefined ? {} : { email: await seal('email', email) }),
  };
};

/**
 * A phone number as it goes on record; an empty text takes the number away. Country code `defaultCountryCode` where
 * the text has none.
 * @throws {Rejected} invalid
 */
export const sealedPhone = async (
  which: PhoneSlot,
  text: string,
  { seal, phoneKey }: PersonSealer,
  defaultCountryCode?: string,
): Promise<EventData['UserPhoneChanged']> => {
  const field = phoneField[which];
  if (text === '') return { which, masked: '' };
  const phone = readPhone(text, defaultCountryCode);
  if (!phone)
    throw new Rejected('invalid', `${field}: write it as +CC number, for example +1 5552580147`);
  return {
    which,
    masked: maskPhone(phone),
    phone: await seal(field, formatPhone(phone)),
    phoneKey: phoneKey(`${phone.countryCode}${phone.number}`),
  };
};

export const readPhone = (text: string, defaultCountryCode?: string): Phone | undefined =>
  parsePhone(
    defaultCountryCode === undefined || text.trimStart().startsWith('+')
      ? text
      : `+${defaultCountryCode} ${text.trim()}`,
  );
