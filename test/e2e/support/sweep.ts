import type { RestClient } from './rest.ts';

type Schema = {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly minItems?: number;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly minimum?: number;
  readonly minLength?: number;
  readonly format?: string;
};
type Described = {
  readonly operationId: string;
  readonly requestBody?: {
    readonly content: Readonly<Record<string, { readonly schema?: Schema }>>;
  };
};

/** An order of the description, with a body that is made from its schema. */
export type Order = {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
};

/** Values by the name of their field, where the schema does not say enough. */
const named: Readonly<Record<string, unknown>> = {
  username: 'sweep@example.org',
  user: 'sweep@example.org',
  code: '123456',
  url: 'https://hooks.example.org/',
  baseUrl: 'https://calls.example.org/',
  host: 'host.example.org',
  from: '+15555550100',
  sender: 'mfa@example.org',
  language: 'en',
  addresses: ['192.0.2.1'],
  scopes: ['users.read'],
  pin: '7291',
  secret: 'a-secret-of-the-sweep',
  text: 'Words',
  subject: 'Words',
  security: 'tls',
  sha256: '0'.repeat(64),
};

const sample = (schema: Schema, name = ''): unknown => {
  if (schema.const !== undefined) return schema.const;
  if (name in named) return named[name];
  if (schema.enum) return schema.enum[0];
  const [first] = schema.anyOf ?? schema.oneOf ?? [];
  if (first) return sample(first, name);
  switch (schema.type) {
    case 'object':
      return Object.fromEntries(
        (schema.required ?? []).map((field) => [
          field,
          sample(schema.properties?.[field] ?? {}, field),
        ]),
      );
    case 'array':
      return Array.from({ length: schema.minItems ?? 0 }, () => sample(schema.items ?? {}));
    case 'integer':
    case 'number':
      return Math.max(1, schema.minimum ?? 1);
    case 'boolean':
      return true;
    default:
      return 'sweep'.padEnd(schema.minLength ?? 0, 'x');
  }
};

/** Every order that the served description knows. */
export const ordersOf = async (rest: RestClient): Promise<readonly Order[]> => {
  const { paths } = await rest.ok<{ paths: Record<string, Record<string, Described>> }>(
    'GET',
    '/openapi.json',
  );
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([method]) => method !== 'get')
      .map(([method, { operationId: id, requestBody }]) => {
        const schema = requestBody?.content['application/json']?.schema;
        return { id, method: method.toUpperCase(), path, body: schema && sample(schema) };
      }),
  );
};
