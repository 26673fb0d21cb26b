import { randomBytes } from 'node:crypto';
import { Option, type Command } from 'commander';
import type { Reply } from '../client/index.ts';
import { runs, type Run } from './command.ts';
import { details, localTime, table } from './output.ts';

/** 192 random bits, 32 characters that every client takes (SEC-08). */
const secretOctets = 24;
const shortSecret = 24;

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const listed = (value: unknown): string => (Array.isArray(value) ? value.join(',') : '');

const add = async (run: Run): Promise<void> => {
  const [address = ''] = run.args;
  const given = run.text('secret');
  const secret = given ?? randomBytes(secretOctets).toString('base64url');
  const [application, target] = [run.text('app'), run.text('target')];
  const exemptNas = run.texts('exemptNas');
  const certificates = run.texts('certificate');
  const certificateNames = run.texts('certificateName');
  const item = {
    addresses: address === '' ? [] : address.split(','),
    ...(certificates.length === 0 ? {} : { certificates }),
    ...(certificateNames.length === 0 ? {} : { certificateNames }),
    secret,
    ...(application === undefined ? {} : { application }),
    ...(target === undefined ? {} : { target }),
    ...(exemptNas.length === 0 ? {} : { exemptNas }),
    requireUserMatch: run.flag('requireUserMatch'),
    fallbackOath: run.flag('fallbackOath'),
    challengeCapable: run.flag('challenge'),
    codeAfterPassword: run.flag('codeAfterPassword'),
    messageAuthenticator:
      run.word<'required' | 'auto' | 'off'>('messageAuthenticator') ?? 'required',
  };
  const id = run.text('id');
  const server = run.server();
  const made =
    id === undefined
      ? await server.call('addRadiusClient', { body: item })
      : await server.call('setRadiusClient', { path: { id }, body: item });
  const shown = { clientId: made.itemId, ...(given === undefined ? { secret } : {}) };
  run.show(shown, () =>
    [details(shown), ...(secret.length < shortSecret ? [tooShort('the shared secret')] : [])].join(
      '\n',
    ),
  );
};

const tooShort = (whose: string): string =>
  `warning: ${whose} has fewer than ${shortSecret} characters`;

/** What whoever looks after a client should change. */
const warningsOf = (seen: Reply<'radiusStatus'>['clients'][number]): readonly string[] => [
  ...(seen.shortSecret ? [tooShort(`the shared secret of ${seen.clientId}`)] : []),
  ...(seen.protocols.includes('MS-CHAPv2') && seen.connections === 0
    ? [
        `warning: ${seen.clientId} sends MS-CHAPv2, whose strength is that of one DES key: use RADIUS over TLS`,
      ]
    : []),
];

const list = async (run: Run): Promise<void> => {
  const { items } = await run.server().call('listRadiusClient');
  const { clients } = await run.server().call('radiusStatus');
  const rows = items.map(({ itemId, item }) => {
    const { clientId: _, ...status } = clients.find(({ clientId }) => clientId === itemId) ?? {
      clientId: itemId,
    };
    return { clientId: itemId, ...item, status };
  });
  const ids = new Set(items.map(({ itemId }) => itemId));
  const warnings = clients.filter(({ clientId }) => ids.has(clientId)).flatMap(warningsOf);
  run.show(rows, () =>
    [
      table(
        ['CLIENT', 'ADDRESSES', 'APPLICATION', 'PROOF', 'LAST PACKET', 'ACCEPTED', 'REJECTED'],
        items.map(({ itemId, item }) => {
          const seen = clients.find(({ clientId }) => clientId === itemId);
          return [
            itemId,
            listed(item['addresses']),
            text(item['application']),
            text(item['messageAuthenticator']).concat(
              seen?.proven === undefined ? '' : seen.proven ? ', safe' : ', unsafe',
            ),
            localTime(seen?.lastPacketAt),
            String(seen?.counters.accept ?? 0),
            String(seen?.counters.reject ?? 0),
          ];
        }),
      ),
      ...warnings,
    ].join('\n'),
  );
};

const trace = async (run: Run): Promise<void> => {
  const [id = ''] = run.args;
  if (run.flag('start')) {
    await run.server().call('traceRadiusClient', { path: { id } });
    return run.show(
      { clientId: id, traced: true },
      () => `packets of ${id} are kept for 10 minutes`,
    );
  }
  const { items } = await run.server().call('getRadiusTrace', { path: { id } });
  run.show(items, () =>
    items
      .map(({ at, direction, peer, code, identifier, attributes }) =>
        [
          `${localTime(at)} ${direction} ${peer} code ${code} identifier ${identifier}`,
          ...attributes.map((attribute) => `  ${attribute}`),
        ].join('\n'),
      )
      .join('\n'),
  );
};

/** Commands for RADIUS clients; their other fields are set by `config set radiusClient`. */
export const addRadiusClients = (program: Command): void => {
  const clients = program.command('radius-clients').description('programs that ask by RADIUS');
  runs(
    clients
      .command('add')
      .description('add a client; makes and prints a shared secret where none is given')
      .argument(
        '[address]',
        'an address, a block as in 192.0.2.0/24, or from-to; none for RADIUS over TLS alone',
      )
      .option('--certificate <sha256...>', 'certificates that it shows over TLS')
      .option('--certificate-name <name...>', 'DNS names in its certificate, of our authority')
      .option('--id <id>', 'its name')
      .option('--secret <secret>', 'the shared secret')
      .option('--app <name>', 'the application that people are told')
      .option('--target <id>', 'who checks passwords; none where the client does')
      .option('--require-user-match', 'reject people who are not in the list')
      .option('--fallback-oath', 'ask for a code after another method got no answer')
      .option('--no-challenge', 'the client cannot ask for a code')
      .option('--code-after-password', 'a code may stand behind the password')
      .option('--exempt-nas <address...>', 'access servers whose logins need no second factor')
      .addOption(
        new Option(
          '--message-authenticator <mode>',
          'whether packets must prove themselves',
        ).choices(['required', 'auto', 'off']),
      ),
    add,
  );
  runs(clients.command('list').description('list clients and what they do'), list);
  runs(
    clients.command('remove').description('remove a client').argument('<client-id>'),
    async (run) => {
      const [id = ''] = run.args;
      await run.server().call('removeRadiusClient', { path: { id }, ifMatch: '*' });
      run.show({ clientId: id, removed: true }, () => `removed ${id}`);
    },
  );
  runs(
    clients
      .command('reset')
      .description('let a client in mode auto send packets without proof again')
      .argument('<client-id>'),
    async (run) => {
      const [id = ''] = run.args;
      await run.server().call('resetRadiusClient', { path: { id } });
      run.show({ clientId: id, reset: true }, () => `${id} may send packets without proof again`);
    },
  );
  runs(
    clients
      .command('trace')
      .description('show the packets of a client, without what is secret in them')
      .argument('<client-id>')
      .option('--start', 'keep them for ten minutes from now'),
    trace,
  );
};
