import type { ConfigurationCommand } from '../../domain/configuration.ts';
import type { Caller } from '../facade.ts';
import { originOf, shown, type CommandContext } from './context.ts';

/** Sends orders to the workflow that changes the configuration. They are done, and shown, when it returns. */
export const configurationChanger =
  (context: CommandContext) =>
  async (caller: Caller, command: ConfigurationCommand): Promise<void> => {
    const id = context.newId();
    const origin = await originOf(context, caller, id);
    const { position } = await context.engine.execute('change', `change-${id}`, {
      kind: 'configuration',
      command,
      origin,
    });
    await shown(context, position);
  };
