import type { Command } from 'commander';
import type { Reply } from '../../client/index.ts';
import { runs, type Run } from '../command.ts';
import { CommandFault } from '../fault.ts';
import { details, localTime, table } from '../output.ts';
import { progress } from '../progress.ts';

const planText = ({ families, held, people, stopped }: Reply<'retentionPlan'>): string =>
  [
    table(
      ['FAMILY', 'KEPT', 'BEFORE', 'EVENTS', 'KEYS'],
      families.map(({ family, days, before, events, months }) => [
        family,
        `${days} days`,
        localTime(before),
        String(events),
        months.join(' '),
      ]),
    ),
    `${people} removed people, ${held} people on hold`,
    ...(stopped === undefined ? [] : [`nothing expires: ${stopped}`]),
  ].join('\n');

const statusText = ({ running, nextAt, last, lastFault }: Reply<'retentionStatus'>): string =>
  [
    details({
      'now running': running ? 'yes' : 'no',
      'next run': localTime(nextAt),
      'last run': last ? localTime(last.at) : 'none since the start',
      'last fault': lastFault,
    }),
    ...(last ? [planText(last.plan)] : []),
  ].join('\n');

const apply = async (run: Run): Promise<void> => {
  const bar = progress('events', run.json);
  for await (const line of run.server().lines('applyRetention')) {
    if ('done' in line) {
      bar.show(line.done, line.total);
      continue;
    }
    bar.end();
    run.show(line.report, () => planText(line.report));
    return;
  }
  throw new CommandFault('the server went away before it was done: start it and try again');
};

/** `countersign audit retention`: what is older than policy keeps it. */
export const addRetention = (audit: Command): void => {
  const retention = audit
    .command('retention')
    .description('remove what is older than the settings retention…Days keep it; runs daily too')
    .option('--dry-run', 'only say what would go');
  // Options behind `status` are its own.
  retention.enablePositionalOptions();
  runs(retention, async (run) => {
    if (!run.flag('dryRun')) return apply(run);
    const plan = await run.server().call('retentionPlan');
    run.show(plan, () => planText(plan));
  });
  const status = retention.command('status').description('show the last run and the next one');
  runs(status, async (run) => {
    const reply = await run.server().call('retentionStatus');
    run.show(reply, () => statusText(reply));
  });
};
