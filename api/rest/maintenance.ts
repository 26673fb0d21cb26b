import { z } from 'zod';
import type { Facade } from '../facade.ts';
import { Problem } from './problem.ts';
import { progressLines } from './progressLines.ts';
import { lineRoute, type Operation } from './route.ts';

const progressLine = z.object({ done: z.int(), total: z.int() });
const reportLine = z.object({
  report: z.object({
    position: z.int(),
    events: z.int(),
    tables: z.array(z.object({ name: z.string(), rows: z.int(), equal: z.boolean() })).readonly(),
  }),
});
export type RebuildLine = z.output<typeof progressLine> | z.output<typeof reportLine>;

export const maintenance = ({ commands, auditing }: Facade): readonly Operation[] => {
  let busy = false;
  return [
    lineRoute({
      method: 'post',
      path: '/maintenance/rebuild-views',
      id: 'rebuildViews',
      summary: 'Make all views anew from the log; answers progress lines and then the report',
      tag: 'maintenance',
      scope: 'settings.write',
      line: z.union([reportLine, progressLine]),
      async *run({ caller }) {
        if (busy) throw new Problem(409, 'CONFLICT', 'The views are being rebuilt already.');
        busy = true;
        try {
          yield* progressLines(async (onProgress) => {
            const report = await commands.rebuildViews(caller, onProgress);
            await auditing?.rebuilt(caller, report);
            return report;
          });
        } finally {
          busy = false;
        }
      },
    }),
  ];
};
