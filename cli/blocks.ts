import { Option, type Command } from 'commander';
import { rowsOf, runs } from './command.ts';
import { localTime, table } from './output.ts';

export const addBlocks = (program: Command): void => {
  const block = program
    .command('block')
    .description('refuse every authentication of a user')
    .argument('<upn>')
    .requiredOption('--reason <text>', 'why; stands in the audit log')
    .option('--days <number>', 'how long; the company setting (90) where absent');
  runs(block, async (run) => {
    const [username = ''] = run.args;
    const days = run.text('days');
    const made = await run.server().call('blockUser', {
      body: {
        username,
        reason: run.must('reason'),
        ...(days === undefined ? {} : { days: Number(days) }),
      },
    });
    run.show({ username, ...made }, () => `blocked ${username} until ${localTime(made.until)}`);
  });

  const unblock = program
    .command('unblock')
    .description('end the block of a user')
    .argument('<upn>')
    .requiredOption('--reason <text>', 'why; stands in the audit log');
  runs(unblock, async (run) => {
    const [username = ''] = run.args;
    const body = { reason: run.must('reason') };
    await run.server().call('unblockUser', { path: { username }, body });
    run.show({ username, unblocked: true }, () => `unblocked ${username}`);
  });

  const blocks = program.command('blocks').description('blocks, past ones too');
  const list = blocks
    .command('list')
    .description('list blocks, newest first')
    .option('--user <upn>', 'of one user')
    .option('--open', 'only those that last')
    .option('--limit <rows>', 'rows at most (1000)');
  runs(list, async (run) => {
    const filter = { username: run.text('user'), open: run.flag('open') ? true : undefined };
    const rows = await rowsOf(run, 'listBlocks', { query: filter });
    run.show(rows, () =>
      table(
        ['BLOCKED', 'USER', 'UNTIL', 'ENDED', 'REASON'],
        rows.map((row) => [
          localTime(row.at),
          row.username,
          localTime(row.until),
          localTime(row.endedAt),
          row.reason,
        ]),
      ),
    );
  });

  const fraud = program.command('fraud').description('fraud reports');
  const review = fraud
    .command('review')
    .description('give the verdict on a fraud report')
    .argument('<request-id>')
    .addOption(
      new Option('--verdict <verdict>', 'whether it was fraud')
        .choices(['confirmed', 'dismissed'])
        .makeOptionMandatory(),
    )
    .option('--note <text>', 'what was found out')
    .option('--unblock', 'end the block that the report made');
  runs(review, async (run) => {
    const [requestId = ''] = run.args;
    const verdict = run.text('verdict') === 'confirmed' ? 'confirmed' : 'dismissed';
    await run.server().call('reviewFraud', {
      path: { requestId },
      body: { verdict, note: run.text('note'), unblock: run.flag('unblock') },
    });
    run.show({ requestId, verdict }, () => `${verdict} the fraud report of ${requestId}`);
  });
};
