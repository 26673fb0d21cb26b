import { mobileLimits, readXml, type XmlElement } from '../xml/reader.ts';
import { requiredChild, requiredText, textOf, child } from './fields.ts';
import { refuseField } from './refusal.ts';
import {
  fetchNames,
  type AccountValidation,
  type FetchName,
  type PadReply,
  type PadResponse,
} from './response.ts';

/**
 * Reads an answer of `/pad`, as the headless phone does.
 * @throws {XmlRefused | FieldRefused} where it is no answer of this protocol
 */
export const readPadResponse = (body: string | Buffer): PadReply => {
  const response = requiredChild(readXml(body, mobileLimits), 'response');
  const requestId = response.attributes.get('request-id') ?? '';
  const status = requiredChild(response, 'status');
  const errorId = numberOf(status, 'error-id');
  if (status.attributes.get('disposition') !== 'success' || errorId !== 0) {
    return { fail: true, requestId, errorId, errorText: textOf(status, 'message') };
  }
  const message = response.children.find(({ name }) => name !== 'status') ?? refuseField();
  return readAnswer(message, requestId);
};

const readAnswer = (answer: XmlElement, requestId: string): PadResponse => {
  switch (answer.name) {
    case 'phoneAppValidateDeviceTokenResponse':
      return {
        message: answer.name,
        requestId,
        groupKey: textOf(answer, 'groupKey'),
        dosPreventer: textOf(answer, 'dosPreventer') || null,
        accountName: textOf(answer, 'accountName'),
        username: textOf(answer, 'username'),
        accountValidationResults: validationsOf(answer),
      };
    case 'phoneAppAuthenticationResponse':
      return { message: answer.name, requestId, details: detailsOf(answer) };
    case 'phoneAppAuthenticationResultResponse':
      return numberOf(answer, 'authenticationResultResult') === 1
        ? { message: answer.name, requestId, result: 1 }
        : refuseField();
    case 'phoneAppPinValidationResponse':
      return {
        message: answer.name,
        requestId,
        validationResult: numberOf(answer, 'validationResult'),
        pinRetries: numberOf(answer, 'pinRetries'),
      };
    case 'phoneAppPinChangeResponse':
      return { message: answer.name, requestId, changeResult: numberOf(answer, 'changeResult') };
    case 'phoneAppDeviceTokenChangeResponse':
    case 'phoneAppStartDeviceTokenChangeV2Response':
      return {
        message: answer.name,
        requestId,
        deviceTokenChangeResult: numberOf(answer, 'deviceTokenChangeResult'),
      };
    case 'phoneAppCompleteDeviceTokenChangeV2Response':
      return {
        message: answer.name,
        requestId,
        accountValidationResults: validationsOf(answer),
      };
    default:
      return refuseField(9004);
  }
};

const numberOf = (parent: XmlElement, name: string): number => {
  const text = requiredText(parent, name);
  return /^\d{1,9}$/.test(text) ? Number(text) : refuseField();
};

const detailsOf = (answer: XmlElement): Partial<Record<FetchName, string>> => {
  const details: Partial<Record<FetchName, string>> = {};
  for (const name of fetchNames) {
    const value = child(answer, name);
    if (value !== undefined) details[name] = value.text.trim();
  }
  return details;
};

const validationsOf = (answer: XmlElement): readonly AccountValidation[] =>
  (child(answer, 'accountValidationResults')?.children ?? []).map((result) => ({
    azureObjectId: textOf(result, 'azureObjectId'),
    azureTenantId: textOf(result, 'azureTenantId'),
    phoneAppDetailId: textOf(result, 'phoneAppDetailId'),
    validationResult: validationOf(textOf(result, 'validationResult')),
  }));

const validationOf = (text: string): AccountValidation['validationResult'] =>
  text === 'Success' || text === 'Failure' || text === 'TransientFailure' ? text : refuseField();
