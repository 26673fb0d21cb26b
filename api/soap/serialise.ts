import { element } from '../xml/writer.ts';
import type { Xml } from '../xml/writer.ts';
import type { WsdlField, WsdlOperation, WsdlType } from './wsdl.ts';

export type Output =
  | string
  | number
  | boolean
  | undefined
  | readonly Output[]
  | { readonly [member: string]: Output };

/** Values of an answer by the contract's names; `Result` stands for `<operation>Result`. */
export type Outputs = { readonly [name: string]: Output };

/**
 * Writes an answer in the namespace that the request used, with its members in the contract's order, so that
 * programs built against another namespace read it too (contracts/sdk-soap.md section 4).
 * @throws {TypeError} where a value does not fit the contract or is not in it: a mistake of the program
 */
export const writeAnswer = (operation: WsdlOperation, namespace: string, outputs: Outputs): Xml => {
  const result = `${operation.name}Result`;
  const byName = new Map(
    Object.entries(outputs).map(([name, value]) => [name === 'Result' ? result : name, value]),
  );
  const attributes: Record<string, string> = namespace === '' ? {} : { xmlns: namespace };
  return element(`${operation.name}Response`, attributes, ...fields(operation.outputs, byName));
};

const fields = (
  expected: readonly WsdlField[],
  values: ReadonlyMap<string, Output>,
): readonly Xml[] => {
  const known = new Set(expected.map(({ name }) => name));
  const stray = [...values.keys()].find((name) => !known.has(name));
  if (stray !== undefined) throw new TypeError(`the contract has no output ${stray}`);
  return expected.flatMap((field) => {
    const value = values.get(field.name);
    return left(field, value) ? [] : [write(field, value)];
  });
};

/** Results that C# callers read without asking whether they are there. */
const alwaysWritten: ReadonlySet<string> = new Set(['CallResult', 'Error']);

/** Text without value is left out, and so is a structure; what has a natural empty value is written with it. */
const left = ({ type, required }: WsdlField, value: Output): boolean => {
  if (type.kind === 'string') return value === undefined || value === '';
  if (value !== undefined || type.kind === 'array') return false;
  return type.kind === 'complex' ? !alwaysWritten.has(type.name) : !required;
};

const write = ({ name, type }: WsdlField, value: Output): Xml => {
  switch (type.kind) {
    case 'complex':
      return element(
        name,
        {},
        ...fields(type.members, new Map(Object.entries(record(name, value)))),
      );
    case 'array':
      return element(name, {}, ...items(name, value).map((item) => write(type.item, item)));
    default:
      return element(name, {}, simple(name, type, value));
  }
};

const record = (name: string, value: Output = {}): { readonly [member: string]: Output } =>
  typeof value === 'object' && !isList(value) ? value : unfit(name);

const items = (name: string, value: Output = []): readonly Output[] =>
  isList(value) ? value : unfit(name);

const isList = (value: Output): value is readonly Output[] => Array.isArray(value);

type Simple = Exclude<WsdlType, { kind: 'complex' | 'array' }>;

const simple = (name: string, type: Simple, value: Output): string => {
  switch (type.kind) {
    case 'string':
      return typeof value === 'string' ? value : unfit(name);
    case 'boolean':
      return typeof (value ??= false) === 'boolean' ? String(value) : unfit(name);
    case 'enumeration': {
      const chosen = value ?? type.values[0];
      return typeof chosen === 'string' && type.values.includes(chosen) ? chosen : unfit(name);
    }
    case 'int':
    case 'unsignedInt':
      return typeof (value ??= 0) === 'number' && Number.isSafeInteger(value)
        ? String(value)
        : unfit(name);
  }
};

const unfit = (name: string): never => {
  throw new TypeError(`not a value for ${name}`);
};
