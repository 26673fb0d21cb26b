import type { DomainEvent, EventData } from '../events.ts';
import { toMs } from '../instants.ts';

export type Bypassing = { readonly bypass: EventData['BypassCreated'] | undefined };

export const noBypass: Bypassing = { bypass: undefined };

/** The bypass that the next login may use up. */
export const openBypass = ({ bypass }: Bypassing, nowMs: number) =>
  bypass !== undefined && toMs(bypass.until) > nowMs ? bypass : undefined;

export const evolveBypass = <U extends Bypassing>(user: U, event: DomainEvent): U => {
  switch (event.type) {
    case 'BypassCreated':
      return { ...user, bypass: event.data };
    case 'BypassUsed':
    case 'BypassEnded':
      return user.bypass?.bypassId === event.data.bypassId ? { ...user, bypass: undefined } : user;
    default:
      return user;
  }
};
