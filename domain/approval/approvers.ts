/** Who is to approve, as a tree. A leaf stands for people, a branch for how many of its parts must agree. */
export type Approvers =
  | { readonly kind: 'user'; readonly userId: string }
  /** `count` members must approve, 1 where absent. */
  | { readonly kind: 'group'; readonly group: string; readonly count?: number }
  | { readonly kind: 'roleOwner' }
  | { readonly kind: 'requestorsManager' }
  | { readonly kind: 'all' | 'any'; readonly of: readonly Approvers[] }
  | { readonly kind: 'atLeast'; readonly count: number; readonly of: readonly Approvers[] };

/** The same tree with the people of the moment it was looked up in, which is kept. */
export type ResolvedApprovers =
  | { readonly kind: 'people'; readonly userIds: readonly string[]; readonly count: number }
  | {
      readonly kind: 'branches';
      readonly of: readonly ResolvedApprovers[];
      readonly count: number;
    };

export const maxApproversDepth = 5;
export const maxApproversBranches = 20;
/** People whom one level asks. */
export const maxAsked = 200;

/** @param people whom a leaf stands for, without those who may not count */
export const resolveApprovers = (
  approvers: Approvers,
  people: (leaf: Exclude<Approvers, { readonly of: unknown }>) => readonly string[],
): ResolvedApprovers => {
  if (!('of' in approvers)) {
    const count = approvers.kind === 'group' ? (approvers.count ?? 1) : 1;
    return { kind: 'people', userIds: [...new Set(people(approvers))], count };
  }
  const of = approvers.of.map((part) => resolveApprovers(part, people));
  return { kind: 'branches', of, count: branchesNeeded(approvers) };
};

const branchesNeeded = (branch: Extract<Approvers, { readonly of: unknown }>): number => {
  if (branch.kind === 'atLeast') return branch.count;
  return branch.kind === 'all' ? branch.of.length : 1;
};

/** Everybody in the tree, once. */
export const everybodyIn = (approvers: ResolvedApprovers): readonly string[] =>
  approvers.kind === 'people' ? approvers.userIds : [...new Set(approvers.of.flatMap(everybodyIn))];

/** Whether these approvals are what the tree asks for. */
export const treeMet = (approvers: ResolvedApprovers, approved: ReadonlySet<string>): boolean =>
  approvers.kind === 'people'
    ? approvers.userIds.filter((userId) => approved.has(userId)).length >= approvers.count
    : approvers.of.filter((part) => treeMet(part, approved)).length >= approvers.count;

/** Why a tree cannot be used, in words that name the fix. */
export const approversFault = (approvers: Approvers, depth = 1): string | undefined => {
  if (depth > maxApproversDepth) return `approvers are at most ${maxApproversDepth} levels deep`;
  if (!('of' in approvers)) {
    const count = approvers.kind === 'group' ? (approvers.count ?? 1) : 1;
    return Number.isInteger(count) && count >= 1 ? undefined : 'a count is a whole number from 1';
  }
  if (approvers.of.length === 0 || approvers.of.length > maxApproversBranches)
    return `"${approvers.kind}" takes 1 to ${maxApproversBranches} parts`;
  if (
    approvers.kind === 'atLeast' &&
    (!Number.isInteger(approvers.count) ||
      approvers.count < 1 ||
      approvers.count > approvers.of.length)
  )
    return `"atLeast" counts from 1 to the number of its parts`;
  return approvers.of.map((part) => approversFault(part, depth + 1)).find(Boolean);
};
