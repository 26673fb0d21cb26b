import { z } from 'zod';
import { maxCounter } from '../../domain/oathSecret.ts';
import type { Facade } from '../facade.ts';
import { stockStates, type TokenFile } from '../facade/tokens.ts';
import * as field from './fields.ts';
import { Problem } from './problem.ts';
import { route, uploadRoute, type Operation, type Upload } from './route.ts';
import { userPath } from './users.ts';

/** RFC 4648 base32 of at least 80 bits, in either case, with or without padding. */
const base32Secret = z
  .string()
  .regex(/^[A-Za-z2-7]{16,128}=*$/, 'must be base32 of at least 80 bits')
  .max(134);
const kind = z.enum(['totp', 'hotp']);
const serial = field.line(64);
const counter = z.int().min(0).max(maxCounter);
/** A file of 50,000 tokens in either form. */
const maxFileBytes = 16 * 1024 * 1024;
const csv = 'text/csv';
/** RFC 6030 §9. */
const pskc = 'application/pskc+xml';
const tokenPath = userPath.extend({ tokenId: field.id });

const stockToken = z.object({
  tokenId: z.string(),
  serial: z.string(),
  kind,
  digits: z.number(),
  periodSeconds: z.number(),
  manufacturer: z.string(),
  model: z.string(),
  weak: z.boolean().meta({ description: 'The secret has less than 128 bits.' }),
  state: z.enum(stockStates),
  username: z.string().optional(),
  importedAt: field.instant,
});
export type StockTokenReply = z.output<typeof stockToken>;

/** OATH tokens of users. */
const userTokens = ({ commands }: Facade): readonly Operation[] => [
  route({
    method: 'post',
    path: '/users/{username}/tokens',
    id: 'assignToken',
    summary: 'Assign an OATH token; a secret that the server makes is in this answer only',
    tag: 'tokens',
    scope: 'tokens.write',
    idempotency: 'remade',
    params: userPath,
    body: z.strictObject({
      secret: base32Secret.exactOptional(),
      serial: serial.exactOptional(),
      digits: z.literal([6, 8]).exactOptional(),
      periodSeconds: z.literal([30, 60]).exactOptional(),
      kind: kind.exactOptional(),
      counter: counter.exactOptional(),
    }),
    replies: {
      201: z.object({
        tokenId: z.string(),
        serial: z.string(),
        secret: z.string().optional(),
        otpauth: z.string().optional(),
      }),
    },
    async run({ params, body, caller }, reply) {
      return reply(201, await commands.assignOathToken(caller, params.username, body));
    },
  }),
  route({
    method: 'delete',
    path: '/users/{username}/tokens/{tokenId}',
    id: 'removeToken',
    summary: 'Take an OATH token away; a hardware token goes back to stock',
    tag: 'tokens',
    scope: 'tokens.write',
    params: tokenPath,
    replies: { 204: field.noContent },
    async run({ params, caller }, reply) {
      await commands.removeOathToken(caller, params.username, params.tokenId);
      return reply(204, undefined);
    },
  }),
  route({
    method: 'post',
    path: '/users/{username}/tokens/{tokenId}/activate',
    id: 'activateToken',
    summary: 'Activate an assigned token with one code that it shows; three wrong ones lock it',
    tag: 'tokens',
    scope: 'tokens.write',
    params: tokenPath,
    body: z.strictObject({ code: field.code }),
    replies: { 204: field.noContent },
    async run({ params, body, caller }, reply) {
      await commands.activateToken(caller, params.username, params.tokenId, body.code);
      return reply(204, undefined);
    },
  }),
  route({
    method: 'post',
    path: '/users/{username}/tokens/{tokenId}/resync',
    id: 'resyncToken',
    summary: 'Set a token to its clock or counter with two codes in a row',
    tag: 'tokens',
    scope: 'tokens.write',
    params: tokenPath,
    body: z.strictObject({ codes: z.array(field.code).length(2) }),
    replies: { 204: field.noContent },
    async run({ params, body, caller }, reply) {
      const [first = '', second = ''] = body.codes;
      await commands.resyncToken(caller, params.username, params.tokenId, [first, second]);
      return reply(204, undefined);
    },
  }),
];

/** A container that is encrypted, with what opens it. */
const encryptedFile = z.strictObject({
  password: z.string().min(1).max(256),
  pskc: z.string().min(1),
});

/** @throws {Problem} for JSON that is no such object */
const fileOf = ({ contentType, bytes }: Upload): TokenFile => {
  if (contentType === csv) return { format: 'csv', bytes };
  if (contentType === pskc) return { format: 'pskc', bytes };
  const parsed = encryptedFile.safeParse(jsonOf(bytes));
  if (!parsed.success)
    throw new Problem(400, 'BAD_REQUEST', 'As JSON, a file is { "password", "pskc" }.');
  const { password, pskc: text } = parsed.data;
  return { format: 'pskc', bytes: Buffer.from(text, 'utf8'), password };
};

const jsonOf = (bytes: Uint8Array): unknown => {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined; // The schema refuses it.
  }
};

/** Hardware tokens in stock. */
const stock = ({ commands, queries }: Facade): readonly Operation[] => [
  route({
    method: 'get',
    path: '/tokens',
    id: 'listTokens',
    summary: 'List hardware tokens and who has them',
    tag: 'tokens',
    scope: 'users.read',
    query: z.strictObject({
      ...field.paging,
      text: z.string().max(64).optional().meta({ description: 'Part of the serial number.' }),
      state: z.enum(stockStates).optional(),
    }),
    replies: { 200: field.page(stockToken) },
    async run({ query }, reply) {
      const { text, state } = query;
      const page = await queries.listTokens(field.given({ text, state }), field.pagingOf(query));
      return reply(200, field.pageBody(page));
    },
  }),
  uploadRoute({
    method: 'post',
    path: '/tokens/import',
    id: 'importTokens',
    summary:
      'Import hardware tokens from CSV or PSKC, or as JSON { password, pskc } from an encrypted PSKC; progress is at Location',
    tag: 'tokens',
    scope: 'tokens.write',
    takes: { types: [csv, pskc, 'application/json'], maxBytes: maxFileBytes },
    replies: { 202: z.object({ importId: z.string() }) },
    async run({ upload, caller, base }, reply) {
      const { importId } = await commands.importTokens(caller, fileOf(upload));
      return reply(202, { importId }, { Location: `${base}/imports/${importId}` });
    },
  }),
  route({
    method: 'post',
    path: '/tokens/{serial}/assign',
    id: 'assignStockToken',
    summary: 'Give a user a hardware token; it counts after one right code',
    tag: 'tokens',
    scope: 'tokens.write',
    params: z.strictObject({ serial }),
    body: z.strictObject({ username: field.username }),
    replies: { 200: z.object({ tokenId: z.string(), serial: z.string() }) },
    async run({ params, body, caller }, reply) {
      return reply(200, await commands.assignStockToken(caller, body.username, params.serial));
    },
  }),
  route({
    method: 'post',
    path: '/tokens/{serial}/lose',
    id: 'loseToken',
    summary: 'Report a hardware token lost; nobody uses it again',
    tag: 'tokens',
    scope: 'tokens.write',
    params: z.strictObject({ serial }),
    body: z.strictObject({ reason: field.reason }),
    replies: { 204: field.noContent },
    async run({ params, body, caller }, reply) {
      await commands.loseToken(caller, params.serial, body.reason);
      return reply(204, undefined);
    },
  }),
];

export const tokens = (facade: Facade): readonly Operation[] => [
  ...userTokens(facade),
  ...stock(facade),
];
