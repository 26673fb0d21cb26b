import { readMediaType, unquoted } from '../xml/body.ts';
import { element } from '../xml/writer.ts';
import type { Xml } from '../xml/writer.ts';
import type { XmlElement } from '../xml/reader.ts';

export type SoapVersion = '1.1' | '1.2';

const namespaces = {
  '1.1': 'http://schemas.xmlsoap.org/soap/envelope/',
  '1.2': 'http://www.w3.org/2003/05/soap-envelope',
} as const satisfies Record<SoapVersion, string>;

const mediaTypes = {
  '1.1': 'text/xml',
  '1.2': 'application/soap+xml',
} as const satisfies Record<SoapVersion, string>;

/** What an answer is sent as: fixed per version, never the caller's own text (SEC-21). */
export const contentTypeOf = (version: SoapVersion): string =>
  `${mediaTypes[version]}; charset=utf-8`;

/** The SOAP version that a request's media type stands for; undefined for any other type. */
export const versionOf = (contentType: string | undefined): SoapVersion | undefined => {
  switch (readMediaType(contentType)?.type) {
    case mediaTypes['1.1']:
      return '1.1';
    case mediaTypes['1.2']:
      return '1.2';
    default:
      return undefined;
  }
};

/** A message that is no call (contracts/sdk-soap.md section 8): the caller's mistake. */
export class NotACall extends Error {
  override readonly name = 'NotACall';
  readonly reason: 'envelope' | 'mustUnderstand' | 'noOperation' | 'action' | 'unknownOperation';
  constructor(reason: NotACall['reason']) {
    super(`not a call: ${reason}`);
    this.reason = reason;
  }
}

export type Envelope = { readonly version: SoapVersion; readonly operation: XmlElement };

/**
 * Finds the call in an envelope. The operation is the first child of Body whatever the headers say (SEC-20).
 * @throws {NotACall}
 */
export const readEnvelope = (root: XmlElement): Envelope => {
  const version = root.name === 'Envelope' ? versionOfNamespace(root.namespace) : undefined;
  if (version === undefined) throw new NotACall('envelope');
  const named = (name: string): XmlElement[] =>
    root.children.filter((child) => child.name === name && child.namespace === namespaces[version]);
  if (named('Header').some(({ children }) => children.some((entry) => isBinding(entry, version)))) {
    throw new NotACall('mustUnderstand');
  }
  const [body, ...more] = named('Body');
  if (body === undefined || more.length > 0) throw new NotACall('envelope');
  const operation = body.children[0];
  if (operation === undefined) throw new NotACall('noOperation');
  return { version, operation };
};

const versionOfNamespace = (namespace: string): SoapVersion | undefined => {
  if (namespace === namespaces['1.1']) return '1.1';
  return namespace === namespaces['1.2'] ? '1.2' : undefined;
};

/** No header is known here, so one that must be understood ends the call. */
const isBinding = ({ attributes }: XmlElement, version: SoapVersion): boolean => {
  const value = attributes.get(`{${namespaces[version]}}mustUnderstand`)?.trim();
  return value !== undefined && value !== '0' && value !== 'false';
};

/** The two places of an action: SOAPAction (1.1) and the `action` parameter of the media type (1.2). */
export type ActionHeaders = {
  readonly soapAction: string | undefined;
  readonly contentType: string | undefined;
};

/**
 * An action may be quoted, bare, empty or missing; one that names something else than the body does is refused.
 * @throws {NotACall}
 */
export const checkAction = (headers: ActionHeaders, operation: string): void => {
  const parameter = readMediaType(headers.contentType)?.parameters.get('action');
  for (const header of [headers.soapAction, parameter]) {
    const action = unquoted(header ?? '').trim();
    if (action !== '' && action.slice(action.lastIndexOf('/') + 1) !== operation) {
      throw new NotACall('action');
    }
  }
};

/** The envelope around an answer. */
export const writeEnvelope = (version: SoapVersion, content: Xml): string =>
  element('soap:Envelope', { 'xmlns:soap': namespaces[version] }, element('soap:Body', {}, content))
    .xml;

/** Whose fault it was: the message's, or ours. */
export type Blame = 'caller' | 'server';

/** One fixed sentence each: a fault tells nothing about the inside (SEC-21). */
const sentences = {
  caller: 'The message is not a call of this service.',
  server: 'The call could not be processed.',
} as const satisfies Record<Blame, string>;

/**
 * A fault. In SOAP 1.1 its children have no prefix and `detail` is there even though it is empty, because .NET
 * makes a header exception of a fault without one (contracts/sdk-soap.md section 8).
 */
export const writeFault = (version: SoapVersion, blame: Blame): string =>
  writeEnvelope(version, version === '1.1' ? fault11(blame) : fault12(blame));

const fault11 = (blame: Blame): Xml =>
  element(
    'soap:Fault',
    {},
    element('faultcode', {}, blame === 'caller' ? 'soap:Client' : 'soap:Server'),
    element('faultstring', {}, sentences[blame]),
    element('detail'),
  );

const fault12 = (blame: Blame): Xml =>
  element(
    'soap:Fault',
    {},
    element(
      'soap:Code',
      {},
      element('soap:Value', {}, blame === 'caller' ? 'soap:Sender' : 'soap:Receiver'),
    ),
    element('soap:Reason', {}, element('soap:Text', { 'xml:lang': 'en' }, sentences[blame])),
    element('soap:Detail'),
  );
