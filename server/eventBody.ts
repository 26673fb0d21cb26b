import type { EventStore, StoredEvent } from '../adapters/eventStore/port.ts';
import type { ViewsFeed } from '../adapters/views/port.ts';
import { showAuditLines } from '../api/queries/auditLines.ts';
import type { QueryContext } from '../api/queries/context.ts';
import { dottedType } from '../domain/delivery.ts';
import type { Json, JsonObject } from '../domain/json.ts';

/** Ids, instants and words of a fixed set; free texts and names stand in the line alone, where the log shows them. */
const told =
  /(?:Id|At)$|^(?:until|code|application|channel|method|appMode|answer|form|verdict|rule|flag|ended|enabled|kind|accepted|source|state|decision|stage|level|by|once|mode|which)$/;
const sealedForm = /^s\d+:/;

/** Numbers, flags and plain words of an event: no lists, nothing sealed, nothing that opens a door. */
const plainData = (event: StoredEvent): JsonObject =>
  Object.fromEntries(
    Object.entries(event.data).filter((field): field is [string, Json] => {
      const [name, value]: readonly [string, unknown] = field;
      if (!told.test(name)) return false;
      if (typeof value === 'string') return !sealedForm.test(value);
      return typeof value === 'number' || typeof value === 'boolean';
    }),
  );

/** What a webhook is told of an event: its line in the audit log with the names as they are known now. */
export const eventBodies =
  (
    context: Omit<QueryContext, 'events'> & { readonly events: Pick<EventStore, 'readAll'> },
    feed: Pick<ViewsFeed, 'caughtUp'>,
  ) =>
  async (position: number): Promise<JsonObject> => {
    await feed.caughtUp(position);
    const row = await context.reader
      .selectFrom('audit')
      .selectAll()
      .where('position', '=', position)
      .executeTakeFirst();
    const [event] = await context.events.readAll(position - 1, 1);
    if (!row || event?.position !== position)
      throw new Error(`there is no event at position ${position}`);
    const [line] = await showAuditLines(context, [row]);
    return {
      ...line!,
      eventId: event.id,
      type: dottedType(event.type),
      data: plainData(event),
    };
  };
