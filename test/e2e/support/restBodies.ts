import { below, pick, type Random } from '../../support/fuzz.ts';

// oxlint-disable-next-line typescript/no-explicit-any -- a schema is whatever the description says
type Schema = Record<string, any>;
export type BodyOf = {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly schema: Schema;
};

/** Operations of a description that take a JSON body. */
export const operationsWithBodies = (description: Schema): readonly BodyOf[] =>
  Object.entries<Schema>(description['paths']).flatMap(([path, item]) =>
    Object.entries<Schema>(item).flatMap(([method, operation]) => {
      const schema = operation['requestBody']?.content?.['application/json']?.schema;
      return schema ? [{ id: operation['operationId'], method, path, schema }] : [];
    }),
  );

const textOf = (schema: Schema, random: Random): string => {
  const { format, examples, minLength = 0 } = schema;
  if (Array.isArray(examples)) return String(examples[0]);
  if (format === 'uri') return 'https://example.com/hook';
  if (format === 'date-time') return '2027-01-31T00:00:00Z';
  if (format === 'ipv4') return '192.0.2.7';
  return pick(random, ['ann@example.com', 'VPN', '192.0.2.0/24', '4821']).padEnd(minLength, 'x');
};

/** Something that fits a schema, or nearly does. */
export const exampleOf = (schema: Schema, random: Random): unknown => {
  if ('const' in schema) return schema['const'];
  if (Array.isArray(schema['enum'])) return pick(random, schema['enum']);
  const choices = schema['anyOf'] ?? schema['oneOf'];
  if (Array.isArray(choices)) return exampleOf(pick(random, choices as readonly Schema[]), random);
  switch (schema['type']) {
    case 'object': {
      const { properties = {}, required = [] } = schema;
      return Object.fromEntries(
        Object.entries<Schema>(properties)
          .filter(([name]) => required.includes(name) || random() < 0.15)
          .map(([name, field]) => [name, exampleOf(field, random)]),
      );
    }
    case 'array': {
      const length = (schema['minItems'] ?? 0) + below(random, 2);
      return Array.from({ length }, () => exampleOf(schema['items'] ?? {}, random));
    }
    case 'integer':
    case 'number':
      return schema['minimum'] ?? below(random, 100);
    case 'boolean':
      return random() < 0.5;
    default:
      return textOf(schema, random);
  }
};

/** What a field may hold instead of what it should. */
const odd: readonly unknown[] = [
  null,
  true,
  -1,
  1e21,
  '',
  ' ',
  '\u0000',
  '\ud800',
  '..',
  'x'.repeat(5_000),
  [],
  {},
  [[]],
  { toString: 1 },
];

/** The same with one field, at any depth, that holds something odd. */
export const withOddField = (value: unknown, random: Random): unknown => {
  const isObject = typeof value === 'object' && value !== null;
  const names = isObject ? Object.keys(value) : [];
  if (!isObject || names.length === 0 || random() < 0.15) return pick(random, odd);
  const name = pick(random, names);
  const changed: unknown = withOddField(Reflect.get(value, name), random);
  if (Array.isArray(value)) return value.with(Number(name), changed);
  return { ...value, [name]: changed };
};
