import { parseStream } from '../ids.ts';
import type { Approval, BegunApproval } from './approval.ts';
import type { ApprovalState } from './states.ts';

/** A grant that begins in one of these is ended by its request; in any other, nobody would ever end it. */
const endsGrants: ReadonlySet<ApprovalState> = new Set(['approved', 'scheduled', 'active']);

/** Type of the callback that begins a grant. */
const activation = 'approval.activate';

/** The request whose grant a delivery begins; undefined for all other deliveries. */
export const activationOf = (delivery: {
  readonly type: string;
  readonly aggregate?: string;
}): string | undefined => {
  if (delivery.type !== activation || delivery.aggregate === undefined) return undefined;
  const { category, id } = parseStream(delivery.aggregate);
  return category === 'approval' ? id : undefined;
};

export const mayBeginGrant = ({ state }: BegunApproval): boolean => endsGrants.has(state);

/** Why the calling system must not be told, or told again, to begin a grant; undefined where it may. */
export const whyNoGrant = (approval: Approval): string | undefined => {
  if (approval.status === 'none') return 'the approval is not on record';
  if (mayBeginGrant(approval)) return undefined;
  const { state, fault } = approval;
  const why = fault === undefined ? '' : ` (${fault})`;
  return `the approval is ${state}${why}: nobody would end a grant that begins now`;
};

/** The callback by which the calling system may have begun the grant. */
export const activationAsked = ({ callbacks }: BegunApproval): string | undefined =>
  callbacks.find(({ purpose }) => purpose === 'activate')?.deliveryId;

/** The first telling to end a grant; later ones carry the number of their round. */
export const deactivationId = (approvalId: string, round = 1): string =>
  `${approvalId}-deactivate${round === 1 ? '' : `-${round}`}`;
