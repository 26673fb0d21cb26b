/**
 * When a rule applies, as data: a small tree of comparisons over what a request is about. There is nothing to run in
 * it (SEC-84); a field that is missing compares as the empty text.
 */
export const conditionFields = [
  'requestor.id',
  'requestor.group',
  'requestor.manager',
  'beneficiary.id',
  'beneficiary.group',
  'subject.kind',
  'subject.id',
  'subject.name',
] as const;
export type ConditionField = (typeof conditionFields)[number];

export type Condition =
  | { readonly kind: 'equals'; readonly field: ConditionField; readonly value: string }
  | { readonly kind: 'in'; readonly field: ConditionField; readonly values: readonly string[] }
  /** Two fields say the same, and something: the requestor is the beneficiary. */
  | { readonly kind: 'same'; readonly field: ConditionField; readonly other: ConditionField }
  | { readonly kind: 'all'; readonly of: readonly Condition[] }
  | { readonly kind: 'any'; readonly of: readonly Condition[] }
  | { readonly kind: 'not'; readonly of: Condition };

export type ConditionFacts = { readonly [F in ConditionField]?: string };

/** How deep and how broad a tree may be. */
export const maxConditionDepth = 5;
export const maxConditionBranches = 20;

export const holds = (condition: Condition, facts: ConditionFacts): boolean => {
  const valueOf = (field: ConditionField): string => facts[field] ?? '';
  switch (condition.kind) {
    case 'equals':
      return valueOf(condition.field) === condition.value;
    case 'in':
      return condition.values.includes(valueOf(condition.field));
    case 'same':
      return (
        valueOf(condition.field) !== '' && valueOf(condition.field) === valueOf(condition.other)
      );
    case 'all':
      return condition.of.every((part) => holds(part, facts));
    case 'any':
      return condition.of.some((part) => holds(part, facts));
    case 'not':
      return !holds(condition.of, facts);
  }
};

/** Why a condition cannot be used, in words that name the fix. */
export const conditionFault = (condition: Condition, depth = 1): string | undefined => {
  if (depth > maxConditionDepth) return `a condition is at most ${maxConditionDepth} levels deep`;
  switch (condition.kind) {
    case 'equals':
    case 'same':
      return undefined;
    case 'in':
      return condition.values.length > maxConditionBranches
        ? `a condition compares with at most ${maxConditionBranches} values`
        : undefined;
    case 'not':
      return conditionFault(condition.of, depth + 1);
    case 'all':
    case 'any':
      if (condition.of.length === 0 || condition.of.length > maxConditionBranches)
        return `"${condition.kind}" takes 1 to ${maxConditionBranches} conditions`;
      return condition.of.map((part) => conditionFault(part, depth + 1)).find(Boolean);
  }
};
