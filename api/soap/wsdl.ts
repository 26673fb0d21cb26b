import { escapeAttribute } from '../xml/writer.ts';
import { readXml, readXmlInTurns } from '../xml/reader.ts';
import type { XmlElement, XmlLimits } from '../xml/reader.ts';

/** A type of the schema; complex and simple types are resolved, so a table needs no further look-up. */
export type WsdlType =
  | { readonly kind: 'string' }
  | { readonly kind: 'boolean' | 'int' | 'unsignedInt' }
  | { readonly kind: 'enumeration'; readonly name: string; readonly values: readonly string[] }
  | { readonly kind: 'complex'; readonly name: string; readonly members: readonly WsdlField[] }
  | { readonly kind: 'array'; readonly name: string; readonly item: WsdlField };

export type WsdlField = {
  readonly name: string;
  readonly type: WsdlType;
  /** `minOccurs` is 1: written even where there is no value. */
  readonly required: boolean;
};

/** One operation: the children of its element, and those of its answer in order, `<name>Result` first. */
export type WsdlOperation = {
  readonly name: string;
  readonly documentation: string;
  readonly inputs: readonly WsdlField[];
  readonly outputs: readonly WsdlField[];
};

/** A published contract as the table that the dispatcher works from. */
export type Wsdl = {
  readonly text: string;
  readonly namespace: string;
  readonly service: string;
  readonly operations: ReadonlyMap<string, WsdlOperation>;
};

/** For contracts that come with the program, not for anything from outside. */
const contractLimits: XmlLimits = {
  maxBytes: 4_194_304,
  maxDepth: 64,
  maxElements: 100_000,
  maxAttributes: 32,
  maxTextLength: 65_536,
};

/**
 * Reads a document/literal, wrapped WSDL with one schema, as ASMX publishes it.
 * @throws {TypeError} where the contract refers to something that it does not hold
 */
export const readWsdl = (text: string): Wsdl => wsdlOf(text, readXml(text, contractLimits));

/** Reads like `readWsdl`, and lets other work run meanwhile: a long contract takes some hundredths of a second. */
export const readWsdlInTurns = async (text: string): Promise<Wsdl> =>
  wsdlOf(text, await readXmlInTurns(text, contractLimits));

const wsdlOf = (text: string, definitions: XmlElement): Wsdl => {
  const schema = only(only(definitions, 'types'), 'schema');
  const typeOf = typeReader(schema);
  const elements = byName(schema, 'element');
  const messages = byName(definitions, 'message');

  const fieldsOf = (operation: XmlElement, direction: 'input' | 'output'): readonly WsdlField[] => {
    const message = found(messages, local(only(operation, direction), 'message'));
    const wrapper = found(elements, local(only(message, 'part'), 'element'));
    return membersOf(only(wrapper, 'complexType'), typeOf);
  };

  const operations = new Map<string, WsdlOperation>();
  for (const operation of all(only(definitions, 'portType'), 'operation')) {
    const name = attribute(operation, 'name');
    operations.set(name, {
      name,
      documentation: all(operation, 'documentation')[0]?.text ?? '',
      inputs: fieldsOf(operation, 'input'),
      outputs: fieldsOf(operation, 'output'),
    });
  }
  return {
    text,
    namespace: attribute(definitions, 'targetNamespace'),
    service: attribute(only(definitions, 'service'), 'name'),
    operations,
  };
};

/** The contract as it is handed out: every port has the address that the caller used. */
export const wsdlWithAddress = ({ text }: Wsdl, address: string): string =>
  text.replace(
    /(<soap(?:12)?:address\s[^>]*location=")[^"]*"/g,
    (_match, start: string) => `${start}${escapeAttribute(address)}"`,
  );

type TypeOf = (name: string) => WsdlType;

const typeReader = (schema: XmlElement): TypeOf => {
  const simple = byName(schema, 'simpleType');
  const complex = byName(schema, 'complexType');
  const known = new Map<string, WsdlType>();

  const read = (name: string): WsdlType => {
    const enumeration = simple.get(name);
    if (enumeration !== undefined) {
      const values = all(only(enumeration, 'restriction'), 'enumeration');
      return {
        kind: 'enumeration',
        name,
        values: values.map((value) => attribute(value, 'value')),
      };
    }
    const type = complex.get(name);
    if (type === undefined) return primitive(name);
    const members = membersOf(type, typeOf);
    const item = unbounded(type) ? members[0] : undefined;
    return item === undefined ? { kind: 'complex', name, members } : { kind: 'array', name, item };
  };
  const typeOf = (name: string): WsdlType => {
    const type = known.get(name) ?? read(name);
    known.set(name, type);
    return type;
  };
  return typeOf;
};

const primitive = (name: string): WsdlType => {
  if (name === 'string') return { kind: name };
  if (name === 'boolean' || name === 'int' || name === 'unsignedInt') return { kind: name };
  throw new TypeError(`the contract has no type ${name}`);
};

const membersOf = (complexType: XmlElement, typeOf: TypeOf): readonly WsdlField[] =>
  all(complexType, 'sequence')
    .flatMap((sequence) => all(sequence, 'element'))
    .map((member) => ({
      name: attribute(member, 'name'),
      type: typeOf(local(member, 'type')),
      required: member.attributes.get('minOccurs') !== '0',
    }));

const unbounded = (complexType: XmlElement): boolean =>
  all(complexType, 'sequence')
    .flatMap((sequence) => all(sequence, 'element'))
    .some((member) => member.attributes.get('maxOccurs') === 'unbounded');

const all = (parent: XmlElement, name: string): readonly XmlElement[] =>
  parent.children.filter((child) => child.name === name);

const only = (parent: XmlElement, name: string): XmlElement =>
  all(parent, name)[0] ?? missing(`${parent.name} without ${name}`);

const byName = (parent: XmlElement, name: string): ReadonlyMap<string, XmlElement> =>
  new Map(all(parent, name).map((child) => [attribute(child, 'name'), child]));

const found = (elements: ReadonlyMap<string, XmlElement>, name: string): XmlElement =>
  elements.get(name) ?? missing(name);

const attribute = (from: XmlElement, name: string): string =>
  from.attributes.get(name) ?? missing(`${from.name} without ${name}`);

/** A reference such as `tns:Error` by its local part; there is one schema, so the prefix adds nothing. */
const local = (from: XmlElement, name: string): string => attribute(from, name).replace(/^.*:/, '');

const missing = (what: string): never => {
  throw new TypeError(`the contract is incomplete: ${what}`);
};
