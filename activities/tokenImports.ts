import { heartbeat } from '@temporalio/activity';
import type { Effect } from '../domain/effects.ts';
import type { ImportCounts } from '../domain/events/imports.ts';
import { importStream } from '../domain/ids.ts';
import {
  addCounts,
  evolveImport,
  faultsPart,
  manifestPart,
  noImport,
  rowsPart,
  uploadPlace,
  type ImportFault,
  type ImportManifest,
  type ImportState,
} from '../domain/imports.ts';
import { tokenRowsUpload, type TokenRow } from '../domain/tokenFile.ts';
import type { Aggregates } from './aggregates.ts';
import { record } from './facts.ts';
import { readWhole } from './foldCache.ts';
import type { Ports } from './ports.ts';
import { tokenRowImporter, type TokenResult } from './tokenRows.ts';

/** Rows that are under way together: their commits share the disk's time. */
const rowsTogether = 50;

/** Imports of hardware tokens, page by page; what is done is on record, so that a repeated page changes nothing. */
export const createTokenImports = (ports: Ports, aggregates: Aggregates) => {
  const { uploads, secrets } = ports;
  const importRow = tokenRowImporter(ports, aggregates);

  /** @returns undefined where the upload is gone */
  const read = async <T>(uploadId: string, part: string): Promise<readonly T[] | undefined> => {
    const lines = await uploads.read(uploadId, part);
    const texts = lines?.map((line) => secrets.open(uploadPlace(uploadId, part), line));
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- sealed by us, so it is what we wrote
    return texts && (await Promise.all(texts)).map((text) => JSON.parse(text ?? '') as T);
  };

  const stateOf = async (importId: string): Promise<ImportState> => {
    const events = await readWhole(ports.events, importStream(importId));
    return events.reduce<ImportState>(evolveImport, noImport);
  };

  const writeFaults = async (importId: string, page: number, faults: readonly ImportFault[]) => {
    const part = faultsPart(page);
    const place = uploadPlace(importId, part);
    const lines = faults.map((fault) => secrets.seal(place, JSON.stringify(fault)));
    await uploads.write(importId, part, await Promise.all(lines));
  };

  return {
    /** @returns what must happen elsewhere because of the rows of this page */
    async importTokenPage({
      importId,
      page,
    }: {
      importId: string;
      page: number;
    }): Promise<{ effects: readonly Effect[]; lost: boolean }> {
      const before = await stateOf(importId);
      const manifest = (await read<ImportManifest>(importId, manifestPart))?.[0];
      const rows = await read<TokenRow>(tokenRowsUpload(importId), rowsPart(page));
      if (manifest === undefined || rows === undefined) return { effects: [], lost: true };
      const { origin } = manifest;
      const results: TokenResult[] = [];
      for (let from = 0; from < rows.length; from += rowsTogether) {
        const together = rows.slice(from, from + rowsTogether);
        const done = together.map((row) => importRow(row, importId, origin));
        results.push(...(await Promise.all(done)));
        heartbeat(results.length);
      }
      const faults = results.flatMap((result, index) => faultOf(rows[index]!, result));
      if (faults.length > 0) await writeFaults(importId, page, faults);
      // A step that is repeated after its commit finds the page counted.
      if (before.pages === page) {
        const data = addCounts(before.counts, countsOf(results));
        await record(ports, `page-${page}`, origin, [
          {
            stream: importStream(importId),
            expectedRevision: page,
            facts: [{ type: 'ImportProgressed', data }],
          },
        ]);
      }
      return { effects: results.flatMap(({ effects }) => effects), lost: false };
    },

    /** Seeds leave the disk as soon as nobody needs them. */
    async forgetTokenRows({ importId }: { importId: string }): Promise<void> {
      await uploads.remove(tokenRowsUpload(importId));
    },
  };
};

const faultOf = (row: TokenRow, { outcome, reason }: TokenResult): readonly ImportFault[] => {
  if (reason === undefined) return [];
  const serial = 'token' in row ? row.token.serial : row.serial;
  const kind = outcome === 'failed' ? '' : 'warning: ';
  return [{ line: row.line, cells: [serial], reason: `${kind}${reason}` }];
};

const countsOf = (results: readonly TokenResult[]): ImportCounts => {
  const added = results.filter(({ outcome }) => outcome === 'added');
  return {
    done: results.length,
    added: added.length,
    updated: 0,
    skipped: 0,
    failed: results.length - added.length,
    warned: added.filter(({ reason }) => reason !== undefined).length,
  };
};
