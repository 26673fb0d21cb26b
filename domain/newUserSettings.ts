import { appModes, methods, smsDirections, standardOrPin } from './methods.ts';

/** Settings that new people get what nobody says from (spec/20 'Company settings'); a part of the catalogue. */
export const newUserSettings = {
  newUserMethod: {
    default: 'app',
    oneOf: methods,
    maxLength: 4,
    about: 'How new users are verified where nobody says otherwise; so with the ten below.',
  },
  newUserAppMode: {
    default: 'standard',
    oneOf: appModes,
    maxLength: 8,
    about: 'Pushes to new users: approve, or approve with the PIN.',
  },
  newUserCallMode: {
    default: 'standard',
    oneOf: standardOrPin,
    maxLength: 8,
    about: 'Calls to new users: # alone, or the PIN.',
  },
  newUserSmsDirection: {
    default: 'oneWay',
    oneOf: smsDirections,
    maxLength: 6,
    about: 'Text messages to new users: the code is typed into the login, or sent back.',
  },
  newUserSmsMode: {
    default: 'standard',
    oneOf: standardOrPin,
    maxLength: 8,
    about: 'Text messages to new users: the code alone, or code and PIN.',
  },
  newUserOathMode: {
    default: 'standard',
    oneOf: standardOrPin,
    maxLength: 8,
    about: 'Codes of new users: alone, or code and PIN.',
  },
  newUserCallLanguage: { default: 'en', maxLength: 35, about: 'Language of calls (BCP 47 tag).' },
  newUserSmsLanguage: {
    default: 'en',
    maxLength: 35,
    about: 'Language of text messages (BCP 47 tag).',
  },
  newUserAppLanguage: { default: 'en', maxLength: 35, about: 'Language of pushes (BCP 47 tag).' },
  newUserOathLanguage: {
    default: 'en',
    maxLength: 35,
    about: 'Language of prompts for codes (BCP 47 tag).',
  },
  newUserEnabled: { default: true, about: 'New users may authenticate at once.' },
  defaultCountryCode: {
    default: '1',
    maxLength: 3,
    about: 'Country code of phone numbers that come without one.',
  },
  notificationAddresses: {
    default: '',
    maxLength: 4_000,
    about: 'Mail addresses that are told of fraud and lockouts, separated by commas.',
  },
  sendMailToUsers: { default: false, about: 'Send mails to users.' },
  sendTextsToUsers: {
    default: true,
    about:
      'Text people at the number that they had what was changed about how they sign in, where a provider texts.',
  },
  mailLanguage: {
    default: 'en',
    maxLength: 35,
    about: 'Language (BCP 47) of mails to people without one of their own.',
  },
  portalUrl: {
    default: '',
    maxLength: 500,
    about: 'Public address of the user portal, for mails.',
  },
  companyName: {
    default: '',
    maxLength: 64,
    about: 'Name that mails are signed with; the account name where empty.',
  },
  initialPinInMail: {
    default: false,
    about: 'Let mails tell an initial PIN that must be changed at the first verification.',
  },
} as const;
