import type { Refusal } from './port.ts';

/** Why a domain controller refuses a bind: the Windows error behind result 49 ([MS-ERREF] §2.2, in hexadecimal). */
const dataCodes: ReadonlyMap<string, Refusal> = new Map([
  ['525', 'notFound'],
  ['52e', 'wrongPassword'],
  ['530', 'notAtThisTime'],
  ['531', 'notFromHere'],
  ['532', 'passwordExpired'],
  ['533', 'accountDisabled'],
  ['701', 'accountExpired'],
  ['773', 'mustChangePassword'],
  ['775', 'accountLocked'],
]);
const data = /\bdata ([0-9a-f]{3})\b/i;

/** Result codes (RFC 4511 §4.1.9) by which a server refuses this person, and not us or everybody. */
const ofPerson: ReadonlyMap<number, Refusal> = new Map([
  [19, 'accountLocked'], // constraintViolation: too many wrong passwords, with some servers.
  [32, 'wrongPassword'], // noSuchObject: the entry has gone since it was found.
  [48, 'wrongPassword'], // inappropriateAuthentication: the entry has no password.
  [49, 'wrongPassword'], // invalidCredentials
  [53, 'accountDisabled'], // unwillingToPerform
]);

/** What the refusal of a person's bind means; undefined where it says nothing about the person. */
export const refusalOf = (resultCode: number, message: string): Refusal | undefined => {
  const known = resultCode === 49 ? data.exec(message)?.[1]?.toLowerCase() : undefined;
  return (known === undefined ? undefined : dataCodes.get(known)) ?? ofPerson.get(resultCode);
};
