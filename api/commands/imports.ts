import { Rejected } from '../../domain/errors.ts';
import { importStream, exportStream } from '../../domain/ids.ts';
import {
  headerPart,
  importPageRows,
  manifestPart,
  maxImportRows,
  rowsPart,
  uploadPlace,
  type ImportManifest,
  type ImportRow,
} from '../../domain/imports.ts';
import { present } from '../../domain/present.ts';
import { readPhone } from '../../domain/sealing.ts';
import { formatPhone } from '../../domain/phone.ts';
import { canonicalName } from '../../domain/username.ts';
import type { Caller, UserChanges } from '../facade.ts';
import type { UserCommands } from '../facade/users.ts';
import { originOf, type CommandContext } from './context.ts';
import { readImportFile } from './importFile.ts';
import { exportedLines } from './userExport.ts';

/** Progress is to be seen this soon after a start; later it comes all the same. */
const startedWithinMs = 5_000;
const pageOfNames = 500;

type ImportCommands = Pick<UserCommands, 'importUsers' | 'editUsers' | 'exportUsers'>;
type About = Omit<ImportManifest, 'rows' | 'pages' | 'origin' | 'defaultCountryCode'>;

/** Whether a call that is repeated has come so far before: then its pages must stay as they are. */
export const hasBegun = async (
  { events, isRepeat }: Pick<CommandContext, 'events' | 'isRepeat'>,
  importId: string,
): Promise<boolean> =>
  isRepeat() && (await events.readStream(importStream(importId), 0, 1)).length > 0;

/** Orders about many people: what is to be done is put on disk, sealed, and a workflow works it off. */
export const importCommands = (context: CommandContext): ImportCommands => {
  const { secrets, uploads, engine, queries, newId, newGuid } = context;

  const write = async (importId: string, part: string, values: readonly unknown[]) => {
    const place = uploadPlace(importId, part);
    const lines = values.map((value) => secrets.seal(place, JSON.stringify(value)));
    await uploads.write(importId, part, await Promise.all(lines));
  };

  const writePages = async (
    importId: string,
    rows: AsyncIterable<ImportRow>,
  ): Promise<{ rows: number; pages: number }> => {
    let page: ImportRow[] = [];
    let [count, pages] = [0, 0];
    const flush = async () => {
      await write(importId, rowsPart(pages), page);
      count += page.length;
      pages += 1;
      page = [];
    };
    for await (const row of rows) {
      page.push(row);
      if (page.length === importPageRows) await flush();
    }
    if (page.length > 0) await flush();
    if (count === 0) throw new Rejected('invalid', 'there are no rows');
    return { rows: count, pages };
  };

  const begin = async (
    caller: Caller,
    about: About,
    header: readonly string[],
    rows: AsyncIterable<ImportRow>,
  ): Promise<{ importId: string }> => {
    const importId = newId();
    if (await hasBegun(context, importId)) return { importId };
    try {
      const written = await writePages(importId, rows);
      const { defaultCountryCode } = await queries.getSettings();
      const manifest: ImportManifest = {
        ...about,
        ...written,
        defaultCountryCode: String(defaultCountryCode),
        origin: await originOf(context, caller, importId),
      };
      await write(importId, headerPart, [header]);
      await write(importId, manifestPart, [manifest]);
      await engine.start('userImport', importStream(importId), { importId });
    } catch (error) {
      await uploads.remove(importId);
      throw error;
    }
    await queries.awaitImport(importId, -1, { waitMs: startedWithinMs });
    return { importId };
  };

  return {
    async importUsers(caller, csv, { mode, dryRun, defaults }) {
      const { header, cells, warnings, rows } = await readImportFile(csv, { newId, newGuid });
      const about = { kind: 'users', mode, dryRun, warnings, defaults } as const;
      return await begin(caller, { ...about, columns: [...header] }, cells, rows);
    },

    async editUsers(caller, which, changes, dryRun) {
      const { defaultCountryCode } = await queries.getSettings();
      const about: About = {
        kind: 'edit',
        mode: 'update',
        dryRun,
        warnings: [],
        defaults: {},
        columns: [['Username', 0]],
        changes: editOf(changes, String(defaultCountryCode)),
      };
      const names =
        'usernames' in which ? namesGiven(which.usernames) : namesFound(queries, which.filter);
      return await begin(caller, about, ['Username'], rowsOf(names, { newId, newGuid }));
    },

    async exportUsers(caller, filter, { unmasked }) {
      const exportId = newId();
      const origin = await originOf(context, caller, exportId);
      await engine.execute('userExport', exportStream(exportId), { exportId, unmasked, origin });
      return exportedLines(context, filter, unmasked);
    },
  };
};

async function* namesGiven(usernames: readonly string[]): AsyncGenerator<string> {
  const names = new Map(usernames.map((name) => [canonicalName(name), name]));
  yield* names.values();
}

async function* namesFound(
  { listUsers }: Pick<CommandContext['queries'], 'listUsers'>,
  filter: Parameters<CommandContext['queries']['listUsers']>[0],
): AsyncGenerator<string> {
  let cursor: string | undefined;
  do {
    const page = await listUsers(filter, present({ limit: pageOfNames, cursor }));
    for (const { username } of page.rows) yield username;
    cursor = page.nextCursor;
  } while (cursor !== undefined);
}

async function* rowsOf(
  names: AsyncIterable<string>,
  { newId, newGuid }: Pick<CommandContext, 'newId' | 'newGuid'>,
): AsyncGenerator<ImportRow> {
  let line = 1;
  for await (const name of names) {
    if (line > maxImportRows)
      throw new Rejected('limitReached', `an edit is of at most ${maxImportRows} people`);
    line += 1;
    yield { line, userId: newId(), objectId: newGuid(), cells: [name] };
  }
}

/** @throws {Rejected} invalid for what is no phone number, or where nothing is to be changed */
const editOf = (
  changes: UserChanges,
  defaultCountryCode: string,
): NonNullable<ImportManifest['changes']> => {
  const phone = (text: string | undefined): string | undefined => {
    if (text === undefined || text === '') return text;
    const read = readPhone(text, defaultCountryCode);
    if (!read) throw new Rejected('invalid', 'phone: write it as +CC number');
    return formatPhone(read);
  };
  const { overrides: _o, clearOverrides: _c, ...fields } = changes;
  const edit = present({
    ...fields,
    phone: phone(changes.phone),
    backupPhone: phone(changes.backupPhone),
  });
  if (Object.keys(edit).length === 0) throw new Rejected('invalid', 'nothing is to be changed');
  return edit;
};
