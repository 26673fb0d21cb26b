import {
  headerPart,
  importPageRows,
  manifestPart,
  rowsPart,
  uploadPlace,
  type ImportManifest,
  type ImportRow,
} from '../../domain/imports.ts';
import { readHeader } from '../../domain/userCsv.ts';
import { newId } from '../../adapters/ids.ts';
import type { Node } from './world.ts';

const columns = ['Username', 'First Name', 'User Group', 'Primary Phone', 'Enabled'];
const origin = { actor: { kind: 'administrator', id: 'local' }, channel: 'rest' } as const;

/** Puts rows where an import finds them, as the front door does. */
export const upload = async (
  { secrets, uploads }: Node,
  rows: readonly (readonly string[])[],
  about: Partial<ImportManifest> = {},
): Promise<string> => {
  const importId = newId();
  const write = async (part: string, values: readonly unknown[]) => {
    const place = uploadPlace(importId, part);
    const lines = values.map((value) => secrets.seal(place, JSON.stringify(value)));
    await uploads.write(importId, part, await Promise.all(lines));
  };
  const waiting = rows.map((cells, index): ImportRow => ({
    line: index + 2,
    userId: newId(),
    objectId: `object-${index}`,
    cells,
  }));
  const pages = Math.ceil(rows.length / importPageRows);
  for (let page = 0; page < pages; page += 1)
    await write(rowsPart(page), waiting.slice(page * importPageRows, (page + 1) * importPageRows));
  await write(headerPart, [columns]);
  const manifest: ImportManifest = {
    kind: 'users',
    mode: 'both',
    dryRun: false,
    warnings: [],
    rows: rows.length,
    pages,
    columns: [...readHeader(columns).header],
    defaults: {},
    defaultCountryCode: '43',
    origin: { ...origin, correlationId: importId },
    ...about,
  };
  await write(manifestPart, [manifest]);
  return importId;
};
