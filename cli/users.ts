import type { Command } from 'commander';
import type { Body, Row } from '../client/index.ts';
import { rowsOf, runs } from './command.ts';
import { localTime, table } from './output.ts';
import { addPins, setPin } from './pins.ts';
import { addPrivacy } from './privacy.ts';
import { followTest } from './requests.ts';
import { filterOf, userFieldsOf, withFilter, withUserFields } from './userFields.ts';
import { addUserImports } from './userImports.ts';
import { describeUser } from './userLines.ts';

export const addUsers = (program: Command): void => {
  const users = program.command('users').description('user administration');

  const add = withUserFields(
    users.command('add').description('add a user').argument('<upn>', 'user principal name'),
  )
    .option('--enabled', 'let the user authenticate, whatever the company setting says')
    .option('--disabled', 'add the user without letting them authenticate yet')
    .option('--pin <digits>', 'a PIN, to be changed at the first verification');
  runs(add, async (run) => {
    const [username = ''] = run.args;
    const added = await run.server().call('addUser', {
      body: {
        username,
        ...userFieldsOf(run),
        ...(run.flag('enabled') ? { enabled: true } : {}),
        ...(run.flag('disabled') ? { enabled: false } : {}),
      },
    });
    const pin = run.text('pin');
    if (pin !== undefined) await setPin(run, username, pin, true);
    run.show(added, () => `added ${added.username} (${added.userId})`);
  });

  const set = withUserFields(
    users.command('set').description('change a user').argument('<upn>'),
  ).option('--clear-overrides <fields>', 'fields that the directory governs again, with commas');
  runs(set, async (run) => {
    const [username = ''] = run.args;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the server refuses what is no such field
    const cleared = run.text('clearOverrides')?.split(',') as Body<'changeUser'>['clearOverrides'];
    const body = { ...userFieldsOf(run), ...(cleared ? { clearOverrides: cleared } : {}) };
    await run.server().call('changeUser', { path: { username }, body, ifMatch: '*' });
    run.show({ username, changed: true }, () => `changed ${username}`);
  });

  const list = withFilter(users.command('list').description('list users')).option(
    '--limit <rows>',
    'rows at most (1000)',
  );
  runs(list, async (run) => {
    const rows = await rowsOf(run, 'listUsers', { query: filterOf(run) });
    run.show(rows, () =>
      table(
        ['USER', 'STATE', 'METHOD', 'DEVICES', 'TOKENS', 'ID'],
        rows.map((user) => [
          user.username,
          user.state,
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
    const user = await run.server().call('getUser', { path: { username } });
    run.show(user, () => describeUser(user));
  });

  for (const [verb, order, about] of [
    ['enable', 'enableUser', 'let a user authenticate'],
    ['disable', 'disableUser', 'keep a user from authenticating'],
  ] as const)
    runs(users.command(verb).description(about).argument('<upn>'), async (run) => {
      const [username = ''] = run.args;
      await run.server().call(order, { path: { username } });
      run.show({ username, enabled: verb === 'enable' }, () => `${verb}d ${username}`);
    });

  const unlock = users
    .command('unlock')
    .description('give a user who has guessed too often a new budget of guesses')
    .argument('<upn>')
    .requiredOption('--reason <text>', 'why, for the audit log');
  runs(unlock, async (run) => {
    const [username = ''] = run.args;
    await run.server().call('unlockUser', {
      path: { username },
      body: { reason: run.must('reason') },
    });
    run.show({ username, unlocked: true }, () => `unlocked ${username}`);
  });

  const history = users
    .command('history')
    .description('who changed what on a user, when and from where, newest first')
    .argument('<upn>')
    .option('--limit <rows>', 'rows at most (1000)');
  runs(history, async (run) => {
    const [username = ''] = run.args;
    const rows = await rowsOf(run, 'userHistory', { path: { username } });
    run.show(rows, () =>
      table(
        ['WHEN', 'WHO', 'FROM', 'WHAT'],
        rows.map((row) => [
          localTime(row.at),
          row.actor,
          `${row.channel} ${row.address}`.trim(),
          whatOf(row),
        ]),
      ),
    );
  });

  const reset = users
    .command('reset-registration')
    .description('take away phones, devices and software tokens: the user registers anew')
    .argument('<upn>');
  runs(reset, async (run) => {
    const [username = ''] = run.args;
    await run.server().call('resetRegistration', { path: { username } });
    run.show({ username, reset: true }, () => `${username} must register anew`);
  });

  const test = users
    .command('test')
    .description('ask a user as a login would, for the application "Test"; exit code 0 if approved')
    .argument('<upn>');
  runs(test, async (run) => {
    const [username = ''] = run.args;
    return await followTest(run, username, () =>
      run.server().call('testUser', { path: { username } }),
    );
  });

  addPins(users);
  addUserImports(users);
  addPrivacy(users);

  const remove = users
    .command('remove')
    .description('remove a user with all devices and tokens')
    .argument('<upn>');
  runs(remove, async (run) => {
    const [username = ''] = run.args;
    await run.server().call('removeUser', { path: { username } });
    run.show({ username, removed: true }, () => `removed ${username}`);
  });
};

/** `group: Sales → IT`, or what happened where no field was changed. */
const whatOf = ({ summary, changes }: Row<'userHistory'>): string =>
  changes.length === 0
    ? summary
    : changes
        .map(({ field, before, after }) =>
          after === undefined ? `${field} changed` : `${field}: ${before || '–'} → ${after || '–'}`,
        )
        .join('; ');
