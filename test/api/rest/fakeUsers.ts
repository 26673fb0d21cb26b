import type { UserCommands, UserDetails, UserQueries } from '../../../api/facade/users.ts';
import { builtInPreferences } from '../../../domain/userDefaults.ts';
import { at, newId, type FakeWorld } from './fakeWorld.ts';

/** What somebody has of whom nothing more was said. */
export const plainDetails: UserDetails = {
  ...builtInPreferences,
  description: '',
  uniqueIdentifier: '',
  source: 'manual',
  overrides: [],
  state: 'unregistered',
  version: 1,
};

const kept = new WeakMap<object, Map<string, number>>();
const importsOf = (world: FakeWorld): Map<string, number> => {
  const known = kept.get(world) ?? new Map<string, number>();
  kept.set(world, known);
  return known;
};

/** Orders about people that the world in memory only writes down. */
export const fakeUserCommands = (world: FakeWorld): UserCommands => ({
  async resetRegistration(caller, username) {
    world.called('resetRegistration', caller, username);
    world.change(username, { phone: '', backupPhone: '', devices: [] });
  },
  async importUsers(caller, csv, options) {
    world.called('importUsers', caller, csv.length, options);
    const importId = newId();
    importsOf(world).set(importId, Buffer.from(csv).toString().trim().split('\n').length - 1);
    return { importId };
  },
  async editUsers(caller, which, changes, dryRun) {
    world.called('editUsers', caller, which, changes, dryRun);
    const importId = newId();
    importsOf(world).set(importId, 1);
    return { importId };
  },
  async exportUsers(caller, filter, options) {
    world.called('exportUsers', caller, filter, options);
    const lines = [...world.users.values()].map(({ username }) => `${username}\r\n`);
    return (async function* () {
      yield 'Username\r\n';
      yield* lines;
    })();
  },
});

export const fakeUserQueries = (world: FakeWorld): UserQueries => ({
  userHistory: async (username) => ({
    rows: [
      {
        position: 1,
        at,
        type: 'UserUpdated',
        actor: 'administrator local',
        channel: 'rest',
        address: '127.0.0.1',
        summary: `${username} changed: group`,
        changes: [{ field: 'group', before: 'Sales', after: 'IT' }, { field: 'firstName' }],
      },
    ],
  }),
  async awaitImport(importId) {
    const rows = importsOf(world).get(importId);
    if (rows === undefined) return undefined;
    const counts = { done: rows, added: rows, updated: 0, skipped: 0, failed: 0, warned: 0 };
    const about = { kind: 'users', state: 'finished', mode: 'both', dryRun: false } as const;
    return { importId, ...about, ...counts, rows, warnings: [], startedAt: at, finishedAt: at };
  },
  async importFaults(importId) {
    if (!importsOf(world).has(importId)) return undefined;
    return (async function* () {
      yield 'Line,Reason,Username\r\n';
    })();
  },
});
