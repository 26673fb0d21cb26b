import type { WsdlShape } from './wsdlShape.ts';

/** How two lists of names differ, in the order of the first one. */
export type ListDifference = {
  readonly name: string;
  /** There only in the old description, and only in ours. */
  readonly missing: readonly string[];
  readonly more: readonly string[];
  /** The same names in another order: values of enumerations count by their place. */
  readonly reordered: boolean;
};

export type WsdlDifferences = {
  readonly namespace?: { readonly old: string; readonly ours: string };
  /** Operations that programs may call and that are not here. */
  readonly missingOperations: readonly string[];
  /** Operations that the old description does not have. */
  readonly moreOperations: readonly string[];
  readonly inputs: readonly ListDifference[];
  readonly outputs: readonly ListDifference[];
  readonly missingTypes: readonly string[];
  readonly types: readonly ListDifference[];
};

/** What somebody who has a program made from `old` should know before it calls us. */
export const compareWsdl = (old: WsdlShape, ours: WsdlShape): WsdlDifferences => {
  const names = [...old.operations.keys()];
  const shared = names.filter((name) => ours.operations.has(name));
  const of = (side: 'inputs' | 'outputs') =>
    shared.flatMap((name) =>
      differing(name, old.operations.get(name)![side], ours.operations.get(name)![side]),
    );
  return {
    ...(old.namespace === ours.namespace
      ? {}
      : { namespace: { old: old.namespace, ours: ours.namespace } }),
    missingOperations: names.filter((name) => !ours.operations.has(name)),
    moreOperations: [...ours.operations.keys()].filter((name) => !old.operations.has(name)),
    inputs: of('inputs'),
    outputs: of('outputs'),
    missingTypes: [...old.types.keys()].filter((name) => !ours.types.has(name)),
    types: [...old.types].flatMap(([name, members]) => {
      const known = ours.types.get(name);
      return known === undefined ? [] : differing(name, members, known);
    }),
  };
};

/** Whether a program made from the old description finds everything that it knows. */
export const isCovered = (found: WsdlDifferences): boolean =>
  found.namespace === undefined &&
  found.missingOperations.length === 0 &&
  found.missingTypes.length === 0 &&
  [...found.inputs, ...found.outputs, ...found.types].length === 0;

const differing = (
  name: string,
  old: readonly string[],
  ours: readonly string[],
): readonly ListDifference[] => {
  const missing = old.filter((one) => !ours.includes(one));
  const more = ours.filter((one) => !old.includes(one));
  const same = missing.length === 0 && more.length === 0;
  const reordered = same && old.some((one, index) => ours[index] !== one);
  return same && !reordered ? [] : [{ name, missing, more, reordered }];
};
