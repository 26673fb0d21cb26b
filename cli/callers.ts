import type { Command } from 'commander';
import type { AccountReply } from '../api/rest/callers.ts';
import { path, runs } from './command.ts';
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
    const made = await run
      .server()
      .call<{ username: string; password: string }>('POST', '/service-accounts', {
        name,
        groups: run.flag('notInGroup') ? [] : [callersGroup],
      });
    run.show(made, () => details(made));
  });

  runs(clients.command('list').description('list service accounts'), async (run) => {
    const { items } = await run.server().get<{ items: AccountReply[] }>('/service-accounts');
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
    await run.server().call('DELETE', path`/service-accounts/${name}`);
    run.show({ name, removed: true }, () => `removed ${name}`);
  });
};

const addApiClients = (program: Command): void => {
  const clients = program.command('api-clients').description('clients of the REST interface');
  const add = clients
    .command('add')
    .description('add a client; prints its token once')
    .argument('<name>')
    .requiredOption('--scopes <scope...>', 'what it may do, as in "verify users.read"');
  runs(add, async (run) => {
    const [name = ''] = run.args;
    const made = await run
      .server()
      .call<{ clientId: string; token: string }>('POST', '/api-clients', {
        name,
        scopes: run.texts('scopes'),
      });
    run.show(made, () => details(made));
  });

  const remove = clients.command('remove').description('remove a client').argument('<client-id>');
  runs(remove, async (run) => {
    const [clientId = ''] = run.args;
    await run.server().call('DELETE', path`/api-clients/${clientId}`);
    run.show({ clientId, removed: true }, () => `removed ${clientId}`);
  });
};

export const addCallers = (program: Command): void => {
  addSdkClients(program);
  addApiClients(program);
};
