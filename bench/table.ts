import type { Outcome, Target } from './measure.ts';
import { rounded } from './statistics.ts';

const columns = ['measure', 'unit', 'ours', 'bare', 'ratio', 'target', 'ok'] as const;
/** Texts stand on the left, figures on the right. */
const onTheLeft: ReadonlySet<string> = new Set(['measure', 'unit', 'ok']);

const targetText = (target: Target): string => {
  const bound = 'least' in target ? `≥ ${target.least}` : `≤ ${target.most}`;
  return target.of === 'ratio' ? bound : `ours ${bound}`;
};

const cells = ({ measure, unit, ours, bare, ratio, target, ok }: Outcome): readonly string[] => [
  measure,
  unit,
  String(rounded(ours)),
  String(rounded(bare)),
  ratio.toFixed(2),
  targetText(target),
  ok ? 'yes' : 'NO',
];

/** The outcomes as lines of text, one a measure, under a line of headings. */
export const table = (outcomes: readonly Outcome[]): string => {
  const rows = [[...columns], ...outcomes.map(cells)];
  const widths = columns.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) =>
        onTheLeft.has(columns[column]!)
          ? cell.padEnd(widths[column]!)
          : cell.padStart(widths[column]!),
      )
      .join('  ')
      .trimEnd();
  return rows.map(line).join('\n');
};
