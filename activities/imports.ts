import type { Effect } from '../domain/effects.ts';
import type { ImportCounts } from '../domain/events/imports.ts';
import { exportStream } from '../domain/ids.ts';
import type { ImportFault, ImportRow } from '../domain/imports.ts';
import type { Origin } from '../domain/inputs.ts';
import { systemActor } from '../domain/inputs.ts';
import type { Aggregates } from './aggregates.ts';
import type { UserChanger } from './changes.ts';
import { record } from './facts.ts';
import { importPages } from './importPages.ts';
import { createRowImporter, type RowResult } from './importRow.ts';
import type { Ports } from './ports.ts';

/** Imports of many people, page by page; what is done is on record, so that a repeated page changes nothing. */
export const createImports = (ports: Ports, aggregates: Aggregates, changeUser: UserChanger) => {
  const { append, manifestOf, stateOf, workOff } = importPages(ports);
  const importRow = createRowImporter(ports, aggregates, changeUser);

  return {
    /** @returns where to go on; no pages where the upload is gone */
    async beginImport({
      importId,
    }: {
      importId: string;
    }): Promise<{ page: number; pages: number }> {
      const { status, pages: page } = await stateOf(importId);
      const manifest = await manifestOf(importId);
      if (manifest === undefined || status === 'finished') return { page, pages: page };
      const { kind, mode, dryRun, rows, pages, warnings, origin } = manifest;
      const data = { kind, mode, dryRun, rows, pages, warnings };
      if (status === 'none')
        await append(importId, -1, 'started', origin, { type: 'ImportStarted', data });
      return { page, pages };
    },

    /** @returns what must happen elsewhere because of the rows of this page */
    async importPage({
      importId,
      page,
    }: {
      importId: string;
      page: number;
    }): Promise<{ effects: readonly Effect[]; lost: boolean }> {
      return await workOff<ImportRow, RowResult>(
        { importId, page, rowsUpload: importId },
        { each: importRow, faultOf, countsOf },
      );
    },

    async finishImport({ importId, lost }: { importId: string; lost: boolean }): Promise<void> {
      const { status, pages } = await stateOf(importId);
      const manifest = await manifestOf(importId);
      if (status === 'finished') return;
      const origin = manifest?.origin ?? { actor: systemActor, correlationId: importId };
      const revision = status === 'none' ? -1 : pages;
      await append(importId, revision, 'finished', origin, {
        type: 'ImportFinished',
        data: { lost },
      });
    },

    /** Removes the upload and the rows that failed. */
    async forgetImport({ importId }: { importId: string }): Promise<void> {
      await ports.uploads.remove(importId);
    },

    /** Puts on record that people's data leave the system, before they do (SEC-85). */
    async recordExport(input: {
      exportId: string;
      unmasked: boolean;
      origin: Origin;
    }): Promise<void> {
      const { exportId, unmasked, origin } = input;
      const facts = [{ type: 'UsersExported', data: { unmasked } } as const];
      await record(ports, 'exported', origin, [
        { stream: exportStream(exportId), expectedRevision: -1, facts },
      ]);
    },
  };
};

const faultOf = (
  { line, cells }: ImportRow,
  { reasons, outcome }: RowResult,
): ImportFault | undefined => {
  if (reasons.length === 0) return undefined;
  const kind = outcome === 'failed' ? '' : 'warning: ';
  return { line, cells, reason: `${kind}${reasons.join('; ')}` };
};

const countsOf = (results: readonly RowResult[]): ImportCounts => {
  const count = (outcome: RowResult['outcome']): number =>
    results.filter((result) => result.outcome === outcome).length;
  return {
    done: results.length,
    added: count('added'),
    updated: count('updated'),
    skipped: count('skipped'),
    failed: count('failed'),
    warned: results.filter(({ outcome, reasons }) => outcome !== 'failed' && reasons.length > 0)
      .length,
  };
};
