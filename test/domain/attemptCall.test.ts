import { describe, expect, test } from '@jest/globals';
import type { Attempt } from '../../domain/attempt.ts';
import { hearCall, type CallHeard } from '../../domain/attemptCall.ts';
import { voiceScript } from '../../domain/attemptScript.ts';
import { evolveAttempt, noAttempt } from '../../domain/attempt.ts';
import type { Context } from '../../domain/attemptEnding.ts';
import type { DomainEvent } from '../../domain/events.ts';
import { toIso } from '../../domain/instants.ts';
import { noItems } from '../../domain/items.ts';
import { defaultSettings, type Settings } from '../../domain/settings.ts';
import { absentUser, evolveUser, type User } from '../../domain/user.ts';
import type { CallEvent } from '../../domain/voice.ts';
import { added, minuteMs, nowMs, sealed, userId } from './people.ts';

const number = (which: 'primary' | 'backup'): DomainEvent => ({
  type: 'UserPhoneChanged',
  data: { which, masked: '+1 XXX147', phone: sealed(which), phoneKey: which },
});
const pin: DomainEvent = {
  type: 'UserPinChanged',
  data: { pinHash: sealed('pin'), changeRequired: false, by: 'user', at: toIso(nowMs) },
};

type Called = { attempt: Attempt; user: User; readonly log: DomainEvent[] };

/** A call that rings, and what then happens in it. */
const calling = (
  options: {
    readonly mode?: 'standard' | 'pin';
    readonly backup?: boolean;
    readonly settings?: Partial<Settings>;
    readonly extension?: boolean;
    readonly fraudBlock?: boolean;
  } = {},
) => {
  const { mode = 'standard', backup = false, extension = false } = options;
  const settings = { ...defaultSettings, ...options.settings };
  const called: Called = { attempt: noAttempt, user: absentUser, log: [] };
  const fold = (...events: readonly DomainEvent[]) => {
    called.log.push(...events);
    called.attempt = events.reduce<Attempt>(evolveAttempt, called.attempt);
    called.user = events.reduce<User>(evolveUser, called.user);
  };
  fold(
    added({ method: 'call' }),
    number('primary'),
    ...(backup ? [number('backup')] : []),
    ...(mode === 'pin' ? [pin] : []),
    {
      type: 'AuthenticationRequested',
      data: {
        channel: 'sdk',
        application: 'VPN',
        callerId: 'c',
        originKey: 'o',
        requireUserMatch: true,
        userId,
      },
    },
    {
      type: 'AuthenticationChallengeSent',
      data: {
        method: 'call',
        expiresAt: toIso(nowMs + minuteMs),
        fraudAllowed: true,
        fraudBlock: options.fraudBlock ?? true,
        devices: [],
        mode,
        ...(mode === 'pin' ? { pinTries: 3 } : {}),
      },
    },
    {
      type: 'UserChallengeOpened',
      data: {
        requestId: 'R1',
        originKey: 'o',
        method: 'call',
        expiresAt: toIso(nowMs + minuteMs),
        at: toIso(nowMs),
      },
    },
  );
  const hear = (
    event: CallEvent,
    pinFound: CallHeard['pin'] = 'none',
    which: 'primary' | 'backup' = 'primary',
  ) => {
    const context: Context = { userId, user: called.user, settings, items: noItems, nowMs };
    const step = hearCall('R1', called.attempt, context, {
      event,
      which,
      pin: pinFound,
      hasExtension: extension,
      blockId: 'B1',
    });
    fold(...step.attempt, ...step.user);
    return voiceScript(called.attempt, extension ? '12' : '', settings.fraudCode);
  };
  return {
    hear,
    answer: () => hear({ kind: 'answered', by: 'person' }),
    keys: (digits: string, found: CallHeard['pin'] = 'none') =>
      hear({ kind: 'keys', digits }, found),
    code: () =>
      called.attempt.status === 'ended' ? called.attempt.outcome.code : called.attempt.status,
    blocks: () => called.log.filter(({ type }) => type === 'UserBlocked'),
    log: called.log,
    now: () => called.attempt,
  };
};
const said = (script: ReturnType<typeof voiceScript>) =>
  script.lines.map((line) => (line.kind === 'message' ? line.message : line.digits));

describe('a call', () => {
  test('is confirmed by #', () => {
    const call = calling();
    expect(said(call.answer())).toEqual(['fraudGreetingStandard']);
    const last = call.keys('#');
    expect([call.code(), said(last), last.next.kind]).toEqual([
      'APPROVED',
      ['succeeded'],
      'hangUp',
    ]);
  });

  test('asks again where keys mean nothing or nobody presses one, and hangs up in the end', () => {
    const call = calling();
    call.answer();
    expect(said(call.keys('5'))).toEqual(['retryStandard']);
    expect(said(call.hear({ kind: 'silence' }))).toEqual(['retryStandard']);
    call.hear({ kind: 'silence' });
    expect(call.code()).toBe('NO_RESPONSE');
  });

  test('with a PIN wants it right, and counts', () => {
    const call = calling({ mode: 'pin' });
    expect(said(call.answer())).toEqual(['fraudGreetingPin']);
    call.keys('1111', 'wrong');
    expect(call.code()).toBe('challenging');
    call.keys('2580', 'right');
    expect(call.code()).toBe('APPROVED');
    const guessed = calling({ mode: 'pin' });
    guessed.answer();
    for (let tries = 0; tries < 3; tries += 1) guessed.keys('1111', 'wrong');
    expect(guessed.code()).toBe('WRONG_PIN');
    expect(guessed.log.filter(({ type }) => type === 'UserPinRefused')).toHaveLength(1);
  });

  test('puts a switchboard through to an extension first', () => {
    const call = calling({ extension: true });
    expect(said(call.answer())).toEqual(['extensionPrompt', 'beforeDigits', '12', 'afterDigits']);
    expect(said(call.keys('#'))).toEqual(['fraudGreetingStandard']);
    call.keys('#');
    expect(call.code()).toBe('APPROVED');
  });

  test.each([
    ['busy', 'BUSY'],
    ['noAnswer', 'NO_ANSWER'],
    ['voicemail', 'VOICEMAIL'],
    ['failed', 'UNREACHABLE'],
    ['completed', 'HUNG_UP'],
  ] as const)('that ends %s says so', (reason, code) => {
    const call = calling();
    call.hear({ kind: 'ended', reason });
    expect(call.code()).toBe(code);
  });

  test('nobody answers: the backup phone is tried, once', () => {
    const call = calling({ backup: true });
    call.hear({ kind: 'ended', reason: 'noAnswer' });
    expect(call.now()).toMatchObject({ status: 'challenging', which: 'backup' });
    call.keys('#'); // Of the first call, too late.
    expect(call.code()).toBe('challenging');
    call.hear({ kind: 'answered', by: 'person' }, 'none', 'backup');
    call.hear({ kind: 'ended', reason: 'busy' }, 'none', 'backup');
    expect(call.code()).toBe('BUSY');
  });

  test('a machine that answers is no person', () => {
    const call = calling();
    call.hear({ kind: 'answered', by: 'machine' });
    expect(call.code()).toBe('VOICEMAIL');
  });
});

describe('H10-6 fraud by phone', () => {
  test('needs the code and #, then 1 when people are blocked for it', () => {
    const call = calling();
    call.answer();
    call.keys('0');
    expect(call.code()).toBe('challenging');
    expect(said(call.keys('#'))).toEqual(['fraudConfirmation']);
    expect(call.code()).toBe('challenging');
    expect(said(call.keys('1'))).toEqual(['fraudReported']);
    expect([call.code(), call.blocks()]).toMatchObject([
      'FRAUD_REPORTED',
      [{ data: { flag: 'fraud', fraudReportId: 'R1' } }],
    ]);
  });

  test.each<[string, CallEvent]>([
    ['another key', { kind: 'keys', digits: '2' }],
    ['silence', { kind: 'silence' }],
    ['hanging up', { kind: 'ended', reason: 'completed' }],
  ])('without 1 (%s) nobody is blocked, but the alert is on record', (_what, event) => {
    const call = calling();
    call.answer();
    call.keys('0');
    call.keys('#');
    call.hear(event);
    expect([call.code(), call.blocks()]).toEqual(['FRAUD_REPORTED', []]);
  });

  test('reports at once where nobody is blocked for it, and with a longer code or in PIN mode', () => {
    const plain = calling({ fraudBlock: false });
    plain.answer();
    plain.keys('0');
    plain.keys('#');
    expect([plain.code(), plain.blocks()]).toEqual(['FRAUD_REPORTED', []]);
    const longer = calling({ settings: { fraudCode: '911' } });
    longer.answer();
    longer.keys('9');
    longer.keys('11');
    longer.keys('1');
    expect([longer.code(), longer.blocks().length]).toEqual(['FRAUD_REPORTED', 1]);
    const withPin = calling({ mode: 'pin' });
    withPin.answer();
    withPin.keys('0');
    withPin.keys('1');
    expect([withPin.code(), withPin.blocks().length]).toEqual(['FRAUD_REPORTED', 1]);
  });

  test('is not offered where the company does not allow it', () => {
    const call = calling({ settings: { fraudCode: '' } });
    call.answer();
    call.keys('0');
    call.keys('#');
    expect(call.code()).toBe('APPROVED');
  });
});
