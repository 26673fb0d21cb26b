import { accountCommands } from './commands/accounts.ts';
import { activationCommands } from './commands/activations.ts';
import { attemptCommands } from './commands/attempts.ts';
import type { CommandContext } from './commands/context.ts';
import { deviceCommands } from './commands/devices.ts';
import { userCommands } from './commands/users.ts';
import type { Commands } from './facade.ts';

/** The one door in: every order becomes a workflow, every answer comes from the log. */
export const createCommands = (context: CommandContext): Commands => ({
  ...attemptCommands(context),
  ...userCommands(context),
  ...accountCommands(context),
  ...activationCommands(context),
  ...deviceCommands(context),
  rebuildViews: async (_caller, onProgress) => await context.rebuild(onProgress),
});
