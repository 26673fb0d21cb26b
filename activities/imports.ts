import { heartbeat } from '@temporalio/activity';
import type { Effect } from '../domain/effects.ts';
import type { DomainEvent } from '../domain/events.ts';
import type { ImportCounts } from '../domain/events/imports.ts';
import { exportStream, importStream } from '../domain/ids.ts';
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
  type ImportRow,
  type ImportState,
} from '../domain/imports.ts';
import type { Origin } from '../domain/inputs.ts';
import { systemActor } from '../domain/inputs.ts';
import type { Aggregates } from './aggregates.ts';
import type { UserChanger } from './changes.ts';
import { record } from './facts.ts';
import { readWhole } from './foldCache.ts';
import { createRowImporter, type RowResult } from './importRow.ts';
import type { Ports } from './ports.ts';

/** Rows that are under way together: their commits share the disk's time. */
const rowsTogether = 50;

/** Imports of many people, page by page; what is done is on record, so that a repeated page changes nothing. */
export const createImports = (ports: Ports, aggregates: Aggregates, changeUser: UserChanger) => {
  const { uploads, secrets } = ports;
  const importRow = createRowImporter(ports, aggregates, changeUser);

  const read = async <T>(importId: string, part: string): Promise<readonly T[] | undefined> => {
    const lines = await uploads.read(importId, part);
    if (lines === undefined) return undefined;
    const texts = await Promise.all(
      lines.map((line) => secrets.open(uploadPlace(importId, part), line)),
    );
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- sealed by us, so it is what we wrote
    return texts.flatMap((text) => (text === undefined ? [] : [JSON.parse(text) as T]));
  };
  const manifestOf = async (importId: string): Promise<ImportManifest | undefined> =>
    (await read<ImportManifest>(importId, manifestPart))?.[0];

  const stateOf = async (importId: string): Promise<ImportState> => {
    const events = await readWhole(ports.events, importStream(importId));
    return events.reduce<ImportState>(evolveImport, noImport);
  };

  const append = async (
    importId: string,
    revision: number,
    step: string,
    origin: Origin,
    fact: DomainEvent,
  ): Promise<void> => {
    const stream = importStream(importId);
    await record(ports, step, origin, [{ stream, expectedRevision: revision, facts: [fact] }]);
  };

  const writeFaults = async (importId: string, page: number, faults: readonly ImportFault[]) => {
    const part = faultsPart(page);
    const place = uploadPlace(importId, part);
    const lines = faults.map((fault) => secrets.seal(place, JSON.stringify(fault)));
    await uploads.write(importId, part, await Promise.all(lines));
  };

  const rowsDone = async (rows: readonly ImportRow[], manifest: ImportManifest) => {
    const results: RowResult[] = [];
    for (let from = 0; from < rows.length; from += rowsTogether) {
      const together = rows.slice(from, from + rowsTogether);
      results.push(...(await Promise.all(together.map((row) => importRow(row, manifest)))));
      heartbeat(results.length);
    }
    return results;
  };

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
      const before = await stateOf(importId);
      const manifest = await manifestOf(importId);
      const rows = await read<ImportRow>(importId, rowsPart(page));
      if (manifest === undefined || rows === undefined) return { effects: [], lost: true };
      const results = await rowsDone(rows, manifest);
      const faults = results.flatMap(({ reasons, outcome }, index): ImportFault[] => {
        const { line, cells } = rows[index]!;
        const kind = outcome === 'failed' ? '' : 'warning: ';
        return reasons.length === 0
          ? []
          : [{ line, cells, reason: `${kind}${reasons.join('; ')}` }];
      });
      if (faults.length > 0) await writeFaults(importId, page, faults);
      // A step that is repeated after its commit finds the page counted.
      if (before.pages === page)
        await append(importId, page, `page-${page}`, manifest.origin, {
          type: 'ImportProgressed',
          data: addCounts(before.counts, countsOf(results)),
        });
      return { effects: results.flatMap(({ effects }) => effects), lost: false };
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
      await uploads.remove(importId);
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
