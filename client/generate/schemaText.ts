import { commentText, keyText, typeText, type Schema, type Side } from './typeText.ts';

/** What the interface answers an operation with. */
type Answers = 'json' | 'lines' | 'text' | 'events';

type Described = {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly operation: Schema;
};

const isObject = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const objectOf = (value: unknown): Schema => (isObject(value) ? value : {});

/** Past states are read by the paths of the present under another base. */
const ofPastState = '/audit/states/{stateId}';

const operationsIn = (description: Schema): readonly Described[] => {
  const paths = objectOf(description['paths']);
  const isTwin = (path: string): boolean =>
    path.startsWith(`${ofPastState}/`) && path.slice(ofPastState.length) in paths;
  return Object.entries(paths)
    .filter(([path]) => !isTwin(path))
    .flatMap(([path, item]) =>
      Object.entries(objectOf(item)).map(([method, value]) => {
        const operation = objectOf(value);
        return { id: String(operation['operationId']), method, path, operation };
      }),
    )
    .toSorted((one, other) => (one.id < other.id ? -1 : 1));
};

const parametersIn = (operation: Schema, place: string): readonly Schema[] => {
  const { parameters } = operation;
  return Array.isArray(parameters)
    ? parameters.map(objectOf).filter((parameter) => parameter['in'] === place)
    : [];
};

const parametersText = (operation: Schema, place: 'path' | 'query'): string | undefined => {
  const parameters = parametersIn(operation, place);
  if (parameters.length === 0) return undefined;
  const properties = Object.fromEntries(
    parameters.map(({ name, schema }) => [String(name), schema]),
  );
  const required = parameters.filter((one) => one['required'] === true).map(({ name }) => name);
  return typeText({ type: 'object', properties, required }, 'request');
};

const contentOf = (value: unknown): readonly (readonly [string, Schema])[] =>
  Object.entries(objectOf(objectOf(value)['content'])).map(([type, media]) => [
    type,
    objectOf(media),
  ]);

const json = 'application/json';

const bodyText = (operation: Schema): string | undefined => {
  const content = contentOf(operation['requestBody']);
  if (content.length === 0) return undefined;
  const texts = content.map(([type, { schema }]) =>
    schema === undefined ? `Upload<${JSON.stringify(type)}>` : typeText(schema, 'request'),
  );
  return texts.join(' | ');
};

const answersByType: Readonly<Record<string, Answers>> = {
  [json]: 'json',
  'application/x-ndjson': 'lines',
  'text/event-stream': 'events',
};

const repliesOf = (operation: Schema): { readonly answers: Answers; readonly text: string } => {
  const replies = Object.entries(objectOf(operation['responses']))
    .filter(([status]) => /^2\d\d$/.test(status))
    .map(([, response]) => contentOf(response));
  const types = replies.flat().map(([type]) => type);
  const side: Side = 'reply';
  const texts = replies.flatMap((content) =>
    content.length === 0 ? ['undefined'] : content.map(([, { schema }]) => typeText(schema, side)),
  );
  const [type = json] = types;
  return { answers: answersByType[type] ?? 'text', text: [...new Set(texts)].join(' | ') };
};

const typesOf = ({ id, operation }: Described): string => {
  const parts = {
    path: parametersText(operation, 'path'),
    query: parametersText(operation, 'query'),
    body: bodyText(operation),
    reply: repliesOf(operation).text,
  };
  const fields = Object.entries(parts).flatMap(([name, text]) =>
    text === undefined ? [] : [`readonly ${name}: ${text};`],
  );
  return `${commentText(operation['summary'])}readonly ${keyText(id)}: {\n${fields.join('\n')}\n};`;
};

const factsOf = ({ id, method, path, operation }: Described): string => {
  const headers = parametersIn(operation, 'header').map(({ name }) => name);
  const facts = {
    method: method.toUpperCase(),
    path,
    answers: repliesOf(operation).answers,
    ...(headers.includes('Idempotency-Key') ? { keyed: true } : {}),
  };
  return `${keyText(id)}: ${JSON.stringify(facts)},`;
};

/** Shorter ones are easier to read where they stand. */
const leastNamedLength = 300;

/** Where a schema has the braces of an object type, from the one that opens at `start`. */
const objectAt = (text: string, start: number): string => {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    if (text[at] === '{') depth += 1;
    if (text[at] === '}') depth -= 1;
    if (depth === 0) return text.slice(start, at + 1);
  }
  return text.slice(start);
};

const countOf = (text: string, part: string): number => text.split(part).length - 1;

/** Object types that stand in several places, the longest first, since others are parts of it. */
const repeatedIn = (texts: readonly string[]): readonly string[] => {
  const all = texts.join('\n');
  const found = new Set<string>();
  for (const text of texts)
    for (let at = text.indexOf('{'); at >= 0; at = text.indexOf('{', at + 1)) {
      const object = objectAt(text, at);
      if (object.length >= leastNamedLength) found.add(object);
    }
  return [...found]
    .filter((object) => countOf(all, object) > 1)
    .toSorted((one, other) => other.length - one.length);
};

/** What stands in several places gets a type of its own, so that it is read once; a whole reply has the name of its call. */
const withNames = (operations: readonly Described[]): readonly string[] => {
  const replies = new Map(
    operations.map(({ id, operation }) => [
      repliesOf(operation).text,
      `${id.charAt(0).toUpperCase()}${id.slice(1)}Reply`,
    ]),
  );
  const texts = operations.map(typesOf);
  const names = new Map(
    repeatedIn(texts).map((object, index) => [object, replies.get(object) ?? `Part${index + 1}`]),
  );
  const shortened = (text: string): string =>
    [...names].reduce(
      (short, [object, name]) => (object === text ? short : short.replaceAll(object, name)),
      text,
    );
  return [
    ...[...names].map(([object, name]) => `type ${name} = ${shortened(object)};\n`),
    'export type Operations = {',
    ...texts.map(shortened),
    '};',
  ];
};

const head =
  '/* Made from the description of the REST interface by `npm run client:schema`; edit that, not this. */';

/**
 * The modules of `client/` that are made, not yet formatted: types, which no program loads, and what it must know of each
 * operation while it runs.
 */
export const clientFiles = (description: Schema): ReadonlyMap<string, string> => {
  const operations = operationsIn(description);
  const types = withNames(operations);
  const imported = ['Nothing', 'Upload'].filter((name) =>
    types.some((text) => text.includes(name)),
  );
  return new Map([
    [
      'schema.ts',
      [head, `import type { ${imported.join(', ')} } from './operation.ts';`, ...types, ''].join(
        '\n\n',
      ),
    ],
    [
      'operations.ts',
      [
        head,
        '',
        "import type { OperationFacts } from './operation.ts';",
        "import type { Operations } from './schema.ts';",
        '',
        'export const operations = {',
        ...operations.map(factsOf),
        '} as const satisfies Readonly<Record<keyof Operations, OperationFacts>>;',
        '',
      ].join('\n'),
    ],
  ]);
};
