import type { XmlElement } from '../xml/reader.ts';
import type { WsdlField, WsdlType } from './wsdl.ts';

/** A value that the schema does not allow; `field` is the contract's own name, never the caller's text. */
export class ArgumentRefused extends Error {
  override readonly name = 'ArgumentRefused';
  readonly field: string;
  constructor(field: string) {
    super(`malformed value: ${field}`);
    this.field = field;
  }
}

type Value = string | boolean | number | Arguments | readonly Value[];

/**
 * What a call brings, by the contract's names. Reading one that the contract does not have, or as another type,
 * is a mistake of the program and throws a `TypeError`.
 */
export class Arguments {
  readonly #values: ReadonlyMap<string, Value>;
  readonly #given: ReadonlySet<string>;

  constructor(values: ReadonlyMap<string, Value>, given: ReadonlySet<string>) {
    this.#values = values;
    this.#given = given;
  }

  /** True where the message held a value; one that is missing or nil reads as `''`, false, 0. */
  has(name: string): boolean {
    return this.#given.has(name);
  }

  /** A string, or the name of an enumeration value in the contract's spelling. */
  text(name: string): string {
    const value = this.#values.get(name);
    return typeof value === 'string' ? value : mistyped(name);
  }

  flag(name: string): boolean {
    const value = this.#values.get(name);
    return typeof value === 'boolean' ? value : mistyped(name);
  }

  number(name: string): number {
    const value = this.#values.get(name);
    return typeof value === 'number' ? value : mistyped(name);
  }

  record(name: string): Arguments {
    const value = this.#values.get(name);
    return value instanceof Arguments ? value : mistyped(name);
  }

  /** An array of strings; items that are nil are left out. */
  texts(name: string): readonly string[] {
    const value = this.#values.get(name);
    if (!Array.isArray(value)) return mistyped(name);
    return value.map((item: unknown) => (typeof item === 'string' ? item : mistyped(name)));
  }
}

const mistyped = (name: string): never => {
  throw new TypeError(`no such argument, or of another type: ${name}`);
};

/**
 * Reads typed values from the children of an element with the tolerance of contracts/sdk-soap.md section 4.
 * @throws {ArgumentRefused}
 */
export const readArguments = (fields: readonly WsdlField[], from: XmlElement): Arguments => {
  const children = assign(fields, from.children);
  const values = new Map<string, Value>();
  const given = new Set<string>();
  for (const field of fields) {
    const child = children.get(field.name);
    const present = child === undefined || isNil(child) ? undefined : child;
    if (present !== undefined) given.add(field.name);
    values.set(field.name, present === undefined ? emptyOf(field.type) : read(field, present));
  }
  return new Arguments(values, given);
};

/**
 * Names first. Where there are as many children as fields, a child whose name is not known stands for the field
 * at its place, unless another child has that field's name: old programs know other names but the same order.
 */
const assign = (
  fields: readonly WsdlField[],
  children: readonly XmlElement[],
): ReadonlyMap<string, XmlElement> => {
  const names = new Map(fields.map(({ name }) => [name.toLowerCase(), name]));
  const assigned = new Map<string, XmlElement>();
  for (const child of children) {
    const name = names.get(child.name.toLowerCase());
    if (name === undefined) continue;
    if (assigned.has(name)) throw new ArgumentRefused(name); // "First wins" would let two readers disagree.
    assigned.set(name, child);
  }
  if (children.length !== fields.length) return assigned;
  for (const [index, { name }] of fields.entries()) {
    const child = children[index];
    if (child !== undefined && !names.has(child.name.toLowerCase()) && !assigned.has(name)) {
      assigned.set(name, child);
    }
  }
  return assigned;
};

const isNil = ({ attributes }: XmlElement): boolean => {
  const nil = attributes.get('{http://www.w3.org/2001/XMLSchema-instance}nil')?.trim();
  return nil === 'true' || nil === '1';
};

const emptyOf = (type: WsdlType): Value => {
  switch (type.kind) {
    case 'string':
      return '';
    case 'boolean':
      return false;
    case 'int':
    case 'unsignedInt':
      return 0;
    case 'enumeration':
      return type.values[0] ?? '';
    case 'array':
      return [];
    case 'complex':
      return new Arguments(
        new Map(type.members.map((member) => [member.name, emptyOf(member.type)])),
        new Set(),
      );
  }
};

const read = ({ name, type }: WsdlField, from: XmlElement): Value => {
  if (type.kind === 'complex') return readArguments(type.members, from);
  if (type.kind === 'array') {
    const items = from.children.filter((child) => !isNil(child));
    return items.map((child) => read(type.item, child));
  }
  if (from.children.length > 0) throw new ArgumentRefused(name); // Text was expected, markup came.
  if (type.kind === 'string') return from.text;
  const text = from.text.trim();
  return text === '' ? emptyOf(type) : scalar(name, type, text);
};

type Scalar = Exclude<WsdlType, { kind: 'complex' | 'array' | 'string' }>;

const scalar = (name: string, type: Scalar, text: string): Value => {
  switch (type.kind) {
    case 'boolean':
      return readBoolean(text) ?? refuse(name);
    case 'int':
      return readWhole(text, -2_147_483_648, 2_147_483_647) ?? refuse(name);
    case 'unsignedInt':
      return readWhole(text, 0, 4_294_967_295) ?? refuse(name);
    case 'enumeration':
      return readEnumeration(type, text) ?? refuse(name);
  }
};

const refuse = (name: string): never => {
  throw new ArgumentRefused(name);
};

const readBoolean = (text: string): boolean | undefined => {
  const lower = text.toLowerCase();
  if (lower === 'true' || lower === '1') return true;
  return lower === 'false' || lower === '0' ? false : undefined;
};

const readWhole = (text: string, min: number, max: number): number | undefined => {
  const value = /^[+-]?[0-9]{1,20}$/.test(text) ? Number(text) : Number.NaN;
  return value >= min && value <= max ? value + 0 : undefined;
};

/** An unknown kind of caller is treated as a program that uses the SDK (section 4). */
const fallbacks: ReadonlyMap<string, string> = new Map([['AuthenticationType', 'pfsdk']]);

const readEnumeration = (
  { name, values }: { readonly name: string; readonly values: readonly string[] },
  text: string,
): string | undefined => {
  const lower = text.toLowerCase();
  return values.find((value) => value.toLowerCase() === lower) ?? fallbacks.get(name);
};
