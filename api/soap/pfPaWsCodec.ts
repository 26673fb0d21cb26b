import { isActivationCode } from '../pad/activationLink.ts';
import { present } from '../../domain/present.ts';
import { counterOf, isDeviceToken, maxVersionLength, plainText } from '../pad/fields.ts';
import { mobileLimits, readXml, XmlRefused, type XmlElement } from '../xml/reader.ts';
import { element, type Xml } from '../xml/writer.ts';
import { soapAnswer, soapCall, soapNamespaces } from './pfPaWsEnvelope.ts';
import {
  pfPaWsNamespace,
  type ActivateNewResponse,
  type PfPaWsErrorCode,
  type PfPaWsRequest,
  type PfPaWsResponse,
} from './pfPaWsMessages.ts';

export type PfPaWsReading =
  | { readonly kind: 'request'; readonly request: PfPaWsRequest }
  | {
      readonly kind: 'refused';
      readonly op: 'ActivateNew' | 'ConfirmActivation';
      readonly errorCode: PfPaWsErrorCode;
    }
  /** 400 for what is no envelope, 500 for an operation that is not there or that SOAPAction contradicts. */
  | { readonly kind: 'fault'; readonly status: 400 | 500 };

const maxDeviceNameLength = 100;

/**
 * Reads a call by the qualified name of the body's first child. `soapAction` only may confirm it: a header
 * never chooses what is done.
 */
export const readPfPaWsRequest = (
  body: string | Buffer,
  soapAction: string | undefined,
): PfPaWsReading => {
  const operation = operationOf(body);
  if (operation === undefined) return { kind: 'fault', status: 400 };
  if (contradicts(soapAction, operation) || operation.namespace !== pfPaWsNamespace) {
    return { kind: 'fault', status: 500 };
  }
  switch (operation.name) {
    case 'ActivateNew':
      return activateNewOf(operation);
    case 'ConfirmActivation':
      return confirmActivationOf(operation);
    case 'TestPfWsSdkConnection':
      return { kind: 'request', request: { op: 'TestPfWsSdkConnection' } };
    default:
      return { kind: 'fault', status: 500 };
  }
};

const operationOf = (body: string | Buffer): XmlElement | undefined => {
  try {
    const envelope = readXml(body, mobileLimits);
    if (envelope.name !== 'Envelope' || !soapNamespaces.has(envelope.namespace)) return undefined;
    const bodies = envelope.children.filter(
      ({ name, namespace }) => name === 'Body' && namespace === envelope.namespace,
    );
    return bodies.length === 1 ? bodies[0]?.children[0] : undefined;
  } catch (error) {
    if (error instanceof XmlRefused) return undefined;
    throw error;
  }
};

/** Quoted or not; a missing or empty one says nothing. */
const contradicts = (soapAction: string | undefined, operation: XmlElement): boolean => {
  const action = soapAction?.trim().replaceAll(/^["']|["']$/g, '') ?? '';
  return action !== '' && action !== `${pfPaWsNamespace}/${operation.name}`;
};

const activateNewOf = (operation: XmlElement): PfPaWsReading => {
  const params = only(operation, 'activationParams');
  if (params === undefined) return refused('ActivateNew', 9001);
  const names = ['ActivationCode', 'DeviceToken', 'DeviceName', 'OathCounter', 'Version', ...ours];
  if (names.some((name) => named(params, name).length > 1)) return refused('ActivateNew', 9001);
  const activationCode = textOf(params, 'ActivationCode');
  const deviceToken = textOf(params, 'DeviceToken') ?? '';
  const deviceName = plainText(textOf(params, 'DeviceName') ?? '', maxDeviceNameLength);
  const hasToken = deviceToken === noDeviceToken || isDeviceToken(deviceToken);
  if (activationCode === undefined || !hasToken || deviceName === '')
    return refused('ActivateNew', 9001);
  const publicKey = textOf(params, 'PublicKey');
  if (publicKey !== undefined && !/^[\w-]{87}$/.test(publicKey))
    return refused('ActivateNew', 9001);
  // A code that cannot be one is answered like one that is wrong.
  if (!isActivationCode(activationCode)) return refused('ActivateNew', 15);
  const version = textOf(params, 'Version');
  const request = {
    op: 'ActivateNew',
    activationCode,
    deviceToken,
    deviceName,
    ...present({
      oathCounter: counterOf(textOf(params, 'OathCounter')),
      version: version === undefined ? undefined : plainText(version, maxVersionLength),
      publicKey,
      typesSixDigits: textOf(params, 'TypesSixDigits') === 'true' ? (true as const) : undefined,
    }),
  } as const;
  return { kind: 'request', request };
};

/** Fields that the contract does not know, and that readers of it pass over (its section 3). */
const ours = ['PublicKey', 'TypesSixDigits'] as const;

/** What apps without a push channel send for a token (contracts/mobile-app.md 5.7). */
export const noDeviceToken = 'NO_DEVICE_TOKEN';

const confirmActivationOf = (operation: XmlElement): PfPaWsReading => {
  const code = only(operation, 'confirmationCode')?.text.trim();
  if (code === undefined) return refused('ConfirmActivation', 9001);
  return /^[0-9]{16}$/.test(code)
    ? { kind: 'request', request: { op: 'ConfirmActivation', confirmationCode: code } }
    : refused('ConfirmActivation', 15);
};

const refused = (
  op: 'ActivateNew' | 'ConfirmActivation',
  errorCode: PfPaWsErrorCode,
): PfPaWsReading => ({ kind: 'refused', op, errorCode });

const named = (parent: XmlElement, name: string): readonly XmlElement[] =>
  parent.children.filter(
    (candidate) => candidate.name === name && candidate.namespace === pfPaWsNamespace,
  );

const only = (parent: XmlElement, name: string): XmlElement | undefined => {
  const found = named(parent, name);
  return found.length === 1 ? found[0] : undefined;
};

const textOf = (parent: XmlElement, name: string): string | undefined =>
  only(parent, name)?.text.trim();

/** Writes a call, as the headless phone does. */
export const writePfPaWsRequest = (request: PfPaWsRequest): string =>
  soapCall(element(request.op, { xmlns: pfPaWsNamespace }, ...callContent(request)));

export const soapActionOf = ({ op }: PfPaWsRequest): string => `${pfPaWsNamespace}/${op}`;

const callContent = (request: PfPaWsRequest): readonly Xml[] => {
  switch (request.op) {
    case 'ActivateNew':
      return [
        element(
          'activationParams',
          {},
          text('ActivationCode', request.activationCode),
          text('DeviceToken', request.deviceToken),
          text('DeviceName', request.deviceName),
          ...optionalText('OathCounter', request.oathCounter),
          ...optionalText('Version', request.version),
          ...optionalText('PublicKey', request.publicKey),
          ...optionalText('TypesSixDigits', request.typesSixDigits && 'true'),
        ),
      ];
    case 'ConfirmActivation':
      return [text('confirmationCode', request.confirmationCode)];
    case 'TestPfWsSdkConnection':
      return [];
  }
};

/** Writes an answer in canonical form. */
export const writePfPaWsResponse = (response: PfPaWsResponse): string =>
  soapAnswer(
    element(
      `${response.op}Response`,
      { xmlns: pfPaWsNamespace },
      text(`${response.op}Result`, String(response.result)),
      ...answerContent(response),
    ),
  );

const answerContent = (response: PfPaWsResponse): readonly Xml[] => {
  switch (response.op) {
    case 'ActivateNew':
      return [...activationInfo(response), errorOf(response)];
    case 'ConfirmActivation':
      return response.result
        ? [text('phoneAppDetailId', response.phoneAppDetailId), errorOf(response)]
        : [errorOf(response)];
    case 'TestPfWsSdkConnection':
      return [];
  }
};

const activationInfo = (response: ActivateNewResponse): readonly Xml[] =>
  response.result
    ? [
        element(
          'activationInfo',
          {},
          text('Username', response.username),
          text('TenantId', response.tenantId),
          text('AzureObjectId', response.azureObjectId),
          text('ConfirmationCode', response.confirmationCode),
          ...optionalText('OathTokenSecretKey', response.oathTokenSecretKey),
          text('OathTokenEnabled', String(response.oathTokenEnabled)),
          text('PhoneAppDetailId', response.phoneAppDetailId),
          text('GroupKey', response.groupKey),
        ),
      ]
    : [];

const errorOf = ({
  errorCode,
  errorDescription,
}: {
  readonly errorCode: number;
  readonly errorDescription: string;
}): Xml =>
  element('error', {}, text('Code', String(errorCode)), text('Description', errorDescription));

const text = (name: string, value: string): Xml => element(name, {}, value);

const optionalText = (name: string, value: string | undefined): readonly Xml[] =>
  value === undefined ? [] : [text(name, value)];
