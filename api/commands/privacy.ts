import { Rejected } from '../../domain/errors.ts';
import type { UserCommand } from '../../domain/userRules.ts';
import type { Caller } from '../facade.ts';
import type { PrivacyCommands } from '../facade/privacy.ts';
import { userIdsNamed } from '../queries/names.ts';
import { personalData } from '../queries/personalData.ts';
import type { CommandContext } from './context.ts';
import { userChanger } from './users.ts';

/** How often the views' journal is emptied anew where a reader was in the way, and the pause before. */
const forgetTries = 50;
const forgetPauseMs = 100;

/** Export and erasure of all that is on record about a person. */
export const privacyCommands = (context: CommandContext): PrivacyCommands => {
  const change = userChanger(context);
  const reading = {
    reader: context.views.reader,
    events: context.events,
    secrets: context.secrets,
    nowMs: context.now,
  };

  const people = async (username: string): Promise<readonly string[]> => {
    const userIds = await userIdsNamed(reading, username);
    if (userIds.length === 0) throw new Rejected('notFound', 'there is no such user');
    return userIds;
  };

  const each = async (
    caller: Caller,
    userIds: readonly string[],
    command: UserCommand,
  ): Promise<void> => {
    for (const userId of userIds) await change(caller, { userId }, command);
  };

  /** Rows that are gone must not be readable in the views' own files either. */
  const forgetDeleted = async (): Promise<void> => {
    for (let tries = 0; tries < forgetTries; tries += 1) {
      if ((await context.views.forgetDeleted?.()) !== false) return;
      await new Promise((resolve) => setTimeout(resolve, forgetPauseMs));
    }
  };

  return {
    async exportPerson(caller, username) {
      const userIds = await people(username);
      await each(caller, userIds, { type: 'recordExport' });
      const exportedAt = new Date(context.wallNow()).toISOString();
      const found = await Promise.all(userIds.map((userId) => personalData(reading, userId)));
      return { format: 'countersign-personal-data-1', exportedAt, people: found };
    },

    async erasePerson(caller, username, reason) {
      const userIds = await people(username);
      await each(caller, userIds, { type: 'erase', reason });
      await forgetDeleted();
      return { userIds };
    },

    async setLegalHold(caller, username, reason) {
      await each(caller, await people(username), { type: 'setHold', reason });
    },

    async endLegalHold(caller, username, reason) {
      await each(caller, await people(username), { type: 'endHold', reason });
    },
  };
};
