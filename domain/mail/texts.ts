import type { Occasion } from '../notice.ts';

export type MailText = { readonly subject: string; readonly text: string };
export type MailTexts = Readonly<Record<Occasion, MailText>>;

/** Parts of a person's sign-in that a notice says were changed. */
export const factors = [
  'phone',
  'backupPhone',
  'method',
  'pin',
  'device',
  'deviceRemoved',
  'token',
  'registration',
  'recoveryCodes',
  'accessPass',
  'questions',
] as const;
export type Factor = (typeof factors)[number];
