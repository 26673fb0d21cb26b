import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { StoredEvent } from '../../adapters/eventStore/port.ts';
import {
  eventTypeSchemas,
  metaSchema,
  type EventTypeSchema,
  type JsonSchema,
} from '../../adapters/eventStore/typeSchemas.ts';
import type { EventMeta } from '../../domain/events.ts';
import { auditTexts } from '../../projections/auditText.ts';
import { commentsOf, type EventComments } from './comments.ts';
import { eventExample } from './examples.ts';

export type CatalogueEntry = EventTypeSchema & {
  readonly comments: EventComments;
  readonly example: JsonSchema;
  /** What the audit log says about the example. */
  readonly words: string;
};

const sources = new URL('../../domain/events/', import.meta.url);
const isObject = (value: unknown): value is JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const shownNames = {
  user: 'ann@example.com',
  device: 'Ann’s phone',
  account: 'mim-service',
  client: 'script',
};

/** The sentence of the audit log, with made-up names where a reader would see real ones. */
function wordsOf(type: string, data: JsonSchema): string {
  const around = { at: '2026-03-02T09:30:00.000Z', actor: { kind: 'system', id: 'countersign' } };
  const place = { stream: 'user-0197A3C2D4E57B1890AB12CD34EF5678', revision: 0, position: 1 };
  const event = { id: '', type, data, meta: around, version: 1, recordedAt: around.at, ...place };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a test checks each example by the schema of its type
  const text = auditTexts[type as 'UserEnabled'];
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as above
  const parts = text(event as StoredEvent<'UserEnabled'>, '0197A3C2D4E57B1890AB12CD34EF5678');
  return parts.map((part) => (typeof part === 'string' ? part : shownNames[part[0]])).join('');
}

/**
 * Every event type with all that is known about it.
 * @throws Error for a type that has no place in domain/events/
 */
export function eventCatalogue(): readonly CatalogueEntry[] {
  const comments = new Map(
    readdirSync(sources).flatMap((file) => [
      ...commentsOf(readFileSync(new URL(file, sources), 'utf8')),
    ]),
  );
  return eventTypeSchemas().map((schema) => {
    const found = comments.get(schema.type);
    if (!found) throw new Error(`${schema.type} stands in no file of domain/events/`);
    const example = eventExample(schema.type, schema.data);
    return { ...schema, comments: found, example, words: wordsOf(schema.type, example) };
  });
}

const aboutMeta = new Map(
  Object.entries({
    at: 'When it happened, by the clock of the one who says so.',
    actor: 'Who caused it: `kind` and an opaque `id`.',
    channel: 'By which door it came.',
    address: 'Network peer of a calling program; the address of a person is sealed in the data.',
    onBehalfOf: 'A name given by the caller, kept apart from the actor.',
    correlationId: 'Ties a login, a run or a batch together.',
    causationId: 'The event or call that brought it.',
    workflowId: 'The run that wrote it.',
  } satisfies Record<keyof EventMeta, string>),
);

const cell = (text: string): string => text.replaceAll('|', String.raw`\|`);

function kindOf(schema: unknown): string {
  if (!isObject(schema)) return '';
  if (schema['format'] === 'sealed') return 'sealed text';
  if (schema['format'] === 'date-time') return 'instant';
  const choices = schema['enum'];
  if (Array.isArray(choices))
    return choices.length > 12 ? 'a result code' : choices.map((word) => `\`${word}\``).join(', ');
  if (schema['type'] === 'array') return `list: ${kindOf(schema['items'])}`;
  const words = { string: 'text', integer: 'whole number', boolean: 'yes or no' };
  const { type = 'any JSON' } = schema;
  if (typeof type !== 'string') return 'any JSON';
  return Object.entries(words).find(([name]) => name === type)?.[1] ?? type;
}

function fieldLines(schema: JsonSchema, about: ReadonlyMap<string, string>): string[] {
  const properties = isObject(schema['properties']) ? Object.entries(schema['properties']) : [];
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  if (properties.length === 0) return ['No fields.', ''];
  return [
    '| field | | what | meaning |',
    '| --- | --- | --- | --- |',
    ...properties.map(
      ([name, field]) =>
        `| \`${name}\` | ${required.includes(name) ? '' : 'may be absent'} | ${cell(kindOf(field))} | ${cell(about.get(name) ?? '')} |`,
    ),
    '',
  ];
}

const headingOf = (area: string): string =>
  area
    .replace(/Events$/, '')
    .replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

function cataloguePage(entries: readonly CatalogueEntry[]): string {
  const areas = Map.groupBy(entries, ({ comments }) => comments.area);
  const sections = [...areas].flatMap(([area, listed]) => [
    `## ${headingOf(area)}`,
    '',
    ...(listed[0]?.comments.about ? [listed[0].comments.about, ''] : []),
    ...listed.flatMap(({ type, version, data, comments, example, words }) => [
      `### ${type}`,
      '',
      `Version ${version}. ${comments.text}`.trim(),
      '',
      `In the audit log: “${words}”`,
      '',
      ...fieldLines(data, comments.fields),
      '```json',
      JSON.stringify(example),
      '```',
      '',
    ]),
  ]);
  return [
    '# Events',
    '',
    'Every type of event that the log can hold, made from the code by `node docs/generate/events.ts`. Types are never renamed and events',
    'never rewritten: a changed meaning is a new version, and older versions are lifted as they are read. The JSON Schema of each type',
    'is in [events.schema.json](events.schema.json). Sealed texts open only with the key of the person they belong to.',
    '',
    `${entries.length} types: ${[...areas.keys()].map((area) => `[${headingOf(area)}](#${headingOf(area).toLowerCase().replaceAll(' ', '-')})`).join(', ')}.`,
    '',
    '## Around every event',
    '',
    'Beside `type`, `version` and `data`, every event has an `id` (UUID), its `stream` and `revision` (from 0), its `position` in the whole log',
    '(from 1), the time `recordedAt` and, as `meta`:',
    '',
    ...fieldLines(metaSchema(), aboutMeta),
    ...sections,
  ].join('\n');
}

const catalogueSchemas = (entries: readonly CatalogueEntry[]): string =>
  `${JSON.stringify(
    {
      meta: metaSchema(),
      types: Object.fromEntries(
        entries.map(({ type, version, data }) => [type, { version, data }]),
      ),
    },
    undefined,
    1,
  )}\n`;

const formatter = fileURLToPath(new URL('../../node_modules/.bin/oxfmt', import.meta.url));
const root = fileURLToPath(new URL('../../', import.meta.url));
const formatted = (name: string, text: string): string =>
  execFileSync(formatter, [`--stdin-filepath=${name}`], {
    cwd: root,
    input: text,
    encoding: 'utf8',
  });

/** The files under docs/reference/, by name, as the formatter leaves them. */
export const catalogueFiles = (entries: readonly CatalogueEntry[]): ReadonlyMap<string, string> =>
  new Map(
    Object.entries({
      'events.md': cataloguePage(entries),
      'events.schema.json': catalogueSchemas(entries),
    }).map(([name, text]) => [name, formatted(`docs/reference/${name}`, text)]),
  );
