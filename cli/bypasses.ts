import type { Command } from 'commander';
import type { Row } from '../client/index.ts';
import { rowsOf, runs } from './command.ts';
import { UsageFault } from './fault.ts';
import { localTime, table } from './output.ts';

const stateOf = ({ ended, endedAt, until }: Row<'listBypasses'>, nowMs: number): string => {
  if (ended !== undefined) return `${ended} ${localTime(endedAt)}`;
  return Date.parse(until) > nowMs ? `open until ${localTime(until)}` : 'expired';
};

/** `countersign bypass …`: the next login without a second factor, once. */
export const addBypasses = (program: Command): void => {
  const bypass = program
    .command('bypass')
    .description('let the next login of a user in without a second factor, once')
    .argument('[upn]')
    // Options behind `list` and `revoke` are theirs.
    .enablePositionalOptions()
    .option('--reason <text>', 'why; stands in the audit log')
    .option('--seconds <number>', 'how long it waits; the company setting (300) where absent');
  runs(bypass, async (run) => {
    const [user] = run.args;
    const reason = run.text('reason');
    if (user === undefined || reason === undefined)
      throw new UsageFault('give a user and a --reason, or say list or revoke');
    const seconds = run.text('seconds');
    const made = await run.server().call('createBypass', {
      body: { user, reason, ...(seconds === undefined ? {} : { seconds: Number(seconds) }) },
    });
    run.show({ user, ...made }, () => `${user} may log in once until ${localTime(made.until)}`);
  });

  const list = bypass
    .command('list')
    .description('list bypasses and what became of them, newest first')
    .option('--user <upn>', 'of one user')
    .option('--open', 'only those that still wait for their login')
    .option('--limit <rows>', 'rows at most (1000)');
  runs(list, async (run) => {
    const filter = { username: run.text('user'), open: run.flag('open') ? true : undefined };
    const rows = await rowsOf(run, 'listBypasses', { query: filter });
    const nowMs = Date.now();
    run.show(rows, () =>
      table(
        ['MADE', 'USER', 'STATE', 'REASON', 'REQUEST'],
        rows.map((row) => [
          localTime(row.createdAt),
          row.username,
          stateOf(row, nowMs),
          row.reason,
          row.requestId ?? '',
        ]),
      ),
    );
  });

  const revoke = bypass
    .command('revoke')
    .description('end the open bypass of a user')
    .argument('<upn>');
  runs(revoke, async (run) => {
    const [username = ''] = run.args;
    await run.server().call('revokeBypass', { path: { username } });
    run.show({ username, revoked: true }, () => `${username} must be verified again`);
  });
};
