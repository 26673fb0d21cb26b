import type { Command } from 'commander';
import { runs, type Run } from './command.ts';

/** What a person may ask of whoever keeps data about them. */
export const addPrivacy = (users: Command): void => {
  const exporting = users
    .command('export-personal')
    .description('print everything on record about a user as JSON, also of a removed one')
    .argument('<upn>');
  runs(exporting, async (run) => {
    const [username = ''] = run.args;
    const data = await run.server().call('exportPerson', { body: { username } });
    run.show(data, () => JSON.stringify(data, null, 2));
  });

  const withReason = (
    name: string,
    description: string,
    act: (run: Run, body: { username: string; reason: string }) => Promise<void>,
  ): void => {
    const command = users
      .command(name)
      .description(description)
      .argument('<upn>')
      .requiredOption('--reason <text>', 'why, for the audit log; it must not name the user');
    runs(command, async (run) => {
      const [username = ''] = run.args;
      await act(run, { username, reason: run.must('reason') });
    });
  };

  withReason(
    'erase',
    'remove a user and make everything personal on record unreadable for good',
    async (run, body) => {
      const { userIds } = await run.server().call('erasePerson', { body });
      run.show({ userIds }, () => `erased ${userIds.join(', ')}`);
    },
  );
  withReason('hold', 'keep the records of a user from being erased', async (run, body) => {
    await run.server().call('setLegalHold', { body });
    run.show({ username: body.username, held: true }, () => `${body.username} cannot be erased`);
  });
  withReason('release', 'let the records of a user be erased again', async (run, body) => {
    await run.server().call('endLegalHold', { body });
    run.show({ username: body.username, held: false }, () => `${body.username} can be erased`);
  });
};
