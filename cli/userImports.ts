import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Option, type Command } from 'commander';
import type { Query, Reply } from '../client/index.ts';
import { runs, type Run } from './command.ts';
import { CommandFault, UsageFault } from './fault.ts';
import { say } from './output.ts';
import { progress } from './progress.ts';
import { filterOf, settingsOf, userFieldsOf, withFilter, withUserFields } from './userFields.ts';

type ImportReply = Reply<'getImport'>;

const waitSeconds = 20;
/** Lines that failed and are shown; all of them are in the file of errors. */
const shownFaults = 20;

/** Follows an import to its end. */
const follow = async (run: Run, importId: string): Promise<ImportReply> => {
  const bar = progress('users', run.json);
  let since = -1;
  for (;;) {
    const now = await run.server().call('getImport', {
      path: { id: importId },
      query: { wait: waitSeconds, since: Math.max(0, since) },
    });
    bar.show(now.done, now.rows);
    if (now.state === 'finished') {
      bar.end();
      return now;
    }
    since = now.done;
  }
};

const countsOf = ({ added, updated, skipped, failed, warned, dryRun }: ImportReply): string =>
  [
    dryRun ? 'dry run, nothing changed: ' : '',
    `${added} added, ${updated} updated, ${skipped} skipped, ${failed} failed`,
    warned > 0 ? `, ${warned} with warnings` : '',
  ].join('');

const showFaults = async (run: Run, done: ImportReply): Promise<void> => {
  for (const warning of done.warnings) say(warning);
  if (run.json || done.failed + done.warned === 0) return;
  const chunks: Uint8Array[] = [];
  const faults = run.server().file('importErrors', { path: { id: done.importId } });
  for await (const chunk of faults) chunks.push(chunk);
  const lines = Buffer.concat(chunks)
    .toString()
    .split('\r\n')
    .slice(0, shownFaults + 1);
  for (const line of lines) if (line !== '') say(line);
  say(`all of them: countersign users import-errors ${done.importId}`);
};

const agreed = async (run: Run): Promise<boolean> => {
  if (run.flag('yes')) return true;
  if (run.json || !process.stdin.isTTY) return false;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question('go on? (yes/no) ')).trim());
  } finally {
    terminal.close();
  }
};

/** Tries, shows what would happen, asks, and does it. @returns the exit code: 1 where lines failed */
const tryAndDo = async (
  run: Run,
  begin: (dryRun: boolean) => Promise<{ importId: string }>,
): Promise<number> => {
  const tried = await follow(run, (await begin(true)).importId);
  if (!run.json) say(countsOf(tried));
  await showFaults(run, tried);
  if (!(await agreed(run))) {
    run.show(tried, () => 'nothing was changed: add --yes to do it');
    return 0;
  }
  const done = await follow(run, (await begin(false)).importId);
  run.show(done, () => countsOf(done));
  return done.failed === 0 ? 0 : 1;
};

const readable = async (file: string): Promise<Uint8Array<ArrayBuffer>> => {
  try {
    return new Uint8Array(await readFile(file));
  } catch (cause) {
    throw Object.assign(new CommandFault(`${file} cannot be read`), { cause });
  }
};

/** `countersign users import`, `export`, `edit` and what belongs to them. */
export const addUserImports = (users: Command): void => {
  const importing = withUserFields(
    users
      .command('import')
      .description('import users from a CSV file: first a dry run, then for real')
      .argument('<file>')
      .addOption(
        new Option('--mode <mode>', 'add only, update only, or both')
          .choices(['add', 'update', 'both'])
          .default('both'),
      )
      .option('--yes', 'go on after the dry run without asking'),
  );
  runs(importing, async (run) => {
    const [file = ''] = run.args;
    const bytes = await readable(file);
    const { phone: _p, backupPhone: _b, ...defaults } = userFieldsOf(run);
    return await tryAndDo(run, (dryRun) => {
      const query: Query<'importUsers'> = { mode: run.word('mode'), dryRun, ...defaults };
      const csv = { contentType: 'text/csv', bytes } as const;
      return run.server().call('importUsers', { query, body: csv });
    });
  });

  const errors = users
    .command('import-errors')
    .description('print the lines that an import could not take, as CSV')
    .argument('<import-id>');
  runs(errors, async (run) => {
    const [id = ''] = run.args;
    const chunks = run.server().file('importErrors', { path: { id } });
    for await (const chunk of chunks) process.stdout.write(chunk);
  });

  const exporting = withFilter(
    users
      .command('export')
      .description('export users as CSV')
      .option('--out <file>', 'file to write, in place of the standard output')
      .option('--unmasked', 'with whole phone numbers; goes on record'),
  );
  runs(exporting, async (run) => {
    const out = run.text('out');
    const query = { ...filterOf(run), ...(run.flag('unmasked') ? { unmasked: true } : {}) };
    const chunks = run.server().file('exportUsers', { query });
    if (out === undefined) {
      for await (const chunk of chunks) process.stdout.write(chunk);
      return;
    }
    await pipeline(Readable.from(chunks), createWriteStream(out, { mode: 0o600 }));
    run.show({ file: out }, () => `wrote ${out}`);
  });

  const editing = withFilter(
    users
      .command('edit')
      .description('make the same change on many users: first a dry run, then for real')
      .argument('[upn...]', 'users, where no filter chooses them')
      .requiredOption('--set <field=value...>', 'fields to set, as in group=Sales')
      .option('--all', 'all users, where there is no other filter')
      .option('--yes', 'go on after the dry run without asking'),
  );
  runs(editing, async (run) => {
    const changes = settingsOf(run.texts('set'));
    const filter = filterOf(run);
    const usernames = run.args;
    const isFiltered = Object.keys(filter).length > 0 || run.flag('all');
    if (isFiltered === usernames.length > 0)
      throw new UsageFault('name users, or choose them by a filter (--all for everybody)');
    const which = isFiltered ? { filter } : { usernames };
    return await tryAndDo(run, (dryRun) =>
      run.server().call('editUsers', { body: { ...which, changes, dryRun } }),
    );
  });
};
