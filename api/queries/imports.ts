import type { Uploads } from '../../adapters/uploads/port.ts';
import type { ImportRow as ImportTableRow, ViewsFeed } from '../../adapters/views/port.ts';
import { csvLine } from '../../domain/csv.ts';
import { parseStream } from '../../domain/ids.ts';
import {
  faultsPart,
  headerPart,
  importPageRows,
  uploadPlace,
  type ImportFault,
} from '../../domain/imports.ts';
import type { ImportView, UserQueries } from '../facade/users.ts';
import type { QueryContext } from './context.ts';
import type { WakeUps } from './wakeUps.ts';

const key = (importId: string): string => `import:${importId}`;

const viewOf = (row: ImportTableRow): ImportView => {
  const { actorKind: _k, actorId: _i, dryRun, warnings, finishedAt, ...rest } = row;
  return {
    ...rest,
    dryRun: dryRun === 1,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the projection writes this column
    warnings: JSON.parse(warnings) as readonly string[],
    ...(finishedAt === null ? {} : { finishedAt }),
  };
};

/** How far imports are, and what they could not take. */
export const importQueries = (
  { reader, secrets }: QueryContext,
  runner: ViewsFeed,
  wakeUps: WakeUps,
  uploads: Pick<Uploads, 'read'>,
): Pick<UserQueries, 'awaitImport' | 'importFaults'> => {
  runner.onApplied((events) => {
    if (wakeUps.isIdle()) return;
    for (const { stream } of events) {
      const { category, id } = parseStream(stream);
      if (category === 'import') wakeUps.wake(key(id));
    }
  });

  const find = (importId: string): Promise<ImportTableRow | undefined> =>
    reader.selectFrom('imports').selectAll().where('importId', '=', importId).executeTakeFirst();

  const read = async <T>(importId: string, part: string): Promise<readonly T[] | undefined> => {
    const lines = await uploads.read(importId, part);
    const place = uploadPlace(importId, part);
    const texts = lines && (await Promise.all(lines.map((line) => secrets.open(place, line))));
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- sealed by us, so it is what we wrote
    return texts?.flatMap((text) => (text === undefined ? [] : [JSON.parse(text) as T]));
  };

  async function* faultLines(importId: string, header: readonly string[], pages: number) {
    yield csvLine(['Line', 'Reason', ...header]);
    for (let page = 0; page < pages; page += 1) {
      const faults = (await read<ImportFault>(importId, faultsPart(page))) ?? [];
      if (faults.length > 0)
        yield faults
          .map(({ line, reason, cells }) => csvLine([String(line), reason, ...cells]))
          .join('');
    }
  }

  return {
    async awaitImport(importId, sinceDone, waiting) {
      const news = async () => {
        const row = await find(importId);
        return row && (row.done > sinceDone || row.state === 'finished') ? row : undefined;
      };
      const row = (await wakeUps.until(key(importId), news, waiting)) ?? (await find(importId));
      return row && viewOf(row);
    },
    async importFaults(importId) {
      const row = await find(importId);
      const header = row && (await read<readonly string[]>(importId, headerPart))?.[0];
      return header && faultLines(importId, header, Math.ceil(row.rows / importPageRows));
    },
  };
};
