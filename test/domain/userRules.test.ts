import { describe, expect, test } from '@jest/globals';
import type { DomainEvent, EventData } from '../../domain/events.ts';
import { toIso } from '../../domain/instants.ts';
import { defaultSettings } from '../../domain/settings.ts';
import { absentUser, evolveUser, isBlocked, type User } from '../../domain/user.ts';
import { decideUser, resultOf, type UserCommand, type UserStep } from '../../domain/userRules.ts';
import { givenBy } from '../support/given.ts';
import {
  added,
  blocked,
  challengeOpened,
  dayMs,
  deviceActivated,
  deviceConfirmed,
  minuteMs,
  nowMs,
  person,
  phone,
  sealed,
  tokenAssigned,
  userId,
} from './people.ts';

const stepOf = (command: UserCommand, user: User, atMs = nowMs): UserStep =>
  decideUser(command, user, { userId, settings: defaultSettings, nowMs: atMs });

const given = givenBy<UserCommand, User>({
  initialState: absentUser,
  decide: (command, user) => stepOf(command, user).user,
  evolve: evolveUser,
});

const jo = added();
const data = jo.data as EventData['UserAdded'];
const removed: DomainEvent = {
  type: 'UserRemoved',
  data: { usernameKey: 'key-of-jo', openRequests: [] },
};
const unblocked = (reason: string, ended: 'unblocked' | 'expired'): DomainEvent => ({
  type: 'UserUnblocked',
  data: { blockId: 'block1', reason, ended },
});

describe('adding and removing', () => {
  test('a person is added with a name and, where given, a phone', () => {
    const number = { which: 'primary', masked: '+1 XXX147' } as const;
    given().when({ type: 'add', data }).then(jo);
    given()
      .when({ type: 'add', data, phones: [number] })
      .then(jo, { type: 'UserPhoneChanged', data: number });
    expect(stepOf({ type: 'add', data }, absentUser).username).toEqual([
      { type: 'UsernameReserved', data: { userId } },
    ]);
  });

  test('nobody is added twice, nor with the id of somebody who was removed', () => {
    given(jo).when({ type: 'add', data }).isRejected('alreadyExists');
    given(jo, removed).when({ type: 'add', data }).isRejected('alreadyExists');
  });

  test('a removal names what was under way, ends a block and frees the name', () => {
    const user = person(jo, challengeOpened('R1'), challengeOpened('R2'), blocked(nowMs + dayMs));
    const step = stepOf({ type: 'remove' }, user);
    expect(step.user).toEqual([
      unblocked('The user was removed', 'unblocked'),
      { type: 'UserRemoved', data: { usernameKey: 'key-of-jo', openRequests: ['R1', 'R2'] } },
    ]);
    expect(step.username).toEqual([{ type: 'UsernameReleased', data: { userId } }]);
  });

  test('nobody who is not there is changed, by whatever command', () => {
    const commands: readonly UserCommand[] = [
      { type: 'update', data: {} },
      { type: 'setEnabled', enabled: true },
      { type: 'remove' },
      { type: 'block', blockId: 'b', reason: 'r' },
      { type: 'unblock', reason: 'r' },
      { type: 'expireBlock', blockId: 'b' },
      { type: 'requestActivation', activationId: 'a', routeHash: 'h', expiresAt: toIso(nowMs) },
      { type: 'removeDevice', deviceId: 'd', reason: 'removed' },
      { type: 'confirmDevice', confirmationHash: 'h' },
      {
        type: 'changeDeviceToken',
        permitHash: 'p',
        oldTokenHash: 'o',
        data: { tokenHash: 't', notificationType: 'pull' },
      },
      { type: 'issuePermit', tokenHash: 't', permitHash: 'p' },
      { type: 'assignToken', data: tokenAssigned().data as EventData['TokenAssigned'] },
      { type: 'disableToken', tokenId: 't' },
    ];
    for (const command of commands) {
      given().when(command).isRejected('notFound');
      given(jo, removed).when(command).isRejected('notFound');
    }
  });
});

describe('changes', () => {
  test('only what differs is a fact', () => {
    given(jo).when({ type: 'update', data: {} }).then();
    given(jo)
      .when({ type: 'update', data: {}, method: { method: 'app' } })
      .then();
    given(jo)
      .when({ type: 'update', data: { group: 'sales' }, method: { method: 'oath' } })
      .then(
        { type: 'UserUpdated', data: { group: 'sales' } },
        { type: 'UserMethodChanged', data: { method: 'oath', appMode: 'standard' } },
      );
  });

  test('enabling and disabling twice is once', () => {
    given(jo).when({ type: 'setEnabled', enabled: true }).then();
    given(jo).when({ type: 'setEnabled', enabled: false }).then({ type: 'UserDisabled', data: {} });
    given(jo, { type: 'UserDisabled', data: {} })
      .when({ type: 'setEnabled', enabled: false })
      .then();
  });
});

describe('blocks', () => {
  const block = { type: 'block', blockId: 'block1', reason: 'lost phone' } as const;

  test('last 90 days unless said otherwise, and end exactly then', () => {
    given(jo)
      .when(block)
      .then(blocked(nowMs + 90 * dayMs));
    given(jo)
      .when({ ...block, days: 1 })
      .then(blocked(nowMs + dayMs));
    const user = person(jo, blocked(nowMs + dayMs));
    expect(isBlocked(user, nowMs + dayMs - 1)).toBe(true);
    expect(isBlocked(user, nowMs + dayMs)).toBe(false);
  });

  test('the older block stands, one that is over does not', () => {
    given(jo, blocked(nowMs + dayMs))
      .when({ ...block, blockId: 'block2' })
      .then();
    given(jo, blocked(nowMs))
      .when(block)
      .then(blocked(nowMs + 90 * dayMs));
  });

  test('are lifted once', () => {
    const story = [jo, blocked(nowMs + dayMs)];
    given(...story)
      .when({ type: 'unblock', reason: 'found' })
      .then(unblocked('found', 'unblocked'));
    given(...story, unblocked('found', 'unblocked'))
      .when({ type: 'unblock', reason: 'x' })
      .isRejected('notFound');
    given(...story, unblocked('found', 'unblocked'))
      .when(block)
      .thenTypes('UserBlocked');
  });

  test('the timer of one block never ends another', () => {
    given(jo, blocked(nowMs + dayMs))
      .when({ type: 'expireBlock', blockId: 'older' })
      .then();
    given(jo).when({ type: 'expireBlock', blockId: 'block1' }).then();
    given(jo, blocked(nowMs))
      .when({ type: 'expireBlock', blockId: 'block1' })
      .then(unblocked('The block is over', 'expired'));
    const other = unblocked('x', 'unblocked');
    expect(given(jo, blocked(nowMs + dayMs, 'block2'), other).state).toMatchObject({
      block: { blockId: 'block2' },
    });
  });
});

describe('devices', () => {
  const request = (activationId: string) =>
    ({ type: 'requestActivation', activationId, routeHash: 'h', expiresAt: toIso(nowMs) }) as const;
  const requested = (activationId: string): DomainEvent => ({
    type: 'DeviceActivationRequested',
    data: { activationId, expiresAt: toIso(nowMs) },
  });

  test('SEC-45 a newer activation code takes the place of the older one', () => {
    given(jo).when(request('A1')).then(requested('A1'));
    given(jo, requested('A1'))
      .when(request('A2'))
      .then({
        type: 'DeviceActivationRequested',
        data: { activationId: 'A2', expiresAt: toIso(nowMs), replaces: 'A1' },
      });
    expect(stepOf(request('A1'), person(jo)).activation).toEqual([
      { type: 'ActivationIssued', data: { userId, expiresAt: toIso(nowMs), routeHash: 'h' } },
    ]);
  });

  test('a pending device is confirmed once, in time, by its own code', () => {
    const confirm = { type: 'confirmDevice', confirmationHash: 'confirmation-of-d' } as const;
    const story = [jo, deviceActivated('d')];
    given(...story)
      .when(confirm)
      .then(deviceConfirmed('d'));
    given(...story, deviceConfirmed('d'))
      .when(confirm)
      .isRejected('notFound');
    given(...story)
      .when({ ...confirm, confirmationHash: 'other' })
      .isRejected('notFound');
    const user = person(...story);
    expect(() => stepOf(confirm, user, nowMs + 10 * minuteMs)).toThrow('no such activation');
    expect(stepOf(confirm, user, nowMs + 10 * minuteMs - 1).user).toHaveLength(1);
  });

  test('removing one takes its seed along', () => {
    const removal = { type: 'removeDevice', deviceId: 'phone1', reason: 'removed' } as const;
    const after = given(jo, ...phone(), tokenAssigned()).when(removal).state;
    expect(after).toMatchObject({ devices: [], oathSources: [{ tokenId: 'token1' }] });
    given(jo).when(removal).isRejected('notFound');
  });

  test('a new device token needs the permit that was issued for the old one, once', () => {
    const story = [jo, ...phone()];
    const changed = { tokenHash: 'new', notificationType: 'pull' };
    const change = {
      type: 'changeDeviceToken',
      permitHash: 'p',
      oldTokenHash: 'token-of-phone1',
      data: changed,
    } as const;
    const issued: DomainEvent = {
      type: 'DevicePermitIssued',
      data: { deviceId: 'phone1', permitHash: 'p' },
    };
    const done: DomainEvent = {
      type: 'DeviceTokenChanged',
      data: { deviceId: 'phone1', ...changed },
    };
    given(...story)
      .when({ type: 'issuePermit', tokenHash: 'token-of-phone1', permitHash: 'p' })
      .then(issued);
    given(...story)
      .when({ type: 'issuePermit', tokenHash: 'other', permitHash: 'p' })
      .isRejected('notFound');
    given(...story)
      .when(change)
      .isRejected('notAllowed');
    given(...story, issued)
      .when({ ...change, permitHash: 'q' })
      .isRejected('notAllowed');
    given(...story, issued)
      .when(change)
      .then(done);
    given(...story, issued, done)
      .when(change)
      .isRejected('notAllowed');
    given(...story, issued, done)
      .when({ ...change, oldTokenHash: 'new' })
      .isRejected('notAllowed');
  });
});

describe('OATH tokens', () => {
  const assign = (tokenId: string) =>
    ({
      type: 'assignToken',
      data: tokenAssigned(tokenId).data as EventData['TokenAssigned'],
    }) as const;

  test('a person has ten at most', () => {
    const nine = Array.from({ length: 9 }, (_, index) => tokenAssigned(`t${index}`));
    given(jo, ...nine)
      .when(assign('t9'))
      .then(tokenAssigned('t9'));
    given(jo, ...nine, tokenAssigned('t9'))
      .when(assign('t10'))
      .isRejected('limitReached');
  });

  test('a disabled one shows no codes any more', () => {
    given(jo, tokenAssigned())
      .when({ type: 'disableToken', tokenId: 'token1' })
      .then({ type: 'TokenDisabled', data: { tokenId: 'token1' } });
    given(jo).when({ type: 'disableToken', tokenId: 'token1' }).isRejected('notFound');
    expect(
      given(jo, tokenAssigned(), { type: 'TokenDisabled', data: { tokenId: 'token1' } }).state,
    ).toMatchObject({ oathSources: [] });
  });
});

test('the caller is told the ids that its change brought about', () => {
  const user = person(jo, blocked(nowMs + dayMs));
  expect(resultOf(userId, [deviceConfirmed('d')], user)).toEqual({
    userId,
    deviceId: 'd',
    blockId: 'block1',
    until: toIso(nowMs + dayMs),
  });
  expect(resultOf(userId, [], absentUser)).toEqual({ userId });
  expect(sealed('x')).toBe('s1:test:x');
});
