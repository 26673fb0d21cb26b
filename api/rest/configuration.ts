import { z } from 'zod';
import { Rejected } from '../../domain/errors.ts';
import { itemKinds, type ItemKind } from '../../domain/items.ts';
import type { Facade } from '../facade.ts';
import type { ItemInput, ItemView } from '../facade/items.ts';
import * as field from './fields.ts';
import { itemId } from './items/fields.ts';
import { kinds, shownShape } from './items/kinds.ts';
import { Problem } from './problem.ts';
import { route, uploadRoute, type Operation } from './route.ts';

const tag = 'configuration';
const maxRecordingBytes = 5 * 1024 * 1024;

const warnings = z
  .array(z.string())
  .readonly()
  .meta({ description: 'What is set in a way that will not work as meant.' });
const setReply = z.object({
  itemId: z.string(),
  version: z.string().meta({ description: 'The ETag.' }),
  made: z
    .record(z.string(), z.string())
    .readonly()
    .meta({ description: 'Secrets that the server made; in this answer only.' }),
  warnings,
});
export type ItemSetReply = z.output<typeof setReply>;
export type ItemReply = {
  readonly itemId: string;
  readonly version: string;
  readonly changedAt: string;
  readonly item: Readonly<Record<string, unknown>>;
};

/** Kinds that the warnings are about. */
const warned: ReadonlySet<ItemKind> = new Set(['voiceMessage', 'telephonyProvider'] as const);

const etag = (version: string) => ({ ETag: `"${version}"` });
const notFound = (kind: ItemKind): Problem =>
  new Problem(404, 'NOT_FOUND', `There is no such ${kind}.`);
const stale = (): Problem =>
  new Problem(412, 'VERSION_CONFLICT', 'Somebody else has changed it: read it again first.');

/** Two editors of the same version: one wins, the other is told (spec/65 'Concurrency'). */
const conflictIsStale = (error: unknown): never => {
  throw error instanceof Rejected && error.kind === 'conflict' ? stale() : error;
};

/**
 * What the caller must have seen for its change to count; undefined where it takes whatever is there.
 * @throws {Problem} 412, 428
 */
const versionSeen = (
  now: ItemView | undefined,
  ifMatch: string | undefined,
): string | undefined => {
  if (ifMatch === '*' && now) return undefined;
  if (ifMatch === undefined && now)
    throw new Problem(428, 'VERSION_MISSING', 'Send If-Match with the ETag of what you have read.');
  if (ifMatch !== undefined && ifMatch !== now?.version) throw stale();
  return now?.version ?? 'none';
};

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the kind's own schema has read it
const entered = (body: unknown) => body as ItemInput<ItemKind>;

const operationsOfKind = (kind: ItemKind, { commands, queries }: Facade): readonly Operation[] => {
  const { about, shape } = kinds[kind];
  const name = kind.charAt(0).toUpperCase() + kind.slice(1);
  const path = `/configuration/${kind}`;
  const one = { path: `${path}/{id}`, params: z.strictObject({ id: itemId }), tag } as const;
  const reply = z.object({
    itemId: z.string(),
    version: z.string(),
    changedAt: field.instant,
    item: shownShape(shape),
  });
  const warningsOf = async () => (warned.has(kind) ? queries.configurationWarnings() : []);
  const answerOf = async (set: { readonly itemId: string; readonly made?: object }) => {
    const version = (await queries.getItem(kind, set.itemId))?.version ?? '';
    return { itemId: set.itemId, version, made: { ...set.made }, warnings: await warningsOf() };
  };

  return [
    route({
      method: 'get',
      path,
      id: `list${name}`,
      summary: `List ${kind}: ${about}`,
      tag,
      scope: 'settings.read',
      replies: { 200: z.object({ items: z.array(reply).readonly(), warnings }) },
      async run(_call, answer) {
        const items = await queries.listItems(kind);
        return answer(200, { items, warnings: await warningsOf() });
      },
    }),
    route({
      ...one,
      method: 'get',
      id: `get${name}`,
      summary: `Read one ${kind}`,
      scope: 'settings.read',
      replies: { 200: reply },
      async run({ params }, answer) {
        const found = await queries.getItem(kind, params.id);
        if (!found) throw notFound(kind);
        return answer(200, found, etag(found.version));
      },
    }),
    route({
      method: 'post',
      path,
      id: `add${name}`,
      summary: `Add a ${kind} under a new id`,
      tag,
      scope: 'settings.write',
      idempotency: 'remade',
      body: shape,
      replies: { 201: setReply },
      async run({ body, caller, base }, answer) {
        const set = await commands.setItem(caller, kind, undefined, entered(body), 'none');
        const made = await answerOf(set);
        const Location = `${base}${path}/${made.itemId}`;
        return answer(201, made, { ...etag(made.version), Location });
      },
    }),
    route({
      ...one,
      method: 'put',
      id: `set${name}`,
      summary: `Set a ${kind} under an id of your own; secrets that are left out stay`,
      scope: 'settings.write',
      versioned: true,
      body: shape,
      replies: { 200: setReply },
      async run({ params, body, caller, ifMatch }, answer) {
        const version = versionSeen(await queries.getItem(kind, params.id), ifMatch);
        const set = await commands
          .setItem(caller, kind, params.id, entered(body), version)
          .catch(conflictIsStale);
        const made = await answerOf(set);
        return answer(200, made, etag(made.version));
      },
    }),
    route({
      ...one,
      method: 'delete',
      id: `remove${name}`,
      summary: `Remove a ${kind}`,
      scope: 'settings.write',
      versioned: true,
      replies: { 204: field.noContent },
      async run({ params, caller, ifMatch }, answer) {
        const now = await queries.getItem(kind, params.id);
        if (!now) throw notFound(kind);
        const version = versionSeen(now, ifMatch);
        await commands.removeItem(caller, kind, params.id, version).catch(conflictIsStale);
        return answer(204, undefined);
      },
    }),
  ];
};

const recording = ({ commands, queries }: Facade): Operation =>
  uploadRoute({
    method: 'put',
    path: '/configuration/voiceMessage/{id}/audio',
    id: 'setVoiceMessageAudio',
    summary: 'The audio of a voice message; it plays for less than 20 s',
    tag,
    scope: 'settings.write',
    params: z.strictObject({ id: itemId }),
    takes: { types: ['audio/wav', 'audio/mpeg'], maxBytes: maxRecordingBytes },
    replies: { 200: z.object({ itemId: z.string(), warnings }) },
    async run({ params, caller, upload }, reply) {
      const contentType = upload.contentType === 'audio/mpeg' ? 'audio/mpeg' : 'audio/wav';
      await commands.setRecording(caller, params.id, { contentType, bytes: upload.bytes });
      const found = await queries.configurationWarnings();
      return reply(200, { itemId: params.id, warnings: found });
    },
  });

/** Everything that an administrator keeps lists of: the same five operations for each kind. */
export const configuration = (facade: Facade): readonly Operation[] => [
  ...itemKinds.flatMap((kind) => operationsOfKind(kind, facade)),
  recording(facade),
];
