import { z } from 'zod';
import { problemSchema } from './problem.ts';
import type { Operation } from './route.ts';
import { scopes } from './scopes.ts';

type Json = Readonly<Record<string, unknown>>;

/** Callers send what the input side says and ignore reply fields that they do not know (spec/65). */
const jsonSchema = (schema: z.ZodType): Json => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input' });
  return rest;
};

const parameters = (schema: z.ZodObject, place: 'path' | 'query'): readonly Json[] => {
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: 'input' });
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: property,
  }));
};

const idempotencyKey: Json = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'Equal keys with equal bodies get the same answer for 24 h; another body gets 422.',
  schema: { type: 'string', pattern: String.raw`^[\x21-\x7e]{1,255}$` },
};

const ifMatch: Json = {
  name: 'If-Match',
  in: 'header',
  required: false,
  description:
    'ETag of the answer that the change is based on, or `*` for whatever is there. Missing: 428; another one: 412.',
  schema: { type: 'string', pattern: String.raw`^(\*|"[\x21\x23-\x7e]{1,100}")$` },
};

const descriptions: Readonly<Record<string, string>> = {
  200: 'Done',
  201: 'Made',
  202: 'Accepted; the user is being asked',
  204: 'Done, nothing to say',
};

const replyOf = (operation: Operation, status: string, schema: z.ZodType): Json => {
  const type =
    operation.kind === 'text'
      ? operation.mediaType
      : operation.kind === 'lines'
        ? 'application/x-ndjson'
        : operation.kind === 'stream'
          ? 'text/event-stream'
          : 'application/json';
  return {
    description: descriptions[status] ?? 'Answer',
    ...(schema instanceof z.ZodUndefined
      ? {}
      : { content: { [type]: { schema: jsonSchema(schema) } } }),
  };
};

const describe = (operation: Operation): Json => {
  const { id, summary, tag, scope, schemas, takes } = operation;
  return {
    operationId: id,
    summary,
    tags: [tag],
    description: `Scope: \`${scope}\`.`,
    security: [{ token: [scope] }, { oauth: [scope] }, { certificate: [scope] }],
    parameters: [
      ...parameters(schemas.params, 'path'),
      ...parameters(schemas.query, 'query'),
      ...(operation.method === 'post' ? [idempotencyKey] : []),
      ...(operation.versioned ? [ifMatch] : []),
    ],
    ...(takes
      ? {
          requestBody: {
            required: true,
            description: `At most ${takes.maxBytes} bytes.`,
            content: Object.fromEntries(takes.types.map((type) => [type, {}])),
          },
        }
      : {}),
    ...(schemas.body
      ? {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: jsonSchema(schemas.body) } },
          },
        }
      : {}),
    responses: {
      ...Object.fromEntries(
        Object.entries(schemas.replies).map(([status, schema]) => [
          status,
          replyOf(operation, status, schema),
        ]),
      ),
      default: { $ref: '#/components/responses/problem' },
    },
  };
};

const open = (id: string, summary: string, replies: Json): Json => ({
  get: { operationId: id, summary, tags: ['health'], security: [], responses: replies },
});

const statusReply = (description: string): Json => ({
  description,
  content: {
    'application/json': {
      schema: {
        type: 'object',
        properties: { status: { type: 'string' } },
        required: ['status'],
      },
    },
  },
});

/** The interface as an OpenAPI 3.1 document, made from the schemas that check each call. */
export const openApi = (operations: readonly Operation[], publicUrl?: string): Json => {
  const server = publicUrl === undefined ? '/api/v1' : `${publicUrl}/api/v1`;
  const paths: Record<string, Json> = {
    '/health/live': open('live', 'Whether this process answers', { 200: statusReply('It does') }),
    '/health/ready': open('ready', 'Whether calls would be decided', {
      200: statusReply('They would'),
      503: statusReply('They would not'),
    }),
  };
  for (const operation of operations)
    paths[operation.path] = {
      ...paths[operation.path],
      [operation.method]: describe(operation),
    };
  return {
    openapi: '3.1.0',
    info: {
      title: 'Countersign',
      version: '1',
      description: 'Multi-factor authentication, its users and its audit log.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: server }],
    security: [{ token: [] }],
    paths,
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'The secret of a client.' },
        certificate: {
          type: 'mutualTLS',
          description: 'A client certificate, at the TLS listener of a server that asks for one.',
        },
        oauth: {
          type: 'oauth2',
          description:
            'A short-lived token, by client credentials; one that was given for a certificate counts with it alone.',
          flows: {
            clientCredentials: {
              tokenUrl: `${server}/oauth/token`,
              scopes: Object.fromEntries(scopes.map((scope) => [scope, scope])),
            },
          },
        },
      },
      responses: {
        problem: {
          description: 'RFC 9457 problem',
          content: { 'application/problem+json': { schema: jsonSchema(problemSchema) } },
        },
      },
    },
  };
};
