import type { PhoneSlot } from './events/attempts.ts';

/** What each number of a person is called, and sealed for. */
export const phoneField = {
  primary: 'phone',
  backup: 'backupPhone',
} as const satisfies Readonly<Record<PhoneSlot, string>>;

/** A phone number with its parts kept apart (spec/00 'Phone number'); digits only. */
export type Phone = {
  readonly countryCode: string;
  readonly number: string;
  readonly extension: string;
};

const shown = 3;

/**
 * Reads `+1 555 258-0147 x12` and the like.
 * @returns undefined where it is no phone number: no country code, or not 4 to 15 digits
 */
export const parsePhone = (text: string): Phone | undefined => {
  const match = /^\s*\+(\d{1,3})[\s.-]+([\d\s().-]{4,30}?)\s*(?:x\s*(\d{1,10}))?\s*$/i.exec(text);
  if (!match) return undefined;
  const number = match[2]!.replaceAll(/\D/g, '');
  if (number.length < 4 || number.length > 15) return undefined;
  return { countryCode: match[1]!, number, extension: match[3] ?? '' };
};

export const formatPhone = ({ countryCode, number, extension }: Phone): string =>
  `+${countryCode} ${number}${extension ? ` x${extension}` : ''}`;

/** `+1 XXXXXXX147`: enough for its owner to know it again. */
export const maskPhone = ({ countryCode, number }: Phone): string =>
  `+${countryCode} ${'X'.repeat(number.length - shown)}${number.slice(-shown)}`;
