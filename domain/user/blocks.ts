import type { DomainEvent, EventData } from '../events.ts';
import { toMs } from '../instants.ts';

export type Block = EventData['UserBlocked'];

/** A block by people, and a lockout by wrong PINs: two things, since either may end without the other. */
export type Blocks = { readonly block: Block | undefined; readonly lock: Block | undefined };

export const noBlocks: Blocks = { block: undefined, lock: undefined };

const runs = (block: Block | undefined, nowMs: number): boolean =>
  block !== undefined && toMs(block.until) > nowMs;

/** A block ends exactly at its end time, whether its timer has run or not. */
export const isBlocked = (user: Blocks, nowMs: number): boolean => runs(user.block, nowMs);
export const isLocked = (user: Blocks, nowMs: number): boolean => runs(user.lock, nowMs);

export const evolveBlocks = <U extends Blocks>(user: U, event: DomainEvent): U => {
  if (event.type === 'UserBlocked')
    return event.data.flag === 'lockout'
      ? { ...user, lock: event.data }
      : { ...user, block: event.data };
  if (event.type !== 'UserUnblocked') return user;
  const { blockId } = event.data;
  return {
    ...user,
    block: user.block?.blockId === blockId ? undefined : user.block,
    lock: user.lock?.blockId === blockId ? undefined : user.lock,
  };
};
