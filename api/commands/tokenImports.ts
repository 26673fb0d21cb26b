import { Rejected } from '../../domain/errors.ts';
import { importStream } from '../../domain/ids.ts';
import {
  headerPart,
  importPageRows,
  manifestPart,
  rowsPart,
  uploadPlace,
  type ImportManifest,
} from '../../domain/imports.ts';
import {
  tokenFaultColumns,
  tokenRowsUpload,
  withoutDoubles,
  type TokenRow,
} from '../../domain/tokenFile.ts';
import type { TokenCommands, TokenFile } from '../facade/tokens.ts';
import { readTokenCsv } from '../tokenFiles/csv.ts';
import type { TokenFileContent } from '../tokenFiles/fields.ts';
import { readPskc } from '../tokenFiles/pskc.ts';
import { originOf, type CommandContext } from './context.ts';
import { hasBegun } from './imports.ts';

/** Progress is to be seen this soon after a start; later it comes all the same. */
const startedWithinMs = 5_000;

/** Files of hardware tokens: their lines are put on disk, sealed, and a workflow works them off. */
export const tokenImportCommands = (
  context: CommandContext,
): Pick<TokenCommands, 'importTokens'> => {
  const { secrets, uploads, engine, queries, newId, decodeBase32, encodeBase32 } = context;

  const write = async (uploadId: string, part: string, values: readonly unknown[]) => {
    const place = uploadPlace(uploadId, part);
    const lines = values.map((value) => secrets.seal(place, JSON.stringify(value)));
    await uploads.write(uploadId, part, await Promise.all(lines));
  };

  const read = async ({ format, bytes, password }: TokenFile): Promise<TokenFileContent> =>
    format === 'csv'
      ? await readTokenCsv(bytes, decodeBase32)
      : await readPskc(bytes, password, { decode: decodeBase32, encode: encodeBase32 });

  return {
    async importTokens(caller, file) {
      const { lines, warnings } = await read(file);
      if (lines.length === 0) throw new Rejected('invalid', 'there are no tokens in the file');
      const rows = withoutDoubles(lines).map((line): TokenRow => ({ ...line, tokenId: newId() }));
      const importId = newId();
      if (await hasBegun(context, importId)) return { importId };
      const pages = Math.ceil(rows.length / importPageRows);
      const manifest: ImportManifest = {
        kind: 'tokens',
        mode: 'add',
        dryRun: false,
        rows: rows.length,
        pages,
        warnings,
        columns: [],
        defaults: {},
        defaultCountryCode: '',
        origin: await originOf(context, caller, importId),
      };
      try {
        for (let page = 0; page < pages; page += 1) {
          const from = page * importPageRows;
          const part = rows.slice(from, from + importPageRows);
          await write(tokenRowsUpload(importId), rowsPart(page), part);
        }
        await write(importId, headerPart, [tokenFaultColumns]);
        await write(importId, manifestPart, [manifest]);
        await engine.start('tokenImport', importStream(importId), { importId });
      } catch (error) {
        await uploads.remove(tokenRowsUpload(importId));
        await uploads.remove(importId);
        throw error;
      }
      await queries.awaitImport(importId, -1, { waitMs: startedWithinMs });
      return { importId };
    },
  };
};
