import type { Command } from 'commander';
import { addApiClients } from './apiClients.ts';
import { runs } from './command.ts';
import { details, table } from './output.ts';

/** Group of the accounts that may call the Web Service SDK (spec/60). */
const callersGroup = 'PhoneFactor Admins';

const addSdkClients = (program: Command): void => {
  const clients = program
    .command('sdk-clients')
    .description('service accounts of the Web Service SDK');
  const add = clients
    .command('add')
    .description(`add a service account to the group "${callersGroup}"; prints its password once`)
    .argument('<name>')
    .option('--not-in-group', 'leave it out of the group, so that it may not call yet');
  runs(add, async (run) => {
    const [name = ''] = run.args;
    const groups = run.flag('notInGroup') ? [] : [callersGroup];
    const made = await run.server().call('addServiceAccount', { body: { name, groups } });
    run.show(made, () => details(made));
  });

  runs(clients.command('list').description('list service accounts'), async (run) => {
    const { items } = await run.server().call('listServiceAccounts');
    run.show(items, () =>
      table(
        ['NAME', 'GROUPS', 'ID'],
        items.map(({ name, groups, accountId }) => [name, groups.join(', '), accountId]),
      ),
    );
  });

  const remove = clients
    .command('remove')
    .description('remove a service account')
    .argument('<name>');
  runs(remove, async (run) => {
    const [name = ''] = run.args;
    await run.server().call('removeServiceAccount', { path: { name } });
    run.show({ name, removed: true }, () => `removed ${name}`);
  });
};

export const addCallers = (program: Command): void => {
  addSdkClients(program);
  addApiClients(program);
};
