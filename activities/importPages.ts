import type { Effect } from '../domain/effects.ts';
import type { DomainEvent } from '../domain/events.ts';
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
import type { Origin } from '../domain/inputs.ts';
import { record } from './facts.ts';
import { readWhole } from './foldCache.ts';
import type { Ports } from './ports.ts';

/** Rows that are under way together: their commits share the disk's time. */
const rowsTogether = 50;

/** How one kind of import works off a row, and what it says of it. */
export type RowWork<Row, Result> = {
  each(row: Row, manifest: ImportManifest): Promise<Result>;
  faultOf(row: Row, result: Result): ImportFault | undefined;
  countsOf(results: readonly Result[]): ImportCounts;
};

/** What imports of all kinds share: their files, what is on record of them, and pages that count once. */
export const importPages = (ports: Ports) => {
  const { uploads, secrets } = ports;

  /** @returns undefined where the upload is gone */
  const read = async <T>(uploadId: string, part: string): Promise<readonly T[] | undefined> => {
    const lines = await uploads.read(uploadId, part);
    if (lines === undefined) return undefined;
    const place = uploadPlace(uploadId, part);
    const texts = await Promise.all(lines.map((line) => secrets.open(place, line)));
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

  /**
   * Works off one page of rows.
   * @param rowsUpload where the rows lie
   * @returns what must happen elsewhere because of them
   */
  const workOff = async <Row, Result extends { readonly effects: readonly Effect[] }>(
    { importId, page, rowsUpload }: { importId: string; page: number; rowsUpload: string },
    work: RowWork<Row, Result>,
  ): Promise<{ effects: readonly Effect[]; lost: boolean }> => {
    const before = await stateOf(importId);
    const manifest = await manifestOf(importId);
    const rows = await read<Row>(rowsUpload, rowsPart(page));
    if (manifest === undefined || rows === undefined) return { effects: [], lost: true };
    const results: Result[] = [];
    for (let from = 0; from < rows.length; from += rowsTogether) {
      const together = rows.slice(from, from + rowsTogether);
      results.push(...(await Promise.all(together.map((row) => work.each(row, manifest)))));
    }
    const faults = results.flatMap((result, index) => work.faultOf(rows[index]!, result) ?? []);
    if (faults.length > 0) await writeFaults(importId, page, faults);
    // A step that is repeated after its commit finds the page counted.
    if (before.pages === page)
      await append(importId, page, `page-${page}`, manifest.origin, {
        type: 'ImportProgressed',
        data: addCounts(before.counts, work.countsOf(results)),
      });
    return { effects: results.flatMap(({ effects }) => effects), lost: false };
  };

  return { manifestOf, stateOf, append, workOff };
};
