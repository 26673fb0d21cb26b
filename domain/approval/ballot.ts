import type { DomainEvent } from '../events.ts';
import type { BegunApproval, Decision, OpenLevel, OpenStage } from './approval.ts';
import { everybodyIn, treeMet, type ResolvedApprovers } from './approvers.ts';
import type { StagePolicy } from './policy.ts';

/** Whose approval a decision is: the place in the tree, whoever sat in it. */
export const placeOf = ({ delegatedFrom, approverId }: Decision): string =>
  delegatedFrom ?? approverId;

/** The last decision of each place in a stage. One person takes one place, so that nobody counts twice. */
export const ballot = (approval: BegunApproval, stage: number): ReadonlyMap<string, Decision> =>
  new Map(
    approval.decisions
      .filter((decision) => decision.stage === stage && decision.counted)
      .map((decision) => [placeOf(decision), decision]),
  );

/** Whether a tree is agreed to by these places, and by enough different ones. */
export const agreed = (
  { approvers, quorum }: { readonly approvers: ResolvedApprovers; readonly quorum: number },
  approved: ReadonlySet<string>,
): boolean =>
  everybodyIn(approvers).filter((userId) => approved.has(userId)).length >= quorum &&
  treeMet(approvers, approved);

/** How the open stage stands. */
export type Standing =
  | { readonly kind: 'open' }
  | { readonly kind: 'approved' }
  | { readonly kind: 'rejected'; readonly reason: 'decided' | 'impossible' }
  /** Not enough people are left, though nobody said no. */
  | { readonly kind: 'impossible' };

export const standing = (
  approval: BegunApproval,
  open: OpenStage,
  policy: StagePolicy,
): Standing => {
  const votes = ballot(approval, open.stage);
  const placesThat = (decision: Decision['decision']) =>
    [...votes].filter(([, vote]) => vote.decision === decision).map(([place]) => place);
  const rejected = new Set(placesThat('reject'));
  if (rejected.size > 0 && policy.rejection === 'first')
    return { kind: 'rejected', reason: 'decided' };
  const approved = new Set(placesThat('approve'));
  if (open.levels.some((level) => agreed(level, approved))) return { kind: 'approved' };
  const isLeft = (place: string) =>
    approved.has(place) || (!rejected.has(place) && !approval.gone.includes(place));
  const canBeMet = (level: OpenLevel) =>
    agreed(level, new Set(everybodyIn(level.approvers).filter(isLeft)));
  if (open.levels.some(canBeMet)) return { kind: 'open' };
  return rejected.size > 0 ? { kind: 'rejected', reason: 'impossible' } : { kind: 'impossible' };
};

/** The policy of a stage by its number from 1. */
export const stagePolicy = ({ request }: BegunApproval, stage: number): StagePolicy =>
  request.policy.stages[stage - 1]!;

/** People of the open stage who have not decided and still can. */
export const undecided = (approval: BegunApproval, open: OpenStage): readonly string[] => {
  const votes = ballot(approval, open.stage);
  const asked = new Set(open.levels.flatMap(({ approvers }) => everybodyIn(approvers)));
  return [...asked].filter((place) => !votes.has(place) && !approval.gone.includes(place));
};

/** Folding is the caller's; this keeps rules that decide in several steps in one place. */
export type Facts = readonly DomainEvent[];
