import { readXml, type XmlElement, type XmlLimits } from '../xml/reader.ts';

/** A description as a comparison sees it: names and types in order, nothing resolved, nothing required. */
export type WsdlShape = {
  readonly namespace: string;
  /** `name: type` of each child of the operation's element and of its answer. */
  readonly operations: ReadonlyMap<
    string,
    { readonly inputs: readonly string[]; readonly outputs: readonly string[] }
  >;
  /** Members of structures as `name: type`, values of enumerations. */
  readonly types: ReadonlyMap<string, readonly string[]>;
};

/** A saved description of the original may be larger than ours; nothing describes more than this. */
const limits: XmlLimits = {
  maxBytes: 4_194_304,
  maxDepth: 64,
  maxElements: 200_000,
  maxAttributes: 64,
  maxTextLength: 1_048_576,
};

/**
 * Reads the names of a WSDL, also of one that is only alike.
 * @throws {XmlRefused} where the file is no XML
 */
export const readWsdlShape = (text: string | Buffer): WsdlShape => {
  const definitions = readXml(text, limits);
  const schemas = all(definitions, 'types').flatMap((types) => all(types, 'schema'));
  const elements = byName(schemas, 'element');
  const messages = byName([definitions], 'message');

  const childrenOf = (operation: XmlElement, direction: string): readonly string[] => {
    const message = messages.get(local(all(operation, direction)[0], 'message'));
    const part = message && all(message, 'part')[0];
    const wrapper = elements.get(local(part, 'element'));
    return wrapper ? all(wrapper, 'complexType').flatMap(membersOf) : [];
  };

  const operations = new Map<string, { inputs: readonly string[]; outputs: readonly string[] }>();
  for (const operation of all(definitions, 'portType').flatMap((one) => all(one, 'operation'))) {
    const name = attribute(operation, 'name');
    const inputs = childrenOf(operation, 'input');
    // Ports for HTTP GET and POST describe the same operations again, in parts of simple types.
    if (!operations.has(name))
      operations.set(name, { inputs, outputs: childrenOf(operation, 'output') });
  }
  const simple = [...byName(schemas, 'simpleType')].map(
    ([name, type]) => [name, valuesOf(type)] as const,
  );
  const complex = [...byName(schemas, 'complexType')].map(
    ([name, type]) => [name, membersOf(type)] as const,
  );
  return {
    namespace: attribute(definitions, 'targetNamespace'),
    operations,
    types: new Map([...simple, ...complex]),
  };
};

const all = (parent: XmlElement, name: string): readonly XmlElement[] =>
  parent.children.filter((child) => child.name === name);

const attribute = (from: XmlElement | undefined, name: string): string =>
  from?.attributes.get(name) ?? '';

/** A reference by its local part: prefixes differ between files and mean nothing here. */
const local = (from: XmlElement | undefined, name: string): string =>
  attribute(from, name).replace(/^.*:/, '');

const byName = (parents: readonly XmlElement[], name: string): ReadonlyMap<string, XmlElement> =>
  new Map(
    parents.flatMap((parent) => all(parent, name)).map((one) => [attribute(one, 'name'), one]),
  );

const membersOf = (type: XmlElement): readonly string[] =>
  all(type, 'sequence')
    .flatMap((sequence) => all(sequence, 'element'))
    .map((member) => {
      const many = attribute(member, 'maxOccurs') === 'unbounded' ? '[]' : '';
      return `${attribute(member, 'name')}: ${local(member, 'type')}${many}`;
    });

const valuesOf = (type: XmlElement): readonly string[] =>
  all(type, 'restriction')
    .flatMap((restriction) => all(restriction, 'enumeration'))
    .map((value) => attribute(value, 'value'));
