import { readPfWsSdk } from '../../../api/soap/pfWsSdk.ts';
import type { WsdlField } from '../../../api/soap/wsdl.ts';

const { operations } = readPfWsSdk();
const fields = [...operations.values()].flatMap(({ inputs, outputs }) => [...inputs, ...outputs]);

/** PowerShell keeps `$error` for itself. */
const wireName = (variable: string): string => (variable === 'sdkError' ? 'error' : variable);

/** The arguments of a call as a proxy has them: what goes in, then what comes out by reference. */
const argumentsOf = (operation: string): readonly string[] | undefined => {
  const found = operations.get(operation);
  if (!found) return undefined;
  const names = (of: readonly WsdlField[]) => of.map(({ name }) => name);
  return [...names(found.inputs), ...names(found.outputs.slice(1)).map((name) => `[ref]${name}`)];
};

const has = (check: (field: WsdlField) => boolean): boolean => fields.some((field) => check(field));
const isEnumValue = (type: string, value: string): boolean =>
  has(({ type: of }) => of.kind === 'enumeration' && of.name === type && of.values.includes(value));
const isType = (type: string): boolean =>
  has(({ type: of }) => of.kind === 'complex' && of.name === type);
const isMember = (variable: string, member: string): boolean =>
  has(
    ({ name, type: of }) =>
      name === wireName(variable) &&
      of.kind === 'complex' &&
      of.members.some((candidate) => candidate.name === member),
  );

export type Checked = { readonly calls: readonly string[]; readonly faults: readonly string[] };

/** Compares a listing for Windows with the description: operations, arguments and their order, types, members. */
export const checkListing = (listing: string): Checked => {
  const calls = [...listing.matchAll(/\$sdk\.(\w+)\(([^)]*)\)/g)];
  const all = (pattern: RegExp) => [...listing.matchAll(pattern)];
  return {
    calls: calls.map(([, operation = '']) => operation),
    faults: [
      ...calls.flatMap(([, operation = '', between = '']) => {
        const expected = argumentsOf(operation)?.join(', ');
        const given = between
          .split(',')
          .map((word) => word.trim().replace(/\$(\w+)$/, (_, name: string) => wireName(name)))
          .join(', ');
        return given === expected ? [] : [`${operation}(${given}), expected (${expected})`];
      }),
      ...all(/\[Sdk\.(\w+)\]::(\w+)/g).flatMap(([text, type = '', value = '']) =>
        isEnumValue(type, value) ? [] : [text],
      ),
      ...all(/New-Object Sdk\.(\w+)/g).flatMap(([text, type = '']) => (isType(type) ? [] : [text])),
      ...all(/\$(callResult|sdkError)\.(\w+)/g).flatMap(([text, variable = '', member = '']) =>
        isMember(variable, member) ? [] : [text],
      ),
    ],
  };
};
