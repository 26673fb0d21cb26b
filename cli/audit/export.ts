import { Option, type Command } from 'commander';
import type { Reply } from '../../client/index.ts';
import { exportFormats, maxExportFiles, type ExportFormat } from '../../domain/exports.ts';
import { runs, type Run } from '../command.ts';
import { CommandFault, UsageFault } from '../fault.ts';
import { localTime, table } from '../output.ts';
import { progress } from '../progress.ts';
import { exportFolder, type ExportFolder, type Manifest } from './exportFolder.ts';
import { instantOf } from './instant.ts';

const pageRows = 500;
const defaultSplit = 50_000;

type Wanted = Manifest['wanted'];

const wantedOf = (run: Run): Wanted => {
  const split = Number(run.text('split') ?? defaultSplit);
  if (!Number.isSafeInteger(split) || split < 1)
    throw new UsageFault('--split takes a whole number of events');
  const format = exportFormats.find((known) => known === run.text('format')) ?? 'ndjson';
  const given = {
    types: run.text('type'),
    since: instantOf(run.text('since')),
    until: instantOf(run.text('until')),
  };
  // Absent rather than undefined, since it is compared with what the file holds.
  const filter = Object.fromEntries(Object.entries(given).filter(([, value]) => value));
  return { format, split, ...filter };
};

/** The lines behind a position, page by page. */
async function* linesOf(run: Run, { wanted, upTo }: Manifest, after: number) {
  const { format, types, since, until } = wanted;
  let cursor: string | undefined;
  do {
    const page: Reply<'listEventLines'> = await run.server().call('listEventLines', {
      query: { format, types, since, until, after, upTo, limit: pageRows, cursor },
    });
    yield page;
    cursor = page.nextCursor;
  } while (cursor !== undefined);
}

/** Writes what is still missing, file by file; a file is whole and on disk before the manifest names it. */
const write = async (run: Run, folder: ExportFolder, begun: Manifest): Promise<Manifest> => {
  let manifest = begun;
  const bar = progress('events', run.json);
  const after = manifest.files.at(-1)?.last ?? manifest.after;
  let file: Awaited<ReturnType<ExportFolder['newFile']>> | undefined;
  const close = async (): Promise<void> => {
    if (!file) return;
    manifest = { ...manifest, files: [...manifest.files, await file.close()] };
    await folder.save(manifest);
    file = undefined;
  };
  for await (const { header, items } of linesOf(run, manifest, after)) {
    for (const { position, line } of items) {
      if (!file && manifest.files.length >= maxExportFiles)
        throw new CommandFault(`more than ${maxExportFiles} files: give a larger --split`);
      file ??= await folder.newFile(manifest.files.length + 1, header);
      await file.add(position, line);
      bar.show(position, manifest.upTo);
      if (file.events() >= manifest.wanted.split) await close();
    }
  }
  await close();
  bar.end();
  return manifest;
};

const exportAll = async (run: Run): Promise<void> => {
  const wanted = wantedOf(run);
  const folder = exportFolder(run.text('out') ?? '');
  let manifest = await folder.read();
  if (manifest && JSON.stringify(manifest.wanted) !== JSON.stringify(wanted))
    throw new CommandFault(`${folder.path} holds another export: give another folder`);
  if (!manifest) {
    const { split: _, ...order } = wanted;
    const started = await run.server().call('startExport', { body: order });
    manifest = { ...started, wanted, after: 0, complete: false, files: [] };
    await folder.save(manifest);
  }
  if (!manifest.complete) {
    manifest = await write(run, folder, manifest);
    const events = manifest.files.reduce((sum, file) => sum + file.events, 0);
    const files = manifest.files.map(({ name, sha256, events: some }) => ({
      name,
      sha256,
      events: some,
    }));
    await run
      .server()
      .call('finishExport', { path: { exportId: manifest.exportId }, body: { events, files } });
    manifest = { ...manifest, complete: true };
    await folder.save(manifest);
  }
  const { files, upTo } = manifest;
  run.show(manifest, () =>
    [
      table(
        ['FILE', 'EVENTS', 'POSITIONS', 'SHA-256'],
        files.map((file) => [
          file.name,
          String(file.events),
          `${file.first} to ${file.last}`,
          file.sha256,
        ]),
      ),
      `the log up to position ${upTo}; manifest.json has the hashes`,
    ].join('\n'),
  );
};

const targets = async (run: Run): Promise<void> => {
  const { items } = await run.server().call('listExportTargets');
  run.show(items, () =>
    table(
      ['TARGET', 'STATE', 'HAS UP TO', 'BEHIND', 'OLDEST UNSENT', 'LAST FAULT'],
      items.map((target) => [
        target.targetId,
        target.state,
        String(target.position),
        String(target.unsent),
        localTime(target.oldestUnsentAt),
        target.lastFault ?? '',
      ]),
    ),
  );
};

const formats: readonly ExportFormat[] = exportFormats;

/** `countersign audit export` and `targets`: the log for other systems. */
export const addExport = (audit: Command): void => {
  const made = audit
    .command('export')
    .description('write the log to files; an export that was interrupted goes on where it was')
    .addOption(new Option('--format <format>', 'what a line is').choices(formats).default('ndjson'))
    .option('--since <time>', 'not before, as in 2026-11-22T10:00')
    .option('--until <time>', 'before')
    .option('--type <types>', 'only these, with commas, as in authentication.*,user.added')
    .requiredOption('--out <folder>', 'where the files and manifest.json go')
    .option('--split <events>', `events of one file (${defaultSplit})`);
  runs(made, exportAll);

  const listed = audit
    .command('targets')
    .description('how far other systems have the log; "config set exportTarget" makes one');
  runs(listed, targets);
};
