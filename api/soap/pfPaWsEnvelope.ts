import { element, type Xml } from '../xml/writer.ts';

const soap11 = 'http://schemas.xmlsoap.org/soap/envelope/';

/** Envelopes that are read; answers are always SOAP 1.1, whatever came in (SEC-21). */
export const soapNamespaces: ReadonlySet<string> = new Set([
  soap11,
  'http://www.w3.org/2003/05/soap-envelope',
]);

const declaration = '<?xml version="1.0" encoding="utf-8"?>';

/** An answer in its canonical form: no prefixes on protocol elements (contracts/mobile-app.md section 3). */
export const soapAnswer = (content: Xml): string =>
  declaration +
  element(
    'Envelope',
    {
      xmlns: soap11,
      'xmlns:xsd': 'http://www.w3.org/2001/XMLSchema',
      'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
    },
    element('Body', {}, content),
  ).xml;

/** A call as the headless phone sends it. */
export const soapCall = (content: Xml): string =>
  element('soap:Envelope', { 'xmlns:soap': soap11 }, element('soap:Body', {}, content)).xml;

/** The one fault of this service: a fixed sentence, no detail (contracts/mobile-app.md 11.1). */
export const soapFault = (): string =>
  declaration +
  element(
    'soap:Envelope',
    { 'xmlns:soap': soap11 },
    element(
      'soap:Body',
      {},
      element(
        'soap:Fault',
        {},
        element('faultcode', {}, 'soap:Client'),
        element('faultstring', {}, 'The request could not be read.'),
      ),
    ),
  ).xml;

/** Answer of the plain form post. */
export const plainString = (namespace: string, text: string): string =>
  declaration + element('string', { xmlns: namespace }, text).xml;
