import { z } from 'zod';
import type { Facade, RebuildReport } from '../facade.ts';
import { Problem } from './problem.ts';
import { lineRoute, type Operation } from './route.ts';

/** Progress in between is dropped: a line for each event would cost more than the event. */
const progressEveryMs = 200;

const progressLine = z.object({ done: z.int(), total: z.int() });
const reportLine = z.object({
  report: z.object({
    position: z.int(),
    events: z.int(),
    tables: z.array(z.object({ name: z.string(), rows: z.int(), equal: z.boolean() })).readonly(),
  }),
});
export type RebuildLine = z.output<typeof progressLine> | z.output<typeof reportLine>;

type Progress = { readonly done: number; readonly total: number };

/** Turns a callback into lines: the newest progress every so often, and then the report. */
async function* rebuildLines(
  rebuild: (onProgress: (done: number, total: number) => void) => Promise<RebuildReport>,
): AsyncGenerator<Progress | { report: RebuildReport }> {
  let progress: Progress | undefined;
  const rebuilt = rebuild((done, total) => {
    progress = { done, total };
  });
  for (;;) {
    let timer: NodeJS.Timeout | undefined;
    const tick = new Promise<undefined>((resolve) => {
      timer = setTimeout(resolve, progressEveryMs, undefined);
    });
    const report = await Promise.race([rebuilt, tick]).finally(() => clearTimeout(timer));
    if (progress) yield progress;
    progress = undefined;
    if (report) {
      yield { report };
      return;
    }
  }
}

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
          yield* rebuildLines(async (onProgress) => {
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
