import type { Factor } from './texts.ts';

type Words = Readonly<Record<Factor, string>>;

const english: Words = {
  phone: 'phone number',
  backupPhone: 'backup phone number',
  method: 'method',
  pin: 'PIN',
  device: 'device added',
  deviceRemoved: 'device removed',
  token: 'token assigned',
  registration: 'registration reset',
  recoveryCodes: 'recovery codes',
  accessPass: 'access pass issued',
  questions: 'security questions',
};

const german: Words = {
  phone: 'Telefonnummer',
  backupPhone: 'Ersatztelefonnummer',
  method: 'Verfahren',
  pin: 'PIN',
  device: 'Gerät hinzugefügt',
  deviceRemoved: 'Gerät entfernt',
  token: 'Token zugewiesen',
  registration: 'Registrierung zurückgesetzt',
  recoveryCodes: 'Wiederherstellungscodes',
  accessPass: 'Zugangspass ausgestellt',
  questions: 'Sicherheitsfragen',
};

/** Names of what was changed (`phone,method`) in the reader's language. */
export const namesOfFactors = (list: string, language: string): string => {
  const words = new Map(Object.entries(language.startsWith('de') ? german : english));
  return list
    .split(',')
    .flatMap((factor) => words.get(factor) ?? [])
    .join(', ');
};
