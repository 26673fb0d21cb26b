export type Schema = Readonly<Record<string, unknown>>;

/** Replies hold what they hold; a field of a request may also be given as undefined, which is not sent. */
export type Side = 'request' | 'reply';

const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const schemaOf = (value: unknown): Schema => (isSchema(value) ? value : {});
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const isName = /^[A-Za-z_$][\w$]*$/;
export const keyText = (name: string): string => (isName.test(name) ? name : JSON.stringify(name));

/** A comment above a field; its text comes from descriptions that this project wrote. */
export const commentText = (text: unknown): string =>
  typeof text === 'string' && text !== '' ? `/** ${text.replaceAll('*/', '* /')} */\n` : '';

const unionOf = (texts: readonly string[]): string => [...new Set(texts)].join(' | ');

const literal = (value: unknown): string => JSON.stringify(value);

const arrayText = (schema: Schema, side: Side): string => {
  const { prefixItems, items } = schema;
  if (prefixItems !== undefined)
    return `readonly [${listOf(prefixItems)
      .map((item) => typeText(item, side))
      .join(', ')}]`;
  const item = typeText(items, side);
  return `readonly (${item})[]`;
};

const objectText = (schema: Schema, side: Side): string => {
  const { properties, additionalProperties } = schema;
  const required = listOf(schema['required']);
  const fields = Object.entries(schemaOf(properties)).map(([name, field]) => {
    const isOptional = !required.includes(name);
    const undefinedToo = isOptional && side === 'request' ? ' | undefined' : '';
    const { description } = schemaOf(field);
    return `${commentText(description)}readonly ${keyText(name)}${isOptional ? '?' : ''}: ${typeText(field, side)}${undefinedToo};`;
  });
  const known = `{\n${fields.join('\n')}\n}`;
  if (!isSchema(additionalProperties)) return fields.length === 0 ? 'Nothing' : known;
  const others = `Readonly<Record<string, ${typeText(additionalProperties, side)}>>`;
  return fields.length === 0 ? others : `${known} & ${others}`;
};

const plain: Readonly<Record<string, string>> = {
  string: 'string',
  integer: 'number',
  number: 'number',
  boolean: 'boolean',
  null: 'null',
};

/**
 * A JSON Schema (draft 2020-12, as far as the description uses it) as a TypeScript type. Bounds and forms are left to
 * the server.
 * @throws {TypeError} for a reference, which the description has none of
 */
export const typeText = (given: unknown, side: Side): string => {
  const schema = schemaOf(given);
  if ('$ref' in schema) throw new TypeError(`${String(schema['$ref'])} would have to be followed`);
  if ('const' in schema) return literal(schema['const']);
  if (Array.isArray(schema['enum'])) return unionOf(schema['enum'].map(literal));
  const some = [...listOf(schema['anyOf']), ...listOf(schema['oneOf'])];
  if (some.length > 0) return unionOf(some.map((one) => typeText(one, side)));
  const { type, allOf, ...rest } = schema;
  if (allOf !== undefined) {
    const parts = [{ ...rest, type }, ...listOf(allOf)].map((one) => typeText(one, side));
    // Forms and bounds, which types do not say, leave nothing behind.
    const known = new Set(parts.filter((part) => part !== 'unknown'));
    return known.size === 0 ? 'unknown' : [...known].map((part) => `(${part})`).join(' & ');
  }
  if (Array.isArray(type))
    return unionOf(type.map((one: unknown) => typeText({ ...schema, type: one }, side)));
  if (type === 'array') return arrayText(schema, side);
  if (type === 'object') return objectText(schema, side);
  return plain[String(type)] ?? 'unknown';
};
