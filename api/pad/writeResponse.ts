import { element, type Xml } from '../xml/writer.ts';
import {
  fetchNames,
  type AccountValidation,
  type PadReply,
  type PadResponse,
  type ValidateResponse,
} from './response.ts';

/**
 * Writes an answer of `/pad`. Each name that a known client searches for stands once in the whole document,
 * and host attributes stay empty: no internal name goes out (contracts/mobile-app.md section 3, 5.4).
 */
export const writePadResponse = (reply: PadReply): string => {
  const content =
    'fail' in reply
      ? [failed(reply)]
      : [succeeded, element(reply.message, {}, ...contentOf(reply))];
  const message = element(
    'pfpMessage',
    {
      version: '1.6',
      'xmlns:xsd': 'http://www.w3.org/2001/XMLSchema',
      'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
    },
    header,
    element('response', { 'request-id': reply.requestId }, ...content),
  );
  return `<?xml version="1.0" encoding="utf-8"?>${message.xml}`;
};

const header = element(
  'header',
  {},
  element(
    'source',
    {},
    element(
      'component',
      { type: 'pfsvc' },
      element('host', { ip: '', hostname: '', serverId: '' }),
    ),
  ),
);

const succeeded = element(
  'status',
  { disposition: 'success' },
  element('error-id', {}, '0'),
  element('message', { lang: '' }),
);

const failed = ({ errorId, errorText }: { errorId: number; errorText: string }): Xml =>
  element(
    'status',
    { disposition: 'fail' },
    element('error-id', {}, String(errorId)),
    element('message', { lang: 'en' }, errorText),
  );

const contentOf = (reply: PadResponse): readonly Xml[] => {
  switch (reply.message) {
    case 'phoneAppValidateDeviceTokenResponse':
      return validateContent(reply);
    case 'phoneAppAuthenticationResponse':
      return fetchNames.flatMap((name) => {
        const value = reply.details[name];
        return value === undefined ? [] : [element(name, {}, value)];
      });
    case 'phoneAppAuthenticationResultResponse':
      // Old clients read the one name, new ones the other.
      return [number('authenticationResultResult', reply.result), number('result', reply.result)];
    case 'phoneAppPinValidationResponse':
      return [
        number('validationResult', reply.validationResult),
        number('pinRetries', reply.pinRetries),
      ];
    case 'phoneAppPinChangeResponse':
      return [number('changeResult', reply.changeResult)];
    case 'phoneAppDeviceTokenChangeResponse':
    case 'phoneAppStartDeviceTokenChangeV2Response':
      return [number('deviceTokenChangeResult', reply.deviceTokenChangeResult)];
    case 'phoneAppCompleteDeviceTokenChangeV2Response':
      return [validations(reply.accountValidationResults)];
  }
};

const validateContent = (reply: ValidateResponse): readonly Xml[] => [
  element('groupKey', {}, reply.groupKey),
  reply.dosPreventer === null
    ? element('dosPreventer', { 'xsi:nil': 'true' })
    : element('dosPreventer', {}, reply.dosPreventer),
  element('accountName', {}, reply.accountName),
  element('username', {}, reply.username),
  validations(reply.accountValidationResults),
];

const number = (name: string, value: number): Xml => element(name, {}, String(value));

const validations = (results: readonly AccountValidation[]): Xml =>
  element(
    'accountValidationResults',
    {},
    ...results.map((result) =>
      element(
        'accountValidationResult',
        {},
        element('azureObjectId', {}, result.azureObjectId),
        element('azureTenantId', {}, result.azureTenantId),
        element('phoneAppDetailId', {}, result.phoneAppDetailId),
        element('validationResult', {}, result.validationResult),
      ),
    ),
  );
