import type { Command } from 'commander';
import { runs } from './command.ts';
import { CommandFault } from './fault.ts';
import { table } from './output.ts';

const barWidth = 40;

const draw = (done: number, total: number): void => {
  const part = total === 0 ? 1 : Math.min(1, done / total);
  const bar = '█'.repeat(Math.round(part * barWidth)).padEnd(barWidth, '░');
  process.stderr.write(`\r${bar} ${done} of ${total} events`);
};

/** `countersign rebuild-views`: exit code 1 if a view was not what the log says. */
export const addRebuild = (program: Command): void => {
  const rebuild = program
    .command('rebuild-views')
    .description('make all views anew from the log and compare them with the old ones');
  runs(rebuild, async (run) => {
    const live = process.stderr.isTTY && !run.json;
    for await (const line of run.server().lines('rebuildViews')) {
      if ('done' in line) {
        if (live) draw(line.done, line.total);
        continue;
      }
      if (live) process.stderr.write('\r\u001b[K');
      const { report } = line;
      run.show(report, () =>
        [
          table(
            ['VIEW', 'ROWS', 'COMPARED'],
            report.tables.map(({ name, rows, equal }) => [
              name,
              String(rows),
              equal ? 'equal' : 'DIFFERENT',
            ]),
          ),
          `${report.events} events up to position ${report.position}`,
        ].join('\n'),
      );
      return report.tables.every(({ equal }) => equal) ? 0 : 1;
    }
    throw new CommandFault(
      'the server went away before the views were done: start it and try again',
    );
  });
};
