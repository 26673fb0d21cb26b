import { sha256 } from '../digest.ts';
import { Rejected } from '../../domain/errors.ts';
import { present } from '../../domain/present.ts';
import type { Commands } from '../facade.ts';
import { configurationChanger } from './configurationChange.ts';
import type { CommandContext } from './context.ts';

/** Directory group whose members may call the SDK; the name that the original's installer made. */
export const callersGroup = 'PhoneFactor Admins';

const passwordBytes = 20;

type AccountCommands = Pick<
  Commands,
  'addServiceAccount' | 'removeServiceAccount' | 'changeSettings'
>;

/** Configuration and the accounts of programs. Their passwords are random, so a plain hash keeps them (SEC-64). */
export const accountCommands = (context: CommandContext): AccountCommands => {
  const change = configurationChanger(context);

  return {
    async addServiceAccount(caller, { name, groups = [callersGroup] }) {
      const username = name.trim();
      if (!/^[^\\/:\p{Cc}]{1,64}$/u.test(username))
        throw new Rejected('invalid', 'name: 1 to 64 characters, without \\ / : and controls');
      const password = context.randomBytes(passwordBytes).toString('base64url');
      await change(caller, {
        type: 'addServiceAccount',
        data: {
          accountId: context.newId(),
          name: username,
          secretHash: sha256(password),
          groups: [...groups],
        },
      });
      return { username, password };
    },

    async removeServiceAccount(caller, name) {
      await change(caller, { type: 'removeServiceAccount', name });
    },

    async changeSettings(caller, changes, seen) {
      await change(caller, { type: 'changeSettings', changes, ...present({ seen }) });
    },
  };
};
