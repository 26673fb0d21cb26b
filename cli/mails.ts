import type { Command } from 'commander';
import type { Client, Query, Row } from '../client/index.ts';
import { rowsOf, runs } from './command.ts';
import { localTime, table } from './output.ts';

const lookEveryMs = 250;
/** One try ends within half a minute. */
const maxLooks = 180;

/** Looks at a mail until its try has ended. The list shows it a moment after it was ordered. */
const ended = async (server: Client, mailId: string): Promise<Row<'listMails'> | undefined> => {
  for (let looks = 0; looks < maxLooks; looks += 1) {
    const { items } = await server.call('listMails');
    const mail = items.find((item) => item.mailId === mailId);
    if (mail !== undefined && mail.state !== 'queued') return mail;
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
  return undefined;
};

export const addMails = (program: Command): void => {
  const mails = program.command('mails').description('mails to users and administrators');
  const list = mails
    .command('list')
    .description('list mails, newest first')
    .option('--state <state>', 'queued, sent, failed or skipped')
    .option('--limit <rows>', 'rows at most (1000)');
  runs(list, async (run) => {
    const query: Query<'listMails'> = { state: run.word('state') };
    const rows = await rowsOf(run, 'listMails', { query });
    run.show(rows, () =>
      table(
        ['TIME', 'STATE', 'OCCASION', 'TO', 'USER', 'REASON', 'ID'],
        rows.map((row) => [
          localTime(row.changedAt),
          row.state,
          row.occasion,
          row.to,
          row.username,
          row.reason ?? '',
          row.mailId,
        ]),
      ),
    );
  });

  const retry = mails
    .command('retry')
    .description('try a mail that failed for another day')
    .argument('<mail-id>');
  runs(retry, async (run) => {
    const [mailId = ''] = run.args;
    await run.server().call('retryMail', { path: { mailId } });
    run.show({ mailId, retried: true }, () => `${mailId} is tried again`);
  });

  const test = mails
    .command('test')
    .description('send a test message and wait for its end; exit code 1 where it was not sent')
    .argument('<address>');
  runs(test, async (run) => {
    const [to = ''] = run.args;
    const server = run.server();
    const { mailId } = await server.call('testMail', { body: { to } });
    const mail = await ended(server, mailId);
    const { state = 'queued', reason } = mail ?? {};
    run.show(mail ?? { mailId, state }, () =>
      state === 'sent' ? `sent to ${to}` : `not sent (${reason ?? 'no answer yet'})`,
    );
    return state === 'sent' ? 0 : 1;
  });
};
