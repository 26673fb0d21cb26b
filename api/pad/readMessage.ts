import type { XmlElement } from '../xml/reader.ts';
import { present } from '../../domain/present.ts';
import {
  booleanOf,
  child,
  counterOf,
  deviceTokenOf,
  isUuid,
  matching,
  maxNameLength,
  maxVersionLength,
  notificationTypeOf,
  optionalBoolean,
  plainText,
  proofOf,
  requiredChild,
  requiredText,
  textOf,
} from './fields.ts';
import type {
  DetailedAccount,
  PadCircumstances,
  PadContext,
  PadEnvelope,
  PadRequest,
  ProvenAccount,
} from './message.ts';
import { refuseField } from './refusal.ts';

/** @throws {FieldRefused} 9004 for an element that is no message, else what its fields say */
export const readMessage = (element: XmlElement, envelope: PadEnvelope): PadRequest => {
  const read = readers.get(element.name) ?? refuseField(9004);
  return read(element, envelope);
};

type Reader = (element: XmlElement, envelope: PadEnvelope) => PadRequest;

const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  [
    'phoneAppValidateDeviceTokenRequest',
    (element, envelope) => ({
      message: 'phoneAppValidateDeviceTokenRequest',
      ...envelope,
      context: contextOf(element),
      validationResult: booleanOf(requiredText(element, 'validationResult')),
      accounts: accountsOf(element).map(provenAccountOf),
    }),
  ],
  [
    'phoneAppAuthenticationRequest',
    (element, envelope) => ({
      message: 'phoneAppAuthenticationRequest',
      ...envelope,
      context: contextOf(element),
    }),
  ],
  [
    'phoneAppAuthenticationResultRequest',
    (element, envelope) => ({
      message: 'phoneAppAuthenticationResultRequest',
      ...envelope,
      context: contextOf(element),
      authenticationResult: resultOf(requiredText(element, 'authenticationResult')),
      ...newTokenOf(element),
      ...circumstancesOf(element),
    }),
  ],
  [
    'phoneAppPinValidationRequest',
    (element, envelope) => {
      const pin = { pin: matching(textOf(element, 'pin'), /^(?:[0-9]{4,10})?$/) };
      const number = numberOf(element);
      if (pin.pin === '' && number === null) refuseField();
      return {
        message: 'phoneAppPinValidationRequest',
        ...envelope,
        context: contextOf(element),
        ...pin,
        pinStored: pinStoredOf(element),
        authenticate: booleanOf(requiredText(element, 'authenticate')),
        selectedEntropyNumber: number,
        ...circumstancesOf(element),
      };
    },
  ],
  [
    'phoneAppPinChangeRequest',
    (element, envelope) => ({
      message: 'phoneAppPinChangeRequest',
      ...envelope,
      context: contextOf(element),
      pin: matching(requiredText(element, 'pin'), /^[0-9]{4,10}$/),
      pinStored: pinStoredOf(element),
      newPin: matching(requiredText(element, 'newPin'), /^.{0,64}$/su),
      authenticate: booleanOf(requiredText(element, 'authenticate')),
    }),
  ],
  [
    'phoneAppDeviceTokenChangeRequest',
    (element, envelope) => ({
      message: 'phoneAppDeviceTokenChangeRequest',
      ...envelope,
      dosPreventer: matching(requiredText(element, 'dosPreventer'), /^[\x21-\x7e]{0,256}$/),
      oldDeviceToken: deviceTokenOf(element, 'oldDeviceToken'),
      newDeviceToken: deviceTokenOf(element, 'newDeviceToken'),
      ...newTokenOf(element),
      ...versionsOf(element),
    }),
  ],
  [
    'phoneAppStartDeviceTokenChangeV2Request',
    (element, envelope) => ({
      message: 'phoneAppStartDeviceTokenChangeV2Request',
      ...envelope,
      newDeviceToken: deviceTokenOf(element, 'newDeviceToken'),
      ...present({
        notificationType: notificationTypeOf(child(element, 'notificationType')?.text),
      }),
      ...versionsOf(element),
      appPackageName: plainText(textOf(element, 'appPackageName'), maxNameLength),
      authenticatorFlavor: plainText(textOf(element, 'authenticatorFlavor'), maxNameLength),
    }),
  ],
  [
    'phoneAppCompleteDeviceTokenChangeV2Request',
    (element, envelope) => ({
      message: 'phoneAppCompleteDeviceTokenChangeV2Request',
      ...envelope,
      accounts: accountsOf(element).map(detailedAccountOf),
      newDeviceToken: deviceTokenOf(element, 'newDeviceToken'),
      ...versionsOf(element),
    }),
  ],
]);

const contextOf = (message: XmlElement): PadContext => {
  const context = requiredChild(message, 'phoneAppContext');
  const guid = requiredText(context, 'guid').toLowerCase();
  const oathCode = proofOf(context);
  const deviceToken = deviceTokenOf(context, 'deviceToken');
  const versions = versionsOf(context);
  return {
    // A guid that cannot be one is not told apart from one that nobody knows.
    guid: isUuid(guid) ? guid : refuseField(9002),
    oathCode,
    deviceToken,
    version: versions.appVersion,
    osVersion: versions.osVersion,
    needDosPreventer: optionalBoolean(context, 'needDosPreventer') ?? false,
    ...signatureOf(context),
  };
};

const signatureOf = (context: XmlElement): { signature?: string } => {
  const signature = textOf(context, 'signature');
  return signature === '' ? {} : { signature: matching(signature, /^[\w-]{1,256}$/) };
};

const versionsOf = (element: XmlElement): { appVersion: string; osVersion: string } => ({
  appVersion: plainText(textOf(element, 'version'), maxVersionLength),
  osVersion: plainText(textOf(element, 'osVersion'), maxVersionLength),
});

const circumstancesOf = (element: XmlElement): PadCircumstances => {
  const appState = child(element, 'appState')?.text;
  return present({
    oathCounter: counterOf(child(element, 'oathCounter')?.text.trim()),
    completedInteractively: optionalBoolean(element, 'completedInteractively'),
    isAppLockUsed: optionalBoolean(element, 'isAppLockUsed'),
    appState: appState === undefined ? undefined : plainText(appState, maxVersionLength),
  });
};

const results = { '1': 1, '2': 2, '3': 3 } as const;

const resultOf = (text: string): 1 | 2 | 3 =>
  text === '1' || text === '2' || text === '3' ? results[text] : refuseField();

const newTokenOf = (element: XmlElement) => {
  const token = child(element, 'newDeviceToken');
  if (token === undefined) return {};
  const notificationType = notificationTypeOf(token.attributes.get('notificationType'));
  return present({ newDeviceToken: deviceTokenOf(element, 'newDeviceToken'), notificationType });
};

const pinStoredOf = (element: XmlElement): boolean =>
  booleanOf(child(element, 'pin')?.attributes.get('stored') ?? 'no');

const numberOf = (element: XmlElement): string | null => {
  const number = textOf(element, 'selectedEntropyNumber');
  return number === '' ? null : matching(number, /^(?:[0-9]{1,2}|[0-9]{6})$/);
};

const accountsOf = (element: XmlElement): readonly XmlElement[] =>
  (child(element, 'accounts')?.children ?? []).filter(({ name }) => name === 'account');

const idsOf = (account: XmlElement): { azureObjectId: string; azureTenantId: string } => ({
  azureObjectId: idOf(account, 'azureObjectId'),
  azureTenantId: idOf(account, 'azureTenantId'),
});

const idOf = (account: XmlElement, name: string): string =>
  plainText(textOf(account, name), maxNameLength).toLowerCase();

const provenAccountOf = (account: XmlElement): ProvenAccount => ({
  groupKey: idOf(account, 'groupKey'),
  username: plainText(textOf(account, 'username'), maxNameLength),
  ...idsOf(account),
  oathCode: proofOf(account),
});

const detailedAccountOf = (account: XmlElement): DetailedAccount => ({
  ...idsOf(account),
  oathCode: proofOf(account),
  phoneAppDetailId: idOf(account, 'phoneAppDetailId'),
});
