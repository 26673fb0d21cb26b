import type { Command } from 'commander';
import { banner } from './banner.ts';
import { runs } from './command.ts';
import { CommandFault } from './fault.ts';
import { table } from './output.ts';

type Value = string | number | boolean;

/** A typed value as the setting's own type; what does not fit goes as text, for the server to refuse. */
const valueOf = (text: string, current: Value): Value => {
  if (typeof current === 'number') return /^-?\d{1,15}$/.test(text) ? Number(text) : text;
  if (typeof current === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
  return text;
};

export const addSettings = (program: Command): void => {
  const settings = program.command('settings').description('company settings');
  runs(settings.command('list').description('list all settings'), async (run) => {
    const values = await run.server().call('getSettings');
    const { items } = run.json ? { items: [] } : await run.server().call('getWarnings');
    run.show(values, () =>
      banner(items).concat(
        table(
          ['SETTING', 'VALUE'],
          Object.entries(values).map(([name, value]) => [name, String(value)]),
        ),
      ),
    );
  });

  const set = settings
    .command('set')
    .description('change a setting')
    .argument('<name>')
    .argument('<value>');
  runs(set, async (run) => {
    const [name = '', text = ''] = run.args;
    const current = new Map<string, Value>(Object.entries(await run.server().call('getSettings')));
    const before = current.get(name);
    if (before === undefined)
      throw new CommandFault(`there is no setting "${name}": see "countersign settings list"`);
    const value = valueOf(text, before);
    // One value is set, whatever the others are by now.
    await run.server().call('changeSettings', { body: { [name]: value }, ifMatch: '*' });
    run.show({ name, before, value }, () => `${name}: ${before} → ${value}`);
  });
};
