import { Rejected } from '../../domain/errors.ts';
import { pinFault, pinFaultTexts } from '../../domain/pinRules.ts';
import type { Settings } from '../../domain/settings.ts';
import type { UserCommand } from '../../domain/userRules.ts';
import { canonicalName } from '../../domain/username.ts';
import type { ExemptionCommands } from '../facade/exemptions.ts';
import type { CommandContext } from './context.ts';
import { userChanger } from './users.ts';
import { inUserStream } from '../../domain/sealed.ts';
import { present } from '../../domain/present.ts';

export const exemptionCommands = (context: CommandContext): ExemptionCommands => {
  const { newId, pins, queries, secrets, views } = context;
  const change = userChanger(context);

  const userIdOf = async (username: string): Promise<string> => {
    const row = await views.reader
      .selectFrom('users')
      .select('userId')
      .where('name', '=', canonicalName(username))
      .executeTakeFirst();
    if (!row) throw new Rejected('notFound', 'there is no such user');
    return row.userId;
  };

  return {
    async createBypass(caller, username, { reason, seconds }) {
      const command: UserCommand = {
        type: 'createBypass',
        bypassId: newId(),
        reason,
        ...present({ seconds }),
      };
      const { result } = await change(caller, { username }, command);
      return { bypassId: result['bypassId']!, until: result['bypassUntil']! };
    },

    async revokeBypass(caller, username) {
      await change(caller, { username }, { type: 'revokeBypass' });
    },

    async setPin(caller, username, { pin, changeRequired }) {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the view holds every setting by name
      const settings = (await queries.getSettings()) as unknown as Settings;
      const fault = pinFault(pin, settings, { phones: [], isRecent: false });
      if (fault !== undefined) throw new Rejected('invalid', `pin: ${pinFaultTexts[fault]}`);
      const userId = await userIdOf(username);
      const pinHash = await secrets.seal(inUserStream(userId, 'pinHash'), await pins.hash(pin));
      const by = caller.actor.kind === 'user' ? 'user' : 'administrator';
      await change(caller, { userId }, { type: 'setPin', pinHash, changeRequired, by });
    },

    async removePin(caller, username) {
      await change(caller, { username }, { type: 'removePin' });
    },

    async clearCache(caller, username, reason) {
      await change(caller, { username }, { type: 'clearCache', reason });
    },
  };
};
