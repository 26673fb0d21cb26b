import type { Command } from 'commander';
import type { Body, Reply } from '../client/index.ts';
import { runs } from './command.ts';
import { details, table } from './output.ts';

const limitsOf = ({ limits }: Reply<'getApiClient'>): string =>
  [
    ['groups', limits.groups] as const,
    ['applications', limits.applications] as const,
    ['addresses', limits.addresses] as const,
    ['until', limits.until && [limits.until]] as const,
  ]
    .flatMap(([name, values]) => (values ? [`${name} ${values.join(', ')}`] : []))
    .join('; ');

const addAdding = (clients: Command): void => {
  const add = clients
    .command('add')
    .description('add a client; prints its secret once')
    .argument('<name>')
    .requiredOption('--scopes <scope...>', 'what it may do, as in "verify users.read"')
    .option(
      '--kind <kind>',
      'token: sends its secret with each call; clientCredentials: changes it for short-lived tokens; certificate: shows one',
    )
    .option('--certificates <sha256...>', 'fingerprints of certificates, one of which it shows')
    .option('--certificate-names <name...>', 'DNS names, one of which its certificate has')
    .option('--groups <group...>', 'only people of these groups exist for it')
    .option('--applications <application...>', 'only logins of these applications exist for it')
    .option('--addresses <address...>', 'where it calls from')
    .option('--until <instant>', 'when it ends, as in 2027-01-31T00:00:00Z');
  runs(add, async (run) => {
    const [name = ''] = run.args;
    const listed = ['groups', 'applications', 'addresses'].flatMap((option) => {
      const values = run.texts(option);
      return values.length === 0 ? [] : [[option, values] as const];
    });
    const shown = [
      ['certificates', run.texts('certificates')] as const,
      ['certificateNames', run.texts('certificateNames')] as const,
    ].filter(([, values]) => values.length > 0);
    const until = run.text('until');
    const limits = { ...Object.fromEntries(listed), ...(until === undefined ? {} : { until }) };
    const body: Body<'addApiClient'> = {
      name,
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the server refuses what is no scope
      scopes: run.texts('scopes') as Body<'addApiClient'>['scopes'],
      kind: run.word('kind'),
      ...Object.fromEntries(shown),
      ...(Object.keys(limits).length === 0 ? {} : { limits }),
    };
    const made = await run.server().call('addApiClient', { body });
    run.show(made, () => details(made));
  });
};

const addSwitch = (clients: Command, enabled: boolean): void => {
  const name = enabled ? 'enable' : 'disable';
  const command = clients
    .command(name)
    .description(enabled ? 'let a client in again' : 'let a client and its tokens in no more')
    .argument('<client-id>');
  runs(command, async (run) => {
    const [clientId = ''] = run.args;
    const input = { path: { clientId }, body: { enabled }, ifMatch: '*' };
    await run.server().call('changeApiClient', input);
    run.show({ clientId, enabled }, () => `${name}d ${clientId}`);
  });
};

/** Clients of the REST interface. */
export const addApiClients = (program: Command): void => {
  const clients = program.command('api-clients').description('clients of the REST interface');
  addAdding(clients);

  runs(clients.command('list').description('list clients'), async (run) => {
    const { items } = await run.server().call('listApiClients');
    run.show(items, () =>
      table(
        ['NAME', 'KIND', 'ENABLED', 'SCOPES', 'ONLY', 'ID'],
        items.map((client) => [
          client.name,
          client.kind,
          client.enabled ? 'yes' : 'no',
          client.scopes.join(', '),
          limitsOf(client),
          client.clientId,
        ]),
      ),
    );
  });

  addSwitch(clients, true);
  addSwitch(clients, false);

  const secret = clients
    .command('new-secret')
    .description('make a new secret, printed once; the one before and its tokens end')
    .argument('<client-id>');
  runs(secret, async (run) => {
    const [clientId = ''] = run.args;
    const made = await run.server().call('replaceApiClientSecret', { path: { clientId } });
    run.show(made, () => details(made));
  });

  const remove = clients.command('remove').description('remove a client').argument('<client-id>');
  runs(remove, async (run) => {
    const [clientId = ''] = run.args;
    await run.server().call('removeApiClient', { path: { clientId } });
    run.show({ clientId, removed: true }, () => `removed ${clientId}`);
  });
};
