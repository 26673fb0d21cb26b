import { expect, test } from '@jest/globals';
import { evolveAttempt, noAttempt, type Attempt } from '../../domain/attempt.ts';
import { hearCall } from '../../domain/attemptCall.ts';
import { submitCode } from '../../domain/attemptCodes.ts';
import { endAttempt, nothing, type Context, type Step } from '../../domain/attemptEnding.ts';
import { answerPush, type Proof } from '../../domain/attemptPush.ts';
import type { DomainEvent, EventData } from '../../domain/events.ts';
import { toIso } from '../../domain/instants.ts';
import { noItems } from '../../domain/items.ts';
import type { ResultCode } from '../../domain/results.ts';
import { defaultSettings } from '../../domain/settings.ts';
import { absentUser, evolveUser, type User } from '../../domain/user.ts';
import { decideUser } from '../../domain/userRules.ts';
import type { CallEvent } from '../../domain/voice.ts';
import { challengeOf, requestId } from './attempts.ts';
import { added, challengeOpened, minuteMs, nowMs, phone, sealed, userId } from './people.ts';

/* Attempts by call, by text and with a PIN, on which not every event is the last one. */

type State = { readonly attempt: Attempt; readonly user: User };
type Event = (state: State, context: Context) => Step;

const end =
  (code: ResultCode): Event =>
  ({ attempt }, context) =>
    endAttempt(requestId, attempt, code, context);
const timeout: Event = (state, context) =>
  end('NO_RESPONSE')(state, { ...context, nowMs: nowMs + minuteMs });
const block: Event = ({ attempt, user }, context) => {
  const command = { type: 'block', blockId: 'block1', reason: 'lost' } as const;
  const { user: facts } = decideUser(command, user, { ...context, userId });
  const ending = endAttempt(requestId, attempt, 'USER_BLOCKED', context);
  return { attempt: ending.attempt, user: [...facts, ...ending.user] };
};
/** The block is on record, and has not reached the attempt yet. */
const blockOfPerson: Event = (state, context) => ({
  ...nothing,
  user: block(state, context).user.filter(({ type }) => type === 'UserBlocked'),
});
const hears =
  (event: CallEvent): Event =>
  ({ attempt }, context) =>
    hearCall(requestId, attempt, context, {
      event,
      which: 'primary',
      hasExtension: false,
      pin: 'none',
      blockId: 'fraud-block',
    });
const keys = (digits: string): Event => hears({ kind: 'keys', digits });
const types =
  (right: boolean): Event =>
  ({ attempt }, context) =>
    submitCode(requestId, attempt, context, right ? { kind: 'sms', pin: 'none' } : undefined);
const answers =
  (answer: 'approve' | 'deny' | 'fraud', pin: Proof): Event =>
  ({ attempt }, context) =>
    answerPush(requestId, attempt, context, {
      deviceId: 'phone1',
      guid: 'guid-of-phone1',
      answer,
      blockId: 'fraud-block',
      pin,
      number: 'missing',
      authenticate: true,
    }).step;

const around = { timeout, cancel: end('CALLER_GONE'), block, blockOfPerson };
const sets: Readonly<
  Record<
    string,
    {
      readonly sent: Partial<EventData['AuthenticationChallengeSent']>;
      readonly events: Readonly<Record<string, Event>>;
      /** The only ones that may let in. */
      readonly opens: string;
    }
  >
> = {
  call: {
    sent: { method: 'call' },
    events: {
      ...around,
      pound: keys('#'),
      fraudKey: keys('0'),
      hangUp: hears({ kind: 'ended', reason: 'completed' }),
    },
    opens: 'pound',
  },
  'text message': {
    sent: { method: 'sms', direction: 'oneWay' },
    events: {
      ...around,
      right: types(true),
      wrong: types(false),
      refused: end('UNREACHABLE'),
    },
    opens: 'right',
  },
  'push with a PIN': {
    sent: { method: 'app', mode: 'pin', pinTries: 3, devices: [challengeOf('phone1')] },
    events: {
      ...around,
      right: answers('approve', 'right'),
      wrong: answers('approve', 'wrong'),
      deny: answers('deny', 'missing'),
    },
    opens: 'right',
  },
};

const context = (user: User): Context => ({
  userId,
  user,
  settings: { ...defaultSettings, fraudCode: '0' },
  items: noItems,
  nowMs,
});
const fold = ({ attempt, user }: State, events: readonly DomainEvent[]): State => ({
  attempt: events.reduce<Attempt>(evolveAttempt, attempt),
  user: events.reduce<User>(evolveUser, user),
});
const isEnd = ({ type }: DomainEvent): boolean =>
  /^Authentication(Approved|Skipped|Denied|Expired|Failed|Cancelled)$/.test(type);

const opened = (sent: Partial<EventData['AuthenticationChallengeSent']>): State =>
  fold({ attempt: noAttempt, user: absentUser }, [
    added(),
    ...phone(),
    {
      type: 'UserPinChanged',
      data: { pinHash: sealed('pin'), changeRequired: false, by: 'user', at: toIso(nowMs) },
    },
    challengeOpened(requestId),
    {
      type: 'AuthenticationRequested',
      data: {
        userId,
        channel: 'sdk',
        application: 'VPN',
        callerId: 'caller',
        originKey: 'origin',
        requireUserMatch: true,
      },
    },
    {
      type: 'AuthenticationChallengeSent',
      data: {
        method: 'call',
        expiresAt: toIso(nowMs + minuteMs),
        fraudAllowed: true,
        fraudBlock: true,
        devices: [],
        ...sent,
      },
    },
    ...(sent.method === 'app'
      ? []
      : [
          {
            type: 'AuthenticationContactAccepted',
            data: { reference: 'R1-primary', provider: 'p', providerRef: '1' },
          } as const,
        ]),
  ]);

test.each(Object.entries(sets))(
  'REL-04 in all orders of what can happen to a %s, to depth 5, the first decision wins',
  (_, { sent, events, opens }) => {
    const depth = 5;
    const ways = Object.entries(events);
    let orders = 0;
    let approvals = 0;
    const visit = (state: State, ends: number, wasBlocked: boolean, left: number): void => {
      if (left === 0) {
        orders += 1;
        return;
      }
      for (const [name, happens] of ways) {
        const { attempt, user } = happens(state, context(state.user));
        const now = fold(state, [...attempt, ...user]);
        const made = attempt.filter(isEnd);
        if (ends + made.length > 1) throw new Error(`a second end by ${name}`);
        if (made[0]?.type === 'AuthenticationApproved') {
          approvals += 1;
          if (name !== opens || wasBlocked) throw new Error(`approved by ${name}, ${wasBlocked}`);
        }
        if (ends === 1 && JSON.stringify(now.attempt) !== JSON.stringify(state.attempt))
          throw new Error(`${name} changed the end`);
        const blocked = wasBlocked || user.some(({ type }) => type === 'UserBlocked');
        visit(now, ends + made.length, blocked, left - 1);
      }
    };
    visit(opened(sent), 0, false, depth);
    expect(orders).toBe(ways.length ** depth);
    expect(approvals).toBeGreaterThan(0);
  },
);
