import type { Command } from 'commander';
import { runs } from '../command.ts';
import { CommandFault } from '../fault.ts';
import { localTime, table } from '../output.ts';

const instantOf = (text: string): string => {
  const date = new Date(text);
  if (Number.isNaN(date.getTime()))
    throw new CommandFault(`"${text}" is no time: write it as in 2026-01-31T17:00`);
  return date.toISOString();
};

export const addDelegations = (approvals: Command): void => {
  const delegate = approvals
    .command('delegate')
    .description('let somebody else decide for an approver for a time, in their own name')
    .argument('<upn>', 'whose place it is')
    .option('--to <upn>', 'who takes it')
    .option('--from <time>', 'now where absent')
    .option('--until <time>', 'as in 2026-01-31T17:00')
    .option('--end <delegation-id>', 'end a delegation instead');
  runs(delegate, async (run) => {
    const [username = ''] = run.args;
    const path = { username };
    const ended = run.text('end');
    if (ended !== undefined) {
      await run.server().call('endDelegation', { path: { username, delegationId: ended } });
      run.show({ delegationId: ended, ended: true }, () => `ended delegation ${ended}`);
      return;
    }
    const to = run.text('to');
    const until = run.text('until');
    if (to === undefined || until === undefined) {
      const { items } = await run.server().call('listDelegations', { path });
      run.show(items, () =>
        table(
          ['BY', 'TO', 'FROM', 'UNTIL', 'DELEGATION'],
          items.map((one) => [
            one.by,
            one.to,
            localTime(one.from),
            localTime(one.until),
            one.delegationId,
          ]),
        ),
      );
      return;
    }
    const from = instantOf(run.text('from') ?? new Date().toISOString());
    const body = { to, from, until: instantOf(until) };
    const made = await run.server().call('setDelegation', { path, body });
    run.show(made, () => `${to} decides for ${username} until ${localTime(instantOf(until))}`);
  });
};
