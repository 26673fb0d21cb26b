import type { CallerRefusal } from '../../domain/events/auditing.ts';

/** A call that was answered before anybody was asked what it orders. */
export type RefusedCall = {
  readonly door: 'sdk';
  readonly reason: CallerRefusal;
  /** Where the account is known; what was typed as a name may be a password. */
  readonly accountId?: string;
  /** Network peer. */
  readonly address?: string;
};

/** Puts on record that somebody was not let in; a flood of such calls is summed up. */
export interface RefusalDoor {
  callerRefused(call: RefusedCall): void;
}
