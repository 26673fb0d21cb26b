import type { VoiceMessageType } from '../../domain/items/telephony.ts';

type Texts = Readonly<Record<VoiceMessageType, string>>;

/**
 * What a call says where nothing is recorded; `{application}` is what the person signs in to. The fraud code is the 0
 * that it is by default: with another one, recordings must say so (spec/10 'Fraud alert').
 */
const english: Texts = {
  greetingStandard:
    'Hello. This is the sign-in verification for {application}. Please press the pound key to finish signing in.',
  greetingPin:
    'Hello. This is the sign-in verification for {application}. Please enter your PIN, and then press the pound key.',
  retryStandard: 'Please press the pound key to finish signing in to {application}.',
  retryPin: 'That was not right. Please enter your PIN, and then press the pound key.',
  fraudGreetingStandard:
    'Hello. This is the sign-in verification for {application}. Please press the pound key to finish signing in. If this was not you, press 0, and then the pound key.',
  fraudGreetingPin:
    'Hello. This is the sign-in verification for {application}. Please enter your PIN, and then press the pound key. If this was not you, enter 0, and then press the pound key.',
  activationGreetingStandard:
    'Hello. This call activates phone verification for {application}. Please press the pound key to continue.',
  activationGreetingPin:
    'Hello. This call activates phone verification for {application}. Please enter your PIN, and then press the pound key.',
  activationRetryStandard: 'Please press the pound key to continue.',
  activationRetryPin: 'That was not right. Please enter your PIN, and then press the pound key.',
  activation: 'Your phone is now activated. Goodbye.',
  succeeded: 'You are verified. Goodbye.',
  denied: 'You could not be verified. Goodbye.',
  deniedRetry: 'You could not be verified. Please sign in again to have another try. Goodbye.',
  fraudConfirmation:
    'You are about to report that somebody else has tried to sign in. Your account will be blocked. Press 1 to confirm.',
  fraudReported: 'Thank you. Your report has been handed on. Goodbye.',
  extensionPrompt:
    'This is a call for an extension. Please transfer it, or press the pound key if you are there already.',
  beforeDigits: 'The extension is',
  afterDigits: 'Please transfer this call now, or press the pound key if you are there already.',
};

const german: Texts = {
  greetingStandard:
    'Guten Tag. Dies ist die Anmeldeprüfung für {application}. Bitte drücken Sie die Rautetaste, um die Anmeldung abzuschließen.',
  greetingPin:
    'Guten Tag. Dies ist die Anmeldeprüfung für {application}. Bitte geben Sie Ihre PIN ein und drücken Sie dann die Rautetaste.',
  retryStandard:
    'Bitte drücken Sie die Rautetaste, um die Anmeldung bei {application} abzuschließen.',
  retryPin:
    'Das war nicht richtig. Bitte geben Sie Ihre PIN ein und drücken Sie dann die Rautetaste.',
  fraudGreetingStandard:
    'Guten Tag. Dies ist die Anmeldeprüfung für {application}. Bitte drücken Sie die Rautetaste, um die Anmeldung abzuschließen. Waren Sie es nicht, drücken Sie die 0 und dann die Rautetaste.',
  fraudGreetingPin:
    'Guten Tag. Dies ist die Anmeldeprüfung für {application}. Bitte geben Sie Ihre PIN ein und drücken Sie dann die Rautetaste. Waren Sie es nicht, drücken Sie die 0 und dann die Rautetaste.',
  activationGreetingStandard:
    'Guten Tag. Mit diesem Anruf wird die Prüfung per Telefon für {application} eingerichtet. Bitte drücken Sie die Rautetaste, um fortzufahren.',
  activationGreetingPin:
    'Guten Tag. Mit diesem Anruf wird die Prüfung per Telefon für {application} eingerichtet. Bitte geben Sie Ihre PIN ein und drücken Sie dann die Rautetaste.',
  activationRetryStandard: 'Bitte drücken Sie die Rautetaste, um fortzufahren.',
  activationRetryPin:
    'Das war nicht richtig. Bitte geben Sie Ihre PIN ein und drücken Sie dann die Rautetaste.',
  activation: 'Ihr Telefon ist jetzt eingerichtet. Auf Wiederhören.',
  succeeded: 'Ihre Anmeldung ist bestätigt. Auf Wiederhören.',
  denied: 'Ihre Anmeldung konnte nicht bestätigt werden. Auf Wiederhören.',
  deniedRetry:
    'Ihre Anmeldung konnte nicht bestätigt werden. Bitte melden Sie sich erneut an, um es noch einmal zu versuchen. Auf Wiederhören.',
  fraudConfirmation:
    'Sie melden, dass jemand anderes versucht hat, sich anzumelden. Ihr Konto wird gesperrt. Drücken Sie zur Bestätigung die 1.',
  fraudReported: 'Vielen Dank. Ihre Meldung ist weitergegeben. Auf Wiederhören.',
  extensionPrompt:
    'Dies ist ein Anruf für eine Durchwahl. Bitte verbinden Sie weiter, oder drücken Sie die Rautetaste, wenn Sie schon dort sind.',
  beforeDigits: 'Die Durchwahl ist',
  afterDigits:
    'Bitte verbinden Sie jetzt weiter, oder drücken Sie die Rautetaste, wenn Sie schon dort sind.',
};

/** By primary language subtag, with the tag that a provider's voice gets where the person's own says no more. */
const byLanguage: ReadonlyMap<string, { readonly tag: string; readonly texts: Texts }> = new Map([
  ['en', { tag: 'en-US', texts: english }],
  ['de', { tag: 'de-DE', texts: german }],
]);

const primaryOf = (language: string): string => language.split('-', 1)[0]?.toLowerCase() ?? '';

/** Tags to look for, best first: the exact one, then its language. */
export const languagesFor = (language: string): readonly string[] => [
  ...new Set([language, primaryOf(language)]),
];

/** The language in which built-in texts are said to somebody who wants this one; English where there is no other. */
export const spokenLanguage = (language: string): string => {
  const known = byLanguage.get(primaryOf(language));
  if (known === undefined) return 'en-US';
  return language.includes('-') ? language : known.tag;
};

export const builtInText = (
  message: VoiceMessageType,
  language: string,
  application: string,
): string => {
  const texts = byLanguage.get(primaryOf(language))?.texts ?? english;
  return texts[message].replaceAll('{application}', () => application);
};
