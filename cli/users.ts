import { Option, type Command } from 'commander';
import type { UserReply } from '../api/rest/users.ts';
import { path, rowsOf, runs } from './command.ts';
import { details, localTime, table } from './output.ts';

const stateOf = (user: UserReply): string =>
  user.blocked ? 'blocked' : user.enabled ? 'enabled' : 'disabled';

const describeUser = (user: UserReply): string =>
  [
    details({
      user: user.username,
      id: user.userId,
      name: `${user.firstName} ${user.lastName}`.trim(),
      mail: user.email,
      group: user.group,
      state: stateOf(user),
      'blocked until': localTime(user.blocked?.until),
      'blocked because': user.blocked?.reason,
      method: user.method === 'app' ? `app (${user.appMode})` : user.method,
      phone: user.phone,
      added: localTime(user.addedAt),
      changed: localTime(user.changedAt),
    }),
    ...(user.devices.length === 0
      ? []
      : [
          table(
            ['DEVICE', 'NAME', 'STATE', 'APP', 'ACTIVATED'],
            user.devices.map((device) => [
              device.deviceId,
              device.name,
              device.state,
              device.appVersion,
              localTime(device.activatedAt),
            ]),
          ),
        ]),
    ...(user.tokens.length === 0
      ? []
      : [
          table(
            ['TOKEN', 'SERIAL', 'DIGITS', 'SECONDS'],
            user.tokens.map(({ tokenId, serial, digits, periodSeconds }) => [
              tokenId,
              serial,
              String(digits),
              String(periodSeconds),
            ]),
          ),
        ]),
  ].join('\n\n');

const method = (): Option =>
  new Option('--method <method>', 'how the user answers').choices(['app', 'oath', 'sms', 'call']);

export const addUsers = (program: Command): void => {
  const users = program.command('users').description('user administration');

  const add = users
    .command('add')
    .description('add a user')
    .argument('<upn>', 'user principal name')
    .addOption(method())
    .option('--phone <number>', 'phone number, as in "+1 5555550147"')
    .option('--first-name <name>', 'first name')
    .option('--last-name <name>', 'last name')
    .option('--email <address>', 'mail address')
    .option('--group <name>', 'group')
    .option('--disabled', 'add the user without letting them authenticate yet');
  runs(add, async (run) => {
    const [username = ''] = run.args;
    const added = await run.server().call<{ userId: string; username: string }>('POST', '/users', {
      username,
      method: run.text('method'),
      phone: run.text('phone'),
      firstName: run.text('firstName'),
      lastName: run.text('lastName'),
      email: run.text('email'),
      group: run.text('group'),
      ...(run.flag('disabled') ? { enabled: false } : {}),
    });
    run.show(added, () => `added ${added.username} (${added.userId})`);
  });

  const list = users
    .command('list')
    .description('list users')
    .option('--text <text>', 'part of a name')
    .addOption(method())
    .option('--group <name>', 'group')
    .option('--limit <rows>', 'rows at most (1000)');
  runs(list, async (run) => {
    const filter = { text: run.text('text'), method: run.text('method'), group: run.text('group') };
    const rows = await rowsOf<UserReply>(run, '/users', filter);
    run.show(rows, () =>
      table(
        ['USER', 'STATE', 'METHOD', 'DEVICES', 'TOKENS', 'ID'],
        rows.map((user) => [
          user.username,
          stateOf(user),
          user.method,
          String(user.devices.length),
          String(user.tokens.length),
          user.userId,
        ]),
      ),
    );
  });

  const show = users.command('show').description('show a user').argument('<upn>');
  runs(show, async (run) => {
    const [username = ''] = run.args;
    const user = await run.server().get<UserReply>(path`/users/${username}`);
    run.show(user, () => describeUser(user));
  });

  for (const [verb, about] of [
    ['enable', 'let a user authenticate'],
    ['disable', 'keep a user from authenticating'],
  ] as const)
    runs(users.command(verb).description(about).argument('<upn>'), async (run) => {
      const [username = ''] = run.args;
      await run.server().call('POST', `${path`/users/${username}`}/${verb}`);
      run.show({ username, enabled: verb === 'enable' }, () => `${verb}d ${username}`);
    });

  const unlock = users
    .command('unlock')
    .description('give a user who has guessed too often a new budget of guesses')
    .argument('<upn>')
    .requiredOption('--reason <text>', 'why, for the audit log');
  runs(unlock, async (run) => {
    const [username = ''] = run.args;
    await run.server().call('POST', `${path`/users/${username}`}/unlock`, {
      reason: run.text('reason'),
    });
    run.show({ username, unlocked: true }, () => `unlocked ${username}`);
  });

  const remove = users
    .command('remove')
    .description('remove a user with all devices and tokens')
    .argument('<upn>');
  runs(remove, async (run) => {
    const [username = ''] = run.args;
    await run.server().call('DELETE', path`/users/${username}`);
    run.show({ username, removed: true }, () => `removed ${username}`);
  });
};
