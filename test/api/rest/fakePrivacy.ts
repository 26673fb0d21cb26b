import type { PrivacyCommands } from '../../../api/facade/privacy.ts';
import { at, type FakeWorld } from './fakeWorld.ts';

/** Orders about a person's records that the world in memory only writes down. */
export const fakePrivacyCommands = (world: FakeWorld): PrivacyCommands => ({
  async exportPerson(caller, username) {
    world.called('exportPerson', caller, username);
    const { userId } = world.user(username);
    return {
      format: 'countersign-personal-data-1',
      exportedAt: at,
      people: [{ userId, username, events: [] }],
    };
  },
  async erasePerson(caller, username, reason) {
    world.called('erasePerson', caller, username, reason);
    const { userId } = world.user(username);
    world.users.delete(username.toLowerCase());
    return { userIds: [userId] };
  },
  async setLegalHold(caller, username, reason) {
    world.called('setLegalHold', caller, username, reason);
    world.user(username);
  },
  async endLegalHold(caller, username, reason) {
    world.called('endLegalHold', caller, username, reason);
    world.user(username);
  },
});
