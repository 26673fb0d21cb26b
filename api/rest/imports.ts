import { z } from 'zod';
import { importModes } from '../../domain/imports.ts';
import { exportFileName } from '../../domain/userCsv.ts';
import type { Facade } from '../facade.ts';
import type { ImportView } from '../facade/users.ts';
import * as field from './fields.ts';
import { Problem } from './problem.ts';
import { route, textRoute, uploadRoute, type Operation } from './route.ts';
import { requireScope } from './authenticate.ts';
import { defaultsQuery, filterOf, filterQuery, newFields } from './userFields.ts';

/** A file of 200,000 people with all columns full. */
const maxFileBytes = 50 * 1024 * 1024;
/** Names in one order to edit; more people are named by a filter. */
const maxNames = 5_000;
const csv = 'text/csv';

const importReply = z.object({
  importId: z.string(),
  kind: z.enum(['users', 'edit', 'tokens']),
  state: z.enum(['running', 'finished']),
  mode: z.enum(importModes),
  dryRun: z.boolean(),
  rows: z.int(),
  done: z.int(),
  added: z.int(),
  updated: z.int(),
  skipped: z.int(),
  failed: z.int(),
  warned: z.int().meta({ description: 'Applied, but not wholly.' }),
  warnings: z.array(z.string()).readonly(),
  startedAt: field.instant,
  finishedAt: field.instant.optional(),
});
export type ImportReply = z.output<typeof importReply>;

/** The filter of lists as a body says it. */
const bodyFilter = z.strictObject({
  ...filterQuery,
  enabled: z.boolean().optional(),
  blocked: z.boolean().optional(),
  unregistered: z.boolean().optional(),
});

const started = z.object({ importId: z.string() });
const tag = 'users';
const importPath = z.strictObject({ id: field.id });
const attached = (name: string) => ({ 'Content-Disposition': `attachment; filename="${name}"` });

const find = (view: ImportView | undefined): ImportView => {
  if (!view) throw new Problem(404, 'NOT_FOUND', 'There is no such import.');
  return view;
};

/** Many people at once: files in and out, and the same change of many. */
export const imports = ({ commands, queries }: Facade): readonly Operation[] => {
  return [
    uploadRoute({
      method: 'post',
      path: '/users/import',
      id: 'importUsers',
      summary: 'Import users from a CSV file; progress is at Location',
      tag,
      scope: 'users.write',
      takes: { types: [csv], maxBytes: maxFileBytes },
      query: z.strictObject({
        mode: z.enum(importModes).default('both'),
        dryRun: field.queryFlag.default(true),
        ...defaultsQuery,
      }),
      replies: { 202: started },
      async run({ upload, query, caller, base }, reply) {
        const { mode, dryRun, ...defaults } = query;
        const options = { mode, dryRun, defaults: field.given(defaults) };
        const { importId } = await commands.importUsers(caller, upload.bytes, options);
        return reply(202, { importId }, { Location: `${base}/imports/${importId}` });
      },
    }),
    route({
      method: 'post',
      path: '/users/bulk',
      id: 'editUsers',
      summary: 'Make the same change on many users, each wholly or not at all',
      tag,
      scope: 'users.write',
      body: z.strictObject({
        usernames: z.array(field.username).min(1).max(maxNames).exactOptional(),
        filter: bodyFilter.exactOptional(),
        changes: z.strictObject(newFields),
        dryRun: z.boolean().default(false),
      }),
      replies: { 202: started },
      async run({ body, caller, base }, reply) {
        const { usernames, filter, changes, dryRun } = body;
        if ((usernames === undefined) === (filter === undefined))
          throw new Problem(400, 'BAD_REQUEST', 'Give either usernames or a filter.');
        const which = usernames ? { usernames } : { filter: filterOf(filter ?? {}) };
        const { importId } = await commands.editUsers(caller, which, changes, dryRun);
        return reply(202, { importId }, { Location: `${base}/imports/${importId}` });
      },
    }),
    textRoute({
      method: 'get',
      path: '/users/export.csv',
      id: 'exportUsers',
      summary: 'All users as a CSV file; whole phone numbers take the scope privacy',
      tag,
      scope: 'users.read',
      mediaType: csv,
      query: z.strictObject({ ...filterQuery, unmasked: field.queryFlag.default(false) }),
      async run({ query, caller, principal }) {
        const { unmasked, ...filter } = query;
        if (unmasked) requireScope(principal, 'privacy');
        const chunks = await commands.exportUsers(caller, filterOf(filter), { unmasked });
        return { chunks, headers: attached(exportFileName) };
      },
    }),
    route({
      method: 'get',
      path: '/imports/{id}',
      id: 'getImport',
      summary: 'How far an import is; with wait, as soon as more than `since` rows are done',
      tag,
      scope: 'users.read',
      params: importPath,
      query: z.strictObject({
        wait: field.queryNumber(0, 30).default(0),
        since: field.queryNumber(0, 999_999_999).optional(),
      }),
      replies: { 200: importReply },
      async run({ params, query, signal }, reply) {
        const waiting = { waitMs: query.wait * 1000, signal };
        const view = await queries.awaitImport(params.id, query.since ?? -1, waiting);
        return reply(200, find(view));
      },
    }),
    textRoute({
      method: 'get',
      path: '/imports/{id}/errors.csv',
      id: 'importErrors',
      summary: 'The lines that an import could not take, with the reason; kept for a week',
      tag,
      scope: 'users.write',
      mediaType: csv,
      params: importPath,
      async run({ params }) {
        const chunks = await queries.importFaults(params.id);
        if (!chunks) throw new Problem(404, 'NOT_FOUND', 'There is no such import any more.');
        return { chunks, headers: attached('errors.csv') };
      },
    }),
  ];
};
