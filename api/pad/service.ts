import type { Commands, Queries } from '../facade.ts';
import { guessBudget, type GuessBudget } from './guessBudget.ts';
import { windows, type MobileServiceLimits } from './limits.ts';
import {
  occupancy,
  windowCounter,
  type Clock,
  type Occupancy,
  type WindowCounter,
} from './throttle.ts';

/** The part of the facade that phones reach. */
export type MobileFacade = {
  readonly commands: Pick<
    Commands,
    | 'beginActivation'
    | 'validateDevice'
    | 'confirmActivation'
    | 'answerPush'
    | 'changeDeviceToken'
    | 'issuePermit'
  >;
  readonly queries: Pick<Queries, 'pull' | 'pushDetails' | 'canWrite'>;
};

export type MobileSettings = {
  readonly requireTls: boolean;
  /** `<base>` as the world sees it, without trailing slash; made from the request where empty. */
  readonly mobileAppUrl: string;
  readonly activationWaitSeconds: number;
};

/** What an operator should hear of; nothing in it comes out of a secret field. */
export type MobileNote =
  /** More wrong codes at the short URL than people make. */
  | { readonly kind: 'guessFlood' }
  /** `x-ms-mac-action` names another message than the body holds. */
  | { readonly kind: 'actionMismatch'; readonly message: string }
  | { readonly kind: 'failed'; readonly error: unknown };

/** Everything the routes share; counters live in this process only. */
export type MobileService = {
  readonly facade: MobileFacade;
  readonly settings: () => Promise<MobileSettings>;
  readonly limits: MobileServiceLimits;
  readonly now: Clock;
  readonly note: (note: MobileNote) => void;
  readonly guesses: GuessBudget;
  readonly requests: Occupancy;
  readonly waitingActivations: Occupancy;
  readonly waitingPolls: Occupancy;
  readonly pollsOfToken: WindowCounter;
  readonly pollsOfAddress: WindowCounter;
  readonly unknownGuids: WindowCounter;
  readonly tokenChanges: WindowCounter;
  readonly connectionTests: WindowCounter;
};

export const serviceState = (
  facade: MobileFacade,
  settings: () => Promise<MobileSettings>,
  limits: MobileServiceLimits,
  now: Clock,
  note: (note: MobileNote) => void,
): MobileService => {
  const counter = (limit: number, windowMs: number): WindowCounter =>
    windowCounter({ limit, windowMs, maxKeys: limits.rememberedKeys }, now);
  return {
    facade,
    settings,
    limits,
    now,
    note,
    guesses: guessBudget(limits, now, () => note({ kind: 'guessFlood' })),
    requests: occupancy({ perKey: limits.requestsAtATime, total: Number.POSITIVE_INFINITY }),
    waitingActivations: occupancy({
      perKey: limits.waitingActivationsPerAddress,
      total: limits.waitingActivations,
    }),
    waitingPolls: occupancy({ perKey: limits.waitingPollsPerAddress, total: limits.waitingPolls }),
    pollsOfToken: counter(limits.pollsPerMinutePerToken, windows.polls),
    pollsOfAddress: counter(limits.pollsPerMinutePerAddress, windows.polls),
    unknownGuids: counter(limits.unknownGuidsPerAddress, windows.unknownGuids),
    tokenChanges: counter(limits.failedTokenChangesPerDevice, windows.tokenChanges),
    connectionTests: counter(limits.connectionTestsPerMinute, windows.connectionTests),
  };
};
