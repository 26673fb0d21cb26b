import { Rejected } from '../errors.ts';
import type { EventData } from '../events.ts';
import { toIso } from '../instants.ts';
import type { BegunApproval } from './approval.ts';
import type { Facts } from './ballot.ts';
import { activationAsked, deactivationId } from './callbacks.ts';
import { activated, ending, hasEnded, outcomeCallback, type Moment } from './endings.ts';

/** After 72 hours without an acknowledgement the next round of telling begins this much later. */
const retryEndMs = 3_600_000;

export type Canceller = EventData['ApprovalCancelled']['by'];

const decided = (approval: BegunApproval): Rejected =>
  new Rejected('alreadyDecided', `the request is ${approval.state}`);

/**
 * Takes a request back. Where the calling system may have begun the grant already, it is told to end it.
 * @throws {Rejected} alreadyDecided
 */
export const cancelled = (
  approval: BegunApproval,
  by: Canceller,
  reason: string | undefined,
  moment: Moment,
): Facts => {
  if (hasEnded(approval) || approval.state === 'active' || approval.state === 'closing')
    throw decided(approval);
  const data = { by, ...(reason === undefined ? {} : { reason }) };
  // The calling system may have begun it.
  if (activationAsked(approval) !== undefined) {
    const end = by === 'requestor' ? 'requestor' : 'administrator';
    const note = reason === undefined ? {} : { note: reason };
    return ending(approval, { reason: end, ...note }, moment);
  }
  return [{ type: 'ApprovalCancelled', data }, ...outcomeCallback(approval, 'cancelled', moment)];
};

/** Ends a grant before its time. @throws {Rejected} alreadyDecided, notAllowed */
export const closed = (
  approval: BegunApproval,
  end: EventData['GrantClosed'],
  moment: Moment,
): Facts => {
  if (hasEnded(approval) || approval.state === 'closing') throw decided(approval);
  if (approval.state !== 'active') throw new Rejected('notAllowed', 'there is no grant to close');
  return ending(approval, end, moment);
};

/** A grant that nobody acknowledged may have begun all the same: its answer can have been lost. */
const neverTaken = ({ approvalId }: Moment): Facts => [
  { type: 'ApprovalFailed', data: { fault: 'CALLBACK_PARKED' } },
  { type: 'CallbackAsked', data: { deliveryId: deactivationId(approvalId) } },
];

/** The calling system has acknowledged a callback, or was given up on. */
export const delivered = (
  approval: BegunApproval,
  deliveryId: string,
  end: 'acknowledged' | 'parked',
  moment: Moment,
): Facts => {
  const callback = approval.callbacks.find((one) => one.deliveryId === deliveryId);
  if (callback?.status !== 'open') return [];
  const ends = callback.purpose === 'deactivate' && approval.state === 'closing';
  if (end === 'acknowledged' && ends)
    return [
      { type: 'CallbackAcknowledged', data: { deliveryId } },
      { type: 'GrantClosed', data: approval.closing ?? { reason: 'ttl' } },
    ];
  // Whoever has not taken the access away is asked again and again: until then it is shown as closing.
  if (ends)
    return [
      {
        type: 'CallbackParked',
        data: { deliveryId, retryAt: toIso(moment.nowMs + retryEndMs) },
      },
    ];
  const told: Facts = [
    {
      type: end === 'acknowledged' ? 'CallbackAcknowledged' : 'CallbackParked',
      data: { deliveryId },
    },
  ];
  const waits = approval.state === 'approved' || approval.state === 'scheduled';
  if (callback.purpose === 'activate' && waits && !hasEnded(approval))
    return end === 'acknowledged'
      ? [...told, ...activated(approval, moment)]
      : [...told, ...neverTaken(moment)];
  return told;
};
