import type { Effect } from '../domain/effects.ts';
import type { ImportCounts } from '../domain/events/imports.ts';
import type { ImportFault } from '../domain/imports.ts';
import { tokenRowsUpload, type TokenRow } from '../domain/tokenFile.ts';
import type { Aggregates } from './aggregates.ts';
import { importPages } from './importPages.ts';
import type { Ports } from './ports.ts';
import { tokenRowImporter, type TokenResult } from './tokenRows.ts';

/** Imports of hardware tokens, page by page; what is done is on record, so that a repeated page changes nothing. */
export const createTokenImports = (ports: Ports, aggregates: Aggregates) => {
  const pages = importPages(ports);
  const importRow = tokenRowImporter(ports, aggregates);

  return {
    /** @returns what must happen elsewhere because of the rows of this page */
    async importTokenPage({
      importId,
      page,
    }: {
      importId: string;
      page: number;
    }): Promise<{ effects: readonly Effect[]; lost: boolean }> {
      return await pages.workOff<TokenRow, TokenResult>(
        { importId, page, rowsUpload: tokenRowsUpload(importId) },
        { each: (row, { origin }) => importRow(row, importId, origin), faultOf, countsOf },
      );
    },

    /** Seeds leave the disk as soon as nobody needs them. */
    async forgetTokenRows({ importId }: { importId: string }): Promise<void> {
      await ports.uploads.remove(tokenRowsUpload(importId));
    },
  };
};

const faultOf = (row: TokenRow, { outcome, reason }: TokenResult): ImportFault | undefined => {
  if (reason === undefined) return undefined;
  const serial = 'token' in row ? row.token.serial : row.serial;
  const kind = outcome === 'failed' ? '' : 'warning: ';
  return { line: row.line, cells: [serial], reason: `${kind}${reason}` };
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
