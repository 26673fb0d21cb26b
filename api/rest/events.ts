import { z } from 'zod';
import { present } from '../../domain/present.ts';
import type { Facade } from '../facade.ts';
import type { EventFilter, EventView } from '../facade/events.ts';
import * as field from './fields.ts';
import { Problem } from './problem.ts';
import { route, streamRoute, type Operation, type RawCall, type StreamMessage } from './route.ts';

const maxTypes = 50;
const maxPosition = Number.MAX_SAFE_INTEGER;

const eventReply = z.object({
  position: z.int().meta({ description: 'In the order of the whole log.' }),
  eventId: z.string(),
  type: z.string().meta({ description: 'Dotted, as in authentication.approved.' }),
  storedType: z.string(),
  version: z.int(),
  stream: z.string(),
  revision: z.int().meta({ description: 'In the order of its stream, from 0.' }),
  at: field.instant,
  recordedAt: field.instant,
  actor: z.string(),
  actorKind: z.string(),
  actorId: z.string(),
  subject: z.string(),
  userId: z.string().optional(),
  channel: z.string(),
  address: z.string(),
  requestId: z.string(),
  correlationId: z.string().optional(),
  causationId: z.string().optional(),
  workflowId: z.string().optional(),
  summary: z.string(),
  data: z.record(z.string(), z.unknown()).readonly(),
});
export type EventReply = z.output<typeof eventReply>;
export type EventsReply = {
  readonly items: readonly EventReply[];
  readonly nextCursor?: string;
  readonly newest: number;
};

export const position = z.preprocess(
  (value) => (typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value),
  z.int().min(0).max(maxPosition),
);
const time = z.iso
  .datetime({ offset: true })
  .max(40)
  .transform((text) => new Date(text).toISOString());
export const typeList = z
  .string()
  .max(2_000)
  .regex(/^[A-Za-z]+(\.[A-Za-z]+)*(\.?\*)?(,[A-Za-z]+(\.[A-Za-z]+)*(\.?\*)?)*$|^\*$/)
  .transform((text) => text.split(','))
  .refine((list) => list.length <= maxTypes, `at most ${maxTypes} types`)
  .meta({
    description:
      'With commas: authentication.approved,user.*; * at the end stands for anything. Names as stored are fine too.',
  });

/** What both the list and the stream can be narrowed by. */
export const eventFilter = {
  types: typeList.optional(),
  stream: field.line(256).optional(),
  user: field.username.optional(),
  requestId: field.id.optional(),
  correlationId: field.line(256).optional(),
  since: time.optional(),
  until: time.optional(),
};
const listQuery = z.strictObject({
  ...eventFilter,
  after: position.optional().meta({ description: 'Only events behind this position.' }),
  ...field.paging,
});
const streamQuery = z.strictObject({
  ...eventFilter,
  after: position
    .optional()
    .meta({ description: 'Where to begin; the header Last-Event-ID goes before it.' }),
});

type FilterQuery = z.output<typeof streamQuery>;
export const filterOf = (query: FilterQuery): EventFilter => {
  const { types, stream, user: username, requestId, correlationId, since, until, after } = query;
  return present({
    types,
    stream,
    username,
    requestId,
    correlationId,
    from: since,
    to: until,
    after,
  });
};

const messageOf = (event: EventView): StreamMessage => ({
  id: String(event.position),
  event: event.type,
  data: eventReply.parse(event),
});

async function* messages(
  batches: AsyncIterable<readonly EventView[]>,
): AsyncGenerator<readonly StreamMessage[]> {
  for await (const batch of batches) yield batch.map(messageOf);
}

const tag = 'audit';

/** The log as a feed: pages in its order, and server-sent events from any position on. */
export const events = ({ queries }: Facade): readonly Operation[] => {
  /** @throws {Problem} 400 for a position that the log has not reached, as after a restore */
  const startOf = async (
    { lastEventId }: Pick<RawCall, 'lastEventId'>,
    after: number | undefined,
  ): Promise<number> => {
    const left = lastEventId === undefined ? after : position.safeParse(lastEventId).data;
    const newest = await queries.newestPosition();
    if (left === undefined && lastEventId === undefined) return newest;
    if (left !== undefined && left <= newest) return left;
    throw new Problem(400, 'BAD_REQUEST', `The log ends at position ${newest}.`);
  };

  const stream = streamRoute({
    method: 'get',
    path: '/events/stream',
    id: 'followEvents',
    summary:
      'Events as they are recorded, as server-sent events; id is the position, Last-Event-ID goes on from there',
    tag,
    scope: 'events.read',
    query: streamQuery,
    message: eventReply,
    async follow({ query, lastEventId, signal }) {
      const after = await startOf(lastEventId === undefined ? {} : { lastEventId }, query.after);
      return messages(queries.followEvents({ ...filterOf(query), after }, signal));
    },
  });
  const list = route({
    method: 'get',
    path: '/events',
    id: 'listEvents',
    summary: 'The log, oldest first; as server-sent events where text/event-stream is accepted',
    tag,
    scope: 'events.read',
    query: listQuery,
    replies: {
      200: z.object({
        ...field.page(eventReply).shape,
        newest: z.int().meta({ description: 'Position of the newest event of the log.' }),
      }),
    },
    async run({ query }, reply) {
      const newest = await queries.newestPosition();
      const found = await queries.listEvents(filterOf(query), field.pagingOf(query));
      return reply(200, { ...field.pageBody(found), newest });
    },
  });
  return [
    { ...list, orStream: stream.stream },
    stream,
    route({
      method: 'get',
      path: '/events/{position}',
      id: 'getEvent',
      summary: 'One event',
      tag,
      scope: 'events.read',
      params: z.strictObject({ position }),
      replies: { 200: eventReply },
      async run({ params }, reply) {
        const found = await queries.getEvent(params.position);
        if (!found) throw new Problem(404, 'NOT_FOUND', 'There is no event at this position.');
        return reply(200, found);
      },
    }),
  ];
};
