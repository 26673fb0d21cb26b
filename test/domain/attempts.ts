import { evolveAttempt, noAttempt, type Attempt } from '../../domain/attempt.ts';
import { submitCode, type CodeMatch } from '../../domain/attemptCodes.ts';
import { answerAttempt, endAttempt, type Context, type Step } from '../../domain/attemptEnding.ts';
import { openAttempt, openWithCode, type AttemptRequest } from '../../domain/attemptOpening.ts';
import type { Decider } from '../../domain/decider.ts';
import type { ChallengedDevice, DeviceAnswer, DomainEvent } from '../../domain/events.ts';
import type { ResultCode } from '../../domain/results.ts';
import { noItems, type ItemLists } from '../../domain/items.ts';
import { defaultSettings, type Settings } from '../../domain/settings.ts';
import { absentUser, evolveUser, type OathSource, type User } from '../../domain/user.ts';
import { decideUser } from '../../domain/userRules.ts';
import { givenBy } from '../support/given.ts';
import { nowMs, sealed, userId } from './people.ts';

export const requestId = 'R1';

/** What can happen to one attempt and its person, as one rule book: both streams fold into one state. */
export type AttemptCommand = {
  readonly atMs?: number;
  readonly settings?: Partial<Settings>;
  readonly items?: ItemLists;
} & (
  | {
      readonly type: 'open';
      readonly request?: Partial<AttemptRequest>;
      readonly match?: CodeMatch;
    }
  | { readonly type: 'answer'; readonly answer: DeviceAnswer }
  | { readonly type: 'code'; readonly match: CodeMatch }
  | { readonly type: 'end'; readonly code: ResultCode }
  | { readonly type: 'block' }
);
export type AttemptState = { readonly attempt: Attempt; readonly user: User };

export const request = (more: Partial<AttemptRequest> = {}): AttemptRequest => ({
  requestId,
  data: {
    channel: 'sdk',
    application: 'VPN',
    callerId: 'caller',
    originKey: 'origin-1',
    requireUserMatch: true,
  },
  method: undefined,
  hasCode: false,
  expiresInSeconds: undefined,
  tooLate: false,
  ...more,
});

export const challengeOf = (deviceId: string): ChallengedDevice => ({
  deviceId,
  guid: `guid-of-${deviceId}`,
  tokenHash: `token-of-${deviceId}`,
  oathCounter: '1',
});

/** A code that fits the token at a step; `lastStep` is the newest that ever passed. */
export const hit = (step: number, source: Partial<OathSource> = {}): CodeMatch => ({
  kind: 'oath',
  pin: 'none',
  step,
  serverStep: step,
  source: {
    tokenId: 'token1',
    secret: sealed('seed'),
    field: 'secret',
    digits: 6,
    periodSeconds: 30,
    kind: 'totp',
    drift: 0,
    lastStep: undefined,
    status: 'active',
    hardware: false,
    serial: undefined,
    refusedAtMs: [],
    ...source,
  },
});

const steps = (command: AttemptCommand, { attempt, user }: AttemptState): Step => {
  const settings = { ...defaultSettings, ...command.settings };
  const context: Context = {
    userId,
    user,
    settings,
    items: command.items ?? noItems,
    nowMs: command.atMs ?? nowMs,
  };
  switch (command.type) {
    case 'open': {
      if (attempt.status !== 'none') return { attempt: [], user: [] };
      const opened = openAttempt(request(command.request), context, (ids) => ids.map(challengeOf));
      return opened === 'needsCode'
        ? openWithCode(request(command.request), context, command.match)
        : opened;
    }
    case 'answer':
      return answerAttempt(requestId, attempt, context, {
        deviceId: 'phone1',
        guid: 'guid-of-phone1',
        answer: command.answer,
        form: 'plain',
        blockId: 'fraud-block',
      });
    case 'code':
      return submitCode(requestId, attempt, context, command.match);
    case 'end':
      return endAttempt(requestId, attempt, command.code, context);
    case 'block': {
      const blocking = { type: 'block', blockId: 'block1', reason: 'lost' } as const;
      const { user: facts } = decideUser(blocking, user, { ...context, userId });
      const ending = endAttempt(requestId, attempt, 'USER_BLOCKED', context);
      return { attempt: ending.attempt, user: [...facts, ...ending.user] };
    }
  }
};

export const attemptRules: Decider<AttemptCommand, AttemptState, DomainEvent> = {
  initialState: { attempt: noAttempt, user: absentUser },
  decide: (command, state) => {
    const { attempt, user } = steps(command, state);
    return [...attempt, ...user];
  },
  evolve: ({ attempt, user }, event) => ({
    attempt: evolveAttempt(attempt, event),
    user: evolveUser(user, event),
  }),
};

export const given = givenBy(attemptRules);
