import { readFile } from 'node:fs/promises';
import { Option, type Command } from 'commander';
import type { Body, Query, Reply } from '../client/index.ts';
import { rowsOf, runs, type Run } from './command.ts';
import { CommandFault } from './fault.ts';
import { localTime, say, table } from './output.ts';
import { progress } from './progress.ts';

type ImportReply = Reply<'getImport'>;

const waitSeconds = 20;
/** Lines that failed and are shown; all of them are in the file of errors. */
const shownFaults = 20;

const readable = async (file: string): Promise<Buffer> => {
  try {
    return await readFile(file);
  } catch (cause) {
    throw Object.assign(new CommandFault(`${file} cannot be read`), { cause });
  }
};

/** Follows an import to its end. */
const follow = async (run: Run, importId: string): Promise<ImportReply> => {
  const bar = progress('tokens', run.json);
  let since: number | undefined;
  for (;;) {
    const query = { wait: waitSeconds, since };
    const now = await run.server().call('getImport', { path: { id: importId }, query });
    bar.show(now.done, now.rows);
    if (now.state === 'finished') {
      bar.end();
      return now;
    }
    since = now.done;
  }
};

const showFaults = async (run: Run, { importId, failed, warned }: ImportReply): Promise<void> => {
  if (run.json || failed + warned === 0) return;
  const chunks: Uint8Array[] = [];
  for await (const chunk of run.server().file('importErrors', { path: { id: importId } }))
    chunks.push(chunk);
  const lines = Buffer.concat(chunks)
    .toString()
    .split('\r\n')
    .slice(0, shownFaults + 1);
  for (const line of lines) if (line !== '') say(line);
};

/** Hardware tokens: import, list, loss. */
export const addStock = (oath: Command): void => {
  const importing = oath
    .command('import')
    .description('import hardware tokens from a CSV or PSKC file')
    .argument('<file>')
    .option('--password-file <file>', 'password of an encrypted PSKC file');
  runs(importing, async (run) => {
    const [file = ''] = run.args;
    const bytes = await readable(file);
    const passwordFile = run.text('passwordFile');
    const isXml = /^(\uFEFF)?\s*</.test(bytes.subarray(0, 64).toString());
    const body: Body<'importTokens'> =
      passwordFile === undefined
        ? {
            contentType: isXml ? 'application/pskc+xml' : 'text/csv',
            bytes: new Uint8Array(bytes),
          }
        : {
            contentType: 'application/json',
            bytes: new TextEncoder().encode(
              JSON.stringify({
                password: (await readable(passwordFile)).toString().replace(/\r?\n$/, ''),
                pskc: bytes.toString(),
              }),
            ),
          };
    const { importId } = await run.server().call('importTokens', { body });
    const done = await follow(run, importId);
    await showFaults(run, done);
    for (const warning of run.json ? [] : done.warnings) say(warning);
    run.show(done, () => `${done.added} tokens imported, ${done.failed} failed`);
    return done.failed === 0 ? 0 : 1;
  });

  const list = oath
    .command('list')
    .description('list hardware tokens and who has them')
    .option('--text <part>', 'part of the serial number')
    .addOption(
      new Option('--state <state>', 'only these').choices([
        'imported',
        'assigned',
        'active',
        'disabled',
        'lost',
      ]),
    )
    .option('--limit <rows>', 'rows at most (1000)');
  runs(list, async (run) => {
    const query: Query<'listTokens'> = { text: run.text('text'), state: run.word('state') };
    const rows = await rowsOf(run, 'listTokens', { query });
    run.show(rows, () =>
      table(
        ['SERIAL', 'STATE', 'USER', 'KIND', 'DIGITS', 'SECONDS', 'MODEL', 'IMPORTED'],
        rows.map((token) => [
          token.serial,
          token.state,
          token.username ?? '',
          token.weak ? `${token.kind} (weak)` : token.kind,
          String(token.digits),
          token.kind === 'totp' ? String(token.periodSeconds) : '',
          `${token.manufacturer} ${token.model}`.trim(),
          localTime(token.importedAt),
        ]),
      ),
    );
  });

  const lost = oath
    .command('lost')
    .description('report a hardware token lost: nobody uses it again')
    .argument('<serial>')
    .requiredOption('--reason <text>', 'what happened');
  runs(lost, async (run) => {
    const [serial = ''] = run.args;
    await run.server().call('loseToken', {
      path: { serial },
      body: { reason: run.must('reason') },
    });
    run.show({ serial, lost: true }, () => `token ${serial} is lost`);
  });
};
