import type { StoredEvent } from '../adapters/eventStore/port.ts';
import type { EventType } from '../domain/events.ts';
import { parseStream } from '../domain/ids.ts';
import { familyOf } from '../domain/retention.ts';
import { auditTexts, type Part } from './auditText.ts';
import { isHeld } from './expiry.ts';
import type { Handlers, Projection } from './projection.ts';
import type { Pending, Rows } from './rows.ts';
import { table } from './table.ts';

const audit = table({
  name: 'audit',
  key: 'position',
  columns: {
    position: 'integer',
    at: 'text',
    type: 'text',
    actorKind: 'text',
    actorId: 'text',
    onBehalfOfSealed: 'text?',
    userId: 'text?',
    requestId: 'text?',
    channel: 'text',
    address: 'text',
    stream: 'text',
    correlationId: 'text?',
    summary: 'text',
  },
  indexes: [
    ['userId', 'position'],
    ['requestId', 'position'],
    ['type', 'position'],
    ['stream', 'position'],
    ['correlationId', 'position'],
  ],
});

const auditSubjects = table({
  name: 'auditSubjects',
  key: 'stream',
  columns: { stream: 'text', userId: 'text' },
  indexes: [],
});

type About = { readonly userId: string | undefined; readonly requestId: string | undefined };

/** Fields that say, in some events, whom and which request they are about. */
const named = (event: StoredEvent): About => {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- ids are texts in every event that has them
  const data = event.data as { userId?: string; requestId?: string; fraudReportId?: string };
  return { userId: data.userId, requestId: data.requestId ?? data.fraudReportId };
};

/** In a run's own stream the first event names the person, and the others are about the same one. */
const remembered = (
  { stream, revision }: StoredEvent,
  { userId, requestId }: About,
  rows: Rows,
): Pending<About> => {
  if (userId === undefined) {
    const found = rows.get('auditSubjects', stream);
    return found instanceof Promise
      ? found.then((row) => ({ userId: row?.userId, requestId }))
      : { userId: found?.userId, requestId };
  }
  if (revision === 0) rows.put('auditSubjects', { stream, userId });
  return { userId, requestId };
};

const about = (event: StoredEvent, rows: Rows): Pending<About> => {
  const { category, id } = parseStream(event.stream);
  const { userId, requestId } = named(event);
  switch (category) {
    case 'user':
      return { userId: id, requestId };
    case 'authentication':
    case 'fraudReport':
      return remembered(event, { userId, requestId: id }, rows);
    case 'activation':
    case 'mail':
      return remembered(event, { userId, requestId }, rows);
    default:
      return { userId, requestId };
  }
};

const record =
  <T extends EventType>(
    text: (event: StoredEvent<T>, userId: string | undefined) => readonly Part[],
  ) =>
  (event: StoredEvent<T>, rows: Rows): Pending<void> => {
    const found = about(event, rows);
    const write = (known: About): void => put(event, known, text(event, known.userId), rows);
    return found instanceof Promise ? found.then(write) : write(found);
  };

const put = (
  event: StoredEvent,
  { userId, requestId }: About,
  summary: readonly Part[],
  rows: Rows,
): void => {
  const { at, actor, channel, address, onBehalfOf, correlationId } = event.meta;
  rows.put('audit', {
    position: event.position,
    at,
    type: event.type,
    actorKind: actor.kind,
    actorId: actor.id,
    onBehalfOfSealed: onBehalfOf ?? null,
    userId: userId ?? null,
    requestId: requestId ?? null,
    channel: channel ?? '',
    address: address ?? '',
    stream: event.stream,
    correlationId: correlationId ?? null,
    summary: JSON.stringify(summary),
  });
};

/** Expired lines go; the events stay where they are, for whoever proves the log. */
const expire = async (
  { data }: StoredEvent<'AuditRetentionApplied'>,
  rows: Rows,
): Promise<void> => {
  const { family, from, upTo, before, hold } = data;
  for (const row of await rows.below('audit', 'position', upTo + 1, from)) {
    if (familyOf(row) !== family || row.at >= before || isHeld(hold, [row.userId])) continue;
    rows.remove('audit', row.position);
    rows.remove('auditSubjects', row.stream);
  }
};

const lines = Object.fromEntries(
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each type is paired with its own text
  Object.entries(auditTexts).map(([type, text]) => [type, record(text as never)]),
) as Handlers;

/** One line an event: who did what to whom, when, from where. */
export const auditProjection: Projection = {
  name: 'audit',
  version: 3,
  tables: [audit, auditSubjects],
  on: {
    ...lines,
    async AuditRetentionApplied(event, rows) {
      await expire(event, rows);
      await record(auditTexts.AuditRetentionApplied)(event, rows);
    },
  },
};
