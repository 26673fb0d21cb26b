import { element, type Xml } from '../xml/writer.ts';
import type {
  PadCircumstances,
  PadContext,
  PadRequest,
  ProvenAccount,
  DetailedAccount,
} from './message.ts';

/** Writes a request in the canonical form of contracts/mobile-app.md section 3, as the headless phone sends it. */
export const writePadRequest = (request: PadRequest): string =>
  element(
    'pfpMessage',
    { version: request.version },
    header,
    element(
      'request',
      {
        'request-id': request.requestId,
        async: '0',
        'response-url': '',
        language: request.language,
      },
      element(request.message, {}, ...contentOf(request)),
    ),
  ).xml;

const header = element(
  'header',
  {},
  element(
    'source',
    {},
    element(
      'component',
      { type: 'pfsvc', role: 'master' },
      element('host', { ip: '', hostname: '', serverId: '' }),
    ),
  ),
);

const contentOf = (request: PadRequest): readonly Xml[] => {
  switch (request.message) {
    case 'phoneAppValidateDeviceTokenRequest':
      return [
        validateContext(request.context),
        flag('validationResult', request.validationResult),
        element('accounts', {}, ...request.accounts.map(provenAccount)),
      ];
    case 'phoneAppAuthenticationRequest':
      return [context(request.context)];
    case 'phoneAppAuthenticationResultRequest':
      return [
        context(request.context),
        text('authenticationResult', String(request.authenticationResult)),
        ...newToken(request),
        ...counter(request),
        ...interactively(request),
        ...appState(request),
      ];
    case 'phoneAppPinValidationRequest':
      return [
        context(request.context),
        pin(request),
        flag('authenticate', request.authenticate),
        ...counter(request),
        ...interactively(request),
        ...optionalText('selectedEntropyNumber', request.selectedEntropyNumber),
        ...appState(request),
      ];
    case 'phoneAppPinChangeRequest':
      return [
        context(request.context),
        pin(request),
        text('newPin', request.newPin),
        flag('authenticate', request.authenticate),
      ];
    case 'phoneAppDeviceTokenChangeRequest':
      return [
        text('dosPreventer', request.dosPreventer),
        text('oldDeviceToken', request.oldDeviceToken),
        ...newToken(request),
        ...versions(request),
        element('replicationScopes'),
      ];
    case 'phoneAppStartDeviceTokenChangeV2Request':
      return [
        text('newDeviceToken', request.newDeviceToken),
        ...versions(request),
        text('appPackageName', request.appPackageName),
        text('authenticatorFlavor', request.authenticatorFlavor),
        ...optionalText('notificationType', request.notificationType),
      ];
    case 'phoneAppCompleteDeviceTokenChangeV2Request':
      return [
        element('accounts', {}, ...request.accounts.map(detailedAccount)),
        text('newDeviceToken', request.newDeviceToken),
        ...versions(request),
      ];
  }
};

const text = (name: string, value: string): Xml => element(name, {}, value);
const flag = (name: string, value: boolean): Xml => text(name, value ? 'yes' : 'no');

const optionalText = (name: string, value: string | null | undefined): readonly Xml[] =>
  value === null || value === undefined ? [] : [text(name, value)];
const optionalFlag = (name: string, value: boolean | undefined): readonly Xml[] =>
  value === undefined ? [] : [flag(name, value)];

/** The validate message orders its context differently from all others, in real clients and so in the samples. */
const validateContext = (from: PadContext): Xml =>
  element(
    'phoneAppContext',
    {},
    text('guid', from.guid),
    text('oathCode', from.oathCode),
    text('deviceToken', from.deviceToken),
    text('version', from.version),
    text('osVersion', from.osVersion),
    flag('needDosPreventer', from.needDosPreventer),
  );

const context = (from: PadContext): Xml =>
  element(
    'phoneAppContext',
    {},
    text('guid', from.guid),
    text('oathCode', from.oathCode),
    flag('needDosPreventer', from.needDosPreventer),
    text('deviceToken', from.deviceToken),
    text('version', from.version),
    text('osVersion', from.osVersion),
    ...optionalText('signature', from.signature),
  );

const newToken = (from: {
  readonly newDeviceToken?: string;
  readonly notificationType?: string;
}): readonly Xml[] => {
  if (from.newDeviceToken === undefined) return [];
  const { notificationType } = from;
  const attributes = notificationType === undefined ? {} : { notificationType };
  return [element('newDeviceToken', attributes, from.newDeviceToken)];
};

const counter = (from: PadCircumstances): readonly Xml[] =>
  optionalText('oathCounter', from.oathCounter);
const interactively = (from: PadCircumstances): readonly Xml[] =>
  optionalFlag('completedInteractively', from.completedInteractively);
const appState = (from: PadCircumstances): readonly Xml[] => [
  ...optionalFlag('isAppLockUsed', from.isAppLockUsed),
  ...optionalText('appState', from.appState),
];

const pin = (from: { readonly pin: string; readonly pinStored: boolean }): Xml =>
  element('pin', { stored: from.pinStored ? 'yes' : 'no' }, from.pin);

const versions = (from: {
  readonly appVersion: string;
  readonly osVersion: string;
}): readonly Xml[] => [text('version', from.appVersion), text('osVersion', from.osVersion)];

const provenAccount = (account: ProvenAccount): Xml =>
  element(
    'account',
    {},
    text('groupKey', account.groupKey),
    text('username', account.username),
    text('azureObjectId', account.azureObjectId),
    text('oathCode', account.oathCode),
    text('azureTenantId', account.azureTenantId),
  );

const detailedAccount = (account: DetailedAccount): Xml =>
  element(
    'account',
    {},
    text('azureObjectId', account.azureObjectId),
    text('azureTenantId', account.azureTenantId),
    text('oathCode', account.oathCode),
    text('phoneAppDetailId', account.phoneAppDetailId),
  );
