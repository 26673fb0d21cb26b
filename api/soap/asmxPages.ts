import { element } from '../xml/writer.ts';
import type { Xml } from '../xml/writer.ts';
import type { Wsdl, WsdlField, WsdlOperation } from './wsdl.ts';

export type Page = { readonly type: string; readonly body: string };

const xmlType = 'text/xml; charset=utf-8';
const htmlType = 'text/html; charset=utf-8';

/** The description with the caller's address in it is text that exists already. */
export const descriptionPage = (wsdl: string): Page => ({ type: xmlType, body: wsdl });

/** The discovery document (contracts/sdk-soap.md section 3). */
export const discoveryPage = (address: string): Page => ({
  type: xmlType,
  body: element(
    'discovery',
    { xmlns: 'http://schemas.xmlsoap.org/disco/' },
    element('contractRef', {
      xmlns: 'http://schemas.xmlsoap.org/disco/scl/',
      ref: `${address}?wsdl`,
      docRef: address,
    }),
  ).xml,
});

/** What a browser shows: proof that the service is reachable, and the way to the description. */
export const servicePage = (wsdl: Wsdl, title: string, address: string): Page =>
  html(
    title,
    address,
    element('p', {}, 'The service is reachable. ', link('?WSDL', 'Service Description')),
    element(
      'ul',
      {},
      ...[...wsdl.operations.keys()].map((name) =>
        element('li', {}, link(`?op=${encodeURIComponent(name)}`, name)),
      ),
    ),
  );

/** What goes in and out of one operation. */
export const operationPage = (operation: WsdlOperation, title: string, address: string): Page =>
  html(
    title,
    address,
    element('h2', {}, operation.name),
    element('p', {}, operation.documentation),
    element('h3', {}, 'Input'),
    fieldList(operation.inputs),
    element('h3', {}, 'Output'),
    fieldList(operation.outputs),
    element('p', {}, link(address, 'All operations')),
  );

const fieldList = (fields: readonly WsdlField[]): Xml =>
  fields.length === 0
    ? element('p', {}, 'None.')
    : element(
        'ul',
        {},
        ...fields.map(({ name, type }) => element('li', {}, `${name}: ${typeName(type)}`)),
      );

const typeName = (type: WsdlField['type']): string => ('name' in type ? type.name : type.kind);

const link = (href: string, text: string): Xml => element('a', { href }, text);

/** Discovery works from the bare address too because of the `alternate` link. */
const html = (title: string, address: string, ...content: readonly Xml[]): Page => ({
  type: htmlType,
  body: `<!DOCTYPE html>\n${
    element(
      'html',
      { lang: 'en' },
      element(
        'head',
        {},
        element('meta', { charset: 'utf-8' }),
        element('title', {}, title),
        element('link', { rel: 'alternate', type: 'text/xml', href: `${address}?disco` }),
      ),
      element('body', {}, element('h1', {}, title), ...content),
    ).xml
  }\n`,
});
