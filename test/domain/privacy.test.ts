import { expect, test } from '@jest/globals';
import { Rejected } from '../../domain/errors.ts';
import type { DomainEvent } from '../../domain/events.ts';
import { defaultSettings } from '../../domain/settings.ts';
import { absentUser, evolveUser, type User } from '../../domain/user.ts';
import { decideUser, type UserCommand } from '../../domain/userRules.ts';
import type { Sealed } from '../../domain/sealed.ts';

const userId = 'U1';
const added: DomainEvent<'UserAdded'> = {
  type: 'UserAdded',
  data: {
    username: 's1:k:x' as Sealed,
    usernameKey: 'key',
    enabled: true,
    method: 'app',
    appMode: 'standard',
    objectId: 'O1',
    source: 'manual',
  },
};
const reason = 'asked for';

const fold = (events: readonly DomainEvent[]): User => events.reduce(evolveUser, absentUser);
const decided = (events: readonly DomainEvent[], command: UserCommand) =>
  decideUser(command, fold(events), { userId, settings: defaultSettings, nowMs: 0 });
const types = (events: readonly DomainEvent[]): string[] => events.map(({ type }) => type);

test('whoever is erased goes first: the name is free, and a second order changes nothing', () => {
  const step = decided([added], { type: 'erase', reason });
  expect(types(step.user)).toEqual(['UserRemoved', 'UserErased']);
  expect(types(step.username)).toEqual(['UsernameReleased']);
  const after = [added, ...step.user];
  expect(fold(after)).toEqual({ status: 'erased' });
  expect(decided(after, { type: 'erase', reason }).user).toEqual([]);
  expect(() => decided(after, { type: 'recordExport' })).toThrow(Rejected);
});

test('who was removed can still be exported and erased', () => {
  const removed = [added, ...decided([added], { type: 'remove' }).user];
  expect(types(decided(removed, { type: 'recordExport' }).user)).toEqual(['UserExported']);
  const step = decided(removed, { type: 'erase', reason });
  expect([types(step.user), step.username]).toEqual([['UserErased'], []]);
});

test('a legal hold blocks erasure, also over a removal, until it is ended', () => {
  const held = [added, ...decided([added], { type: 'setHold', reason }).user];
  const gone = [...held, ...decided(held, { type: 'remove' }).user];
  for (const events of [held, gone]) {
    expect(() => decided(events, { type: 'erase', reason })).toThrow('legal hold');
    expect(decided(events, { type: 'setHold', reason }).user).toEqual([]);
    const free = [...events, ...decided(events, { type: 'endHold', reason }).user];
    expect(types(decided(free, { type: 'erase', reason }).user)).toContain('UserErased');
  }
});

test('nobody by that id: nothing to export, hold or erase', () => {
  for (const type of ['erase', 'setHold'] as const)
    expect(() => decided([], { type, reason })).toThrow('there is no such user');
});
