import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { CallRefused, Unreachable } from '../client/index.ts';
import { layoutOf } from '../runtime/dataFolder.ts';
import { steps } from './folder/steps.ts';
import { runs, type Run } from './command.ts';
import { CommandFault, UsageFault } from './fault.ts';
import { localTime, table } from './output.ts';

/* The work is brought in when it is wanted, so that other commands start fast. */
const orders = () => import('./backup/orders.ts');

/** Has a running server sign all that is on record, so that the backup ends with it; without one, its last stop has. */
const signFirst = async (run: Run): Promise<void> => {
  if (!existsSync(layoutOf(resolve(run.data)).endpoints)) return;
  try {
    await run.server().call('signCheckpoint');
  } catch (error) {
    // It was killed, or another process keeps the ledger: the backup is as good, its last events are unsigned.
    if (![CommandFault, CallRefused, Unreachable].some((kind) => error instanceof kind))
      throw error;
  }
};

const make = async (run: Run): Promise<number> => {
  const to = run.text('to');
  if (to === undefined) throw new UsageFault('name the folder of the backups by --to');
  const { step, end } = steps(run.json);
  const { takeBackup } = await orders();
  const order = { data: run.data, to, step, signFirst: async () => await signFirst(run) };
  const taken = await takeBackup(order).finally(end);
  const { path, position, sizeBytes, durationMs, log, scrubbed } = taken;
  run.show(taken, () =>
    [
      `${path}: ${position} events, ${sizeBytes} bytes, in ${(durationMs / 1_000).toFixed(1)} s`,
      log.fault === undefined
        ? `intact: ${log.signedSize} of ${position} events are under signed checkpoints`
        : `BROKEN: ${log.fault}`,
      ...scrubbed.map(
        ({ name, keys }) => `${keys} keys that were destroyed since are out of ${name}`,
      ),
      `It holds none of the keys in ${resolve(run.data)}-keys: keep a copy of that folder in another place.`,
      'Without its master.key nothing that is sealed in a backup can be read again.',
    ].join('\n'),
  );
  return log.fault === undefined ? 0 : 1;
};

const list = async (run: Run): Promise<void> => {
  const { listBackups } = await orders();
  const rows = listBackups(run.args[0] ?? '');
  run.show(rows, () =>
    table(
      ['BACKUP', 'MADE', 'EVENTS', 'BYTES', 'STATE'],
      rows.map(({ name, madeAt, position, sizeBytes, isWhole }) => [
        name,
        localTime(madeAt),
        String(position ?? ''),
        String(sizeBytes ?? ''),
        isWhole ? 'whole' : 'not finished',
      ]),
    ),
  );
};

const check = async (run: Run): Promise<number> => {
  const { checkHere } = await orders();
  const { step, end } = steps(run.json);
  const found = (() => {
    try {
      return checkHere(run.data, run.args[0] ?? '', step);
    } finally {
      end();
    }
  })();
  const { ok, name, madeAt, position, signedSize, faults, destroyedKeys } = found;
  run.show(found, () =>
    [
      ok
        ? `intact: ${name} of ${localTime(madeAt)}, ${position} events, ${signedSize} of them signed`
        : `BROKEN: ${faults.join('; ')}`,
      ...(ok && destroyedKeys === undefined
        ? [`there is no data folder ${run.data}: who wrote the manifest was not looked at`]
        : []),
      ...(destroyedKeys !== undefined && destroyedKeys > 0
        ? [`it holds ${destroyedKeys} keys that were destroyed since: see "backup scrub"`]
        : []),
    ].join('\n'),
  );
  return ok ? 0 : 1;
};

const scrub = async (run: Run): Promise<void> => {
  const { scrubHere } = await orders();
  const scrubbed = await scrubHere(run.data, run.args[0] ?? '');
  const rows = scrubbed.map(({ name, keys }) => [name, String(keys)]);
  run.show(scrubbed, () =>
    rows.length === 0
      ? 'no backup holds a key that was destroyed since'
      : table(['BACKUP', 'KEYS'], rows),
  );
};

/** `countersign backup` works on the folders themselves, with the rights of whoever calls it: no server writes files where a caller says. */
export const addBackup = (program: Command): void => {
  const backup = program
    .command('backup')
    .description('copy log, keys of the data, ledger and settings, while the server runs or not')
    .option('--to <folder>', 'folder of the backups; each gets a folder of its own in it')
    .enablePositionalOptions();
  runs(backup, make);
  const below = (name: string, description: string, argument: string): Command =>
    backup.command(name).description(description).argument(argument);
  runs(below('list', 'list the backups in a folder', '<folder>'), list);
  runs(
    below('check', 'read a backup through: is it whole, and the log in it as signed', '<backup>'),
    check,
  );
  runs(
    below(
      'scrub',
      'take keys that were destroyed since out of the backups in a folder',
      '<folder>',
    ),
    scrub,
  );
};
