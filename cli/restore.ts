import type { Command } from 'commander';
import type { Restored } from './backup/restore.ts';
import { steps } from './folder/steps.ts';
import { runs } from './command.ts';
import { UsageFault } from './fault.ts';
import { localTime } from './output.ts';

const said = ({ backup, madeAt, data, position, leftOut, lost, restorationId, erased }: Restored) =>
  [
    `${data} has the first ${position} events of ${backup}, of ${localTime(madeAt)}`,
    ...(leftOut === 0 ? [] : [`${leftOut} events of the backup were left out`]),
    lost === 0
      ? 'no signed event is known to be lost'
      : `${lost} events that were signed, ${position + 1} to ${position + lost}, are lost`,
    `"audit verify" says so from now on, and answers 3 (restoration ${restorationId})`,
    ...(erased === 0 ? [] : [`${erased} people who were erased after the backup stay erased`]),
    `next: countersign serve --data ${data}`,
  ].join('\n');

const several = (value: string, earlier?: readonly string[]): readonly string[] => [
  ...(earlier ?? []),
  value,
];

/** `countersign restore`: makes a new data folder, beside any server. */
export const addRestore = (program: Command): void => {
  const restore = program
    .command('restore')
    .description('make a new data folder from a backup')
    .option('--from <backup>', 'a backup, or a folder of backups: the newest of it')
    .option('--until <moment>', 'a position, or a time as in 2026-11-22T10:00; all where absent')
    .option(
      '--anchors <file>',
      'checkpoints that were anchored elsewhere, to tell what is lost',
      several,
    )
    .option('--new-ledger-key', 'the key of the ledger is lost, or this is a rehearsal');
  runs(restore, async (run) => {
    const from = run.text('from');
    if (from === undefined) throw new UsageFault('name the backup by --from');
    const { restoreBackup } = await import('./backup/restore.ts');
    const { step, end } = steps(run.json);
    const restored = await restoreBackup({
      from,
      data: run.data,
      until: run.text('until'),
      anchors: run.texts('anchors'),
      newLedgerKey: run.flag('newLedgerKey'),
      step,
    }).finally(end);
    run.show(restored, () => said(restored));
  });
};
