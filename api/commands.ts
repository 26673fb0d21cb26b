import { accountCommands } from './commands/accounts.ts';
import { activationCommands } from './commands/activations.ts';
import { apiClientCommands } from './commands/apiClients.ts';
import { approvalCommands } from './commands/approvals.ts';
import { attemptCommands } from './commands/attempts.ts';
import { exemptionCommands } from './commands/exemptions.ts';
import { phoneCommands } from './commands/phones.ts';
import type { CommandContext } from './commands/context.ts';
import { deviceCommands } from './commands/devices.ts';
import { itemCommands } from './commands/items.ts';
import { spareCodeCommands } from './commands/spareCodes.ts';
import { importCommands } from './commands/imports.ts';
import { radiusCommands } from './commands/radius.ts';
import { tokenImportCommands } from './commands/tokenImports.ts';
import { tokenCommands } from './commands/tokens.ts';
import { webhookCommands } from './commands/webhooks.ts';
import { privacyCommands } from './commands/privacy.ts';
import { userCommands } from './commands/users.ts';
import { loginCommands } from './commands/logins.ts';
import { mailCommands } from './commands/mails.ts';
import type { Commands } from './facade.ts';

/** The one door in: every order becomes a workflow, every answer comes from the log. */
export const createCommands = (context: CommandContext): Commands => ({
  ...attemptCommands(context),
  ...loginCommands(context),
  ...radiusCommands(context),
  ...approvalCommands(context),
  ...exemptionCommands(context),
  ...phoneCommands(context),
  ...userCommands(context),
  ...privacyCommands(context),
  ...importCommands(context),
  ...tokenCommands(context),
  ...tokenImportCommands(context),
  ...spareCodeCommands(context),
  ...accountCommands(context),
  ...apiClientCommands(context),
  ...mailCommands(context),
  ...itemCommands(context),
  ...webhookCommands(context),
  ...activationCommands(context),
  ...deviceCommands(context),
  rebuildViews: async (_caller, onProgress) => await context.rebuild(onProgress),
});
