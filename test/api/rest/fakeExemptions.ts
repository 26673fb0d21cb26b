import type {
  BypassView,
  ExemptionCommands,
  ExemptionQueries,
} from '../../../api/facade/exemptions.ts';
import { Rejected } from '../../../domain/errors.ts';
import { at, newId, type FakeWorld } from './fakeWorld.ts';

const until = '2026-11-22T10:05:00.000Z';

const kept = new WeakMap<object, BypassView[]>();
const bypassesOf = (world: FakeWorld): BypassView[] => {
  const known = kept.get(world) ?? [];
  kept.set(world, known);
  return known;
};

/** Bypasses that end replaced or revoked; PINs of digits. */
export const fakeExemptionCommands = (world: FakeWorld): ExemptionCommands => {
  const end = (username: string, ended: 'replaced' | 'revoked'): boolean => {
    const { userId } = world.user(username);
    const all = bypassesOf(world);
    const index = all.findIndex((bypass) => bypass.userId === userId && !bypass.endedAt);
    if (index < 0) return false;
    all[index] = { ...all[index]!, ended, endedAt: at };
    return true;
  };
  return {
    async createBypass(caller, username, { reason, seconds = 300 }) {
      world.called('createBypass', caller, username, { reason, seconds });
      end(username, 'replaced');
      const { userId, username: name } = world.user(username);
      const bypassId = newId();
      const made = { bypassId, userId, username: name, reason, seconds, createdAt: at, until };
      bypassesOf(world).unshift(made);
      return { bypassId, until };
    },
    async revokeBypass(caller, username) {
      world.called('revokeBypass', caller, username);
      if (!end(username, 'revoked')) throw new Rejected('notFound', 'the user has no open bypass');
    },
    async setPin(caller, username, pin) {
      world.called('setPin', caller, username, pin);
      world.user(username);
      if (!/^\d{4,10}$/.test(pin.pin))
        throw new Rejected('invalid', 'pin: a PIN has 4 to 10 digits');
    },
    async removePin(caller, username) {
      world.called('removePin', caller, username);
      world.user(username);
    },
    async clearCache(caller, username, reason) {
      world.called('clearCache', caller, username, reason);
      world.user(username);
    },
  };
};

export const fakeExemptionQueries = (world: FakeWorld): ExemptionQueries => ({
  listBypasses: async ({ open, username, reach }) => ({
    rows: bypassesOf(world).filter(
      (bypass) =>
        (reach?.groups?.includes(world.user(bypass.username).group) ?? true) &&
        (open === undefined || open === (bypass.endedAt === undefined)) &&
        (username ?? bypass.username) === bypass.username,
    ),
  }),
});
