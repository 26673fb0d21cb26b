import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import type { Command } from 'commander';
import { banner } from './banner.ts';
import { runs, type Run } from './command.ts';
import { CommandFault } from './fault.ts';
import { itemsOf } from './items.ts';
import { details, table } from './output.ts';

type Fields = Readonly<Record<string, unknown>>;

const text = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
const line = (item: Fields): string =>
  Object.entries(item)
    .map(([name, value]) => `${name}=${text(value)}`)
    .join(' ');

const warn = (warnings: readonly string[]): string =>
  warnings.map((warning) => `\nwarning: ${warning}`).join('');

const isJson = /^(?:true|false|null|-?\d{1,15}|[[{"].*)$/s;
/** `name=value` with a JSON value where it is one, a text otherwise; `name=` takes a field away. */
const fieldsOf = (words: readonly string[]): readonly (readonly [string, unknown])[] =>
  words.map((word) => {
    const at = word.indexOf('=');
    if (at < 1) throw new CommandFault(`"${word}" is no field: write name=value`);
    const value = word.slice(at + 1);
    try {
      return [word.slice(0, at), isJson.test(value) ? JSON.parse(value) : value];
    } catch (cause) {
      throw Object.assign(new CommandFault(`${word.slice(0, at)}: the value is broken JSON`), {
        cause,
      });
    }
  });

const fileFields = async (file: string): Promise<Fields> => {
  try {
    const read: unknown = JSON.parse(await readFile(file === '-' ? '/dev/stdin' : file, 'utf8'));
    if (typeof read === 'object' && read !== null && !Array.isArray(read))
      return Object.fromEntries(Object.entries(read));
  } catch (cause) {
    throw Object.assign(new CommandFault(`${file} cannot be read as JSON`), { cause });
  }
  throw new CommandFault(`${file} holds no JSON object`);
};

const set = async (run: Run): Promise<void> => {
  const [kind = '', id = '', ...words] = run.args;
  const file = run.text('file');
  const all = itemsOf(run.server(), kind);
  const now = (await all.list()).items.find(({ itemId }) => itemId === id);
  const given = fieldsOf(words);
  const item: Record<string, unknown> =
    file === undefined ? { ...now?.item } : await fileFields(file);
  for (const [name, value] of given)
    if (value === '') delete item[name];
    else item[name] = value;
  const made = await all.set(id, item, now?.version);
  run.show(made, () =>
    [`set ${kind} ${id}`, ...(Object.keys(made.made).length > 0 ? [details(made.made)] : [])]
      .join('\n')
      .concat(warn(made.warnings)),
  );
};

const audioTypes = new Map([
  ['.wav', 'audio/wav'],
  ['.mp3', 'audio/mpeg'],
] as const);

const upload = async (run: Run): Promise<void> => {
  const [id = '', file = ''] = run.args;
  const ending = extname(file).toLowerCase();
  const type = ending === '.wav' || ending === '.mp3' ? audioTypes.get(ending) : undefined;
  if (type === undefined) throw new CommandFault('the file must be a .wav or an .mp3');
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw Object.assign(new CommandFault(`${file} cannot be read`), { cause });
  });
  const { warnings } = await run.server().call('setVoiceMessageAudio', {
    path: { id },
    body: { contentType: type, bytes: new Uint8Array(bytes) },
  });
  run.show({ id, warnings }, () => `the voice message ${id} has its audio${warn(warnings)}`);
};

/** Lists of the configuration: rules, providers, templates, policies, webhooks. */
export const addConfig = (program: Command): void => {
  const config = program
    .command('config')
    .description('lists of the configuration: rules, providers, templates, webhooks …');
  const kindArgument = ['<kind>', 'trustedIps, cacheRule, webhook …; see /docs'] as const;

  const list = config.command('list').description('list the items of a kind');
  runs(list.argument(...kindArgument), async (run) => {
    const [kind = ''] = run.args;
    const { items, warnings } = await itemsOf(run.server(), kind).list();
    const open = run.json ? [] : (await run.server().call('getWarnings')).items;
    run.show(items, () =>
      banner(open)
        .concat(
          table(
            ['ID', 'WHAT'],
            items.map(({ itemId, item }) => [itemId, line(item)]),
          ),
        )
        .concat(warn(warnings)),
    );
  });

  const show = config.command('show').description('show one item');
  runs(show.argument(...kindArgument).argument('<id>'), async (run) => {
    const [kind = '', id = ''] = run.args;
    const found = await itemsOf(run.server(), kind).get(id);
    run.show(found.item, () => JSON.stringify(found.item, undefined, 2));
  });

  const change = config
    .command('set')
    .description('make an item, or change some of its fields; secrets that are not given stay')
    .argument(...kindArgument)
    .argument('<id>')
    .argument('[field...]', 'name=value; the value is JSON or a text, and nothing takes it away')
    .option('--file <json>', 'the whole item; - reads the standard input');
  runs(change, set);

  const remove = config.command('remove').description('remove an item');
  runs(remove.argument(...kindArgument).argument('<id>'), async (run) => {
    const [kind = '', id = ''] = run.args;
    await itemsOf(run.server(), kind).remove(id);
    run.show({ kind, id, removed: true }, () => `removed ${kind} ${id}`);
  });

  const audio = config
    .command('upload')
    .description('give a voice message its audio: .wav or .mp3, less than 20 s')
    .argument('<id>')
    .argument('<file>');
  runs(audio, upload);
};
