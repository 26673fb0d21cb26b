import type { EventStore, StoredEvent } from '../../adapters/eventStore/port.ts';
import type { Json } from '../../domain/json.ts';
import { authenticationStream, parseStream, userStream } from '../../domain/ids.ts';
import { inUserStream, userKey, type Sealed, type SealedPlace } from '../../domain/sealed.ts';
import { absentUser, evolveUser, type PresentUser, type User } from '../../domain/user.ts';
import { showAuditLines } from './auditLines.ts';
import type { QueryContext } from './context.ts';
import { openFor } from './open.ts';
import { shownData } from './redact.ts';

/** Events of one person that are exported; more are counted. */
const maxEvents = 50_000;
const page = 500;

type Reading = Pick<QueryContext, 'reader' | 'secrets' | 'nowMs'> & {
  readonly events: Pick<EventStore, 'readAll' | 'readStream'>;
};
type JsonMap = { [name: string]: Json };

/** Everything on record about one person, opened: the record, the phones they had, and every event. */
export const personalData = async (reading: Reading, userId: string): Promise<JsonMap> => {
  const own = await wholeStream(reading, userStream(userId));
  const last = lastPresent(own);
  const rows = await reading.reader
    .selectFrom('audit')
    .selectAll()
    .where('userId', '=', userId)
    .orderBy('position')
    .limit(maxEvents)
    .execute();
  const events: JsonMap[] = [];
  for (let from = 0; from < rows.length; from += page) {
    const some = rows.slice(from, from + page);
    const lines = await showAuditLines(reading, some);
    for (const line of lines) events.push({ ...line, data: await dataOf(reading, userId, line) });
  }
  return {
    userId,
    ...(last ? await profileOf(reading, userId, last) : {}),
    phones: await phonesOf(reading, userId, own),
    events,
    eventsLeftOut: rows.length === maxEvents,
  };
};

const wholeStream = async (
  { events }: Pick<Reading, 'events'>,
  stream: string,
): Promise<readonly StoredEvent[]> => {
  const all: StoredEvent[] = [];
  for (;;) {
    const some = await events.readStream(stream, all.length, page);
    all.push(...some);
    if (some.length < page) return all;
  }
};

/** The person as they are, or were before they went. */
const lastPresent = (events: readonly StoredEvent[]): PresentUser | undefined => {
  let user: User = absentUser;
  let last: PresentUser | undefined;
  for (const event of events) {
    user = evolveUser(user, event);
    if (user.status === 'present') last = user;
  }
  return last;
};

const profileOf = async (
  { secrets }: Reading,
  userId: string,
  user: PresentUser,
): Promise<JsonMap> => {
  const open = (field: string, sealed: Sealed | undefined) =>
    openFor(secrets, inUserStream(userId, field), sealed);
  return {
    username: await open('username', user.username),
    firstName: await open('firstName', user.firstName),
    lastName: await open('lastName', user.lastName),
    email: await open('email', user.email),
    group: user.group,
    description: user.description,
    uniqueIdentifier: user.uniqueIdentifier,
    source: user.source,
    enabled: user.enabled,
    method: user.method,
    appMode: user.appMode,
    preferences: { ...user.preferences },
  };
};

/** Every number that the person had, whole: events show them masked. */
const phonesOf = async (
  { secrets }: Reading,
  userId: string,
  events: readonly StoredEvent[],
): Promise<JsonMap[]> =>
  await Promise.all(
    events
      .filter((event) => event.type === 'UserPhoneChanged')
      .map(async ({ data, meta }) => {
        const field = data.which === 'primary' ? 'phone' : 'backupPhone';
        const phone = await openFor(secrets, inUserStream(userId, field), data.phone);
        return { which: data.which, phone, since: meta.at };
      }),
  );

const dataOf = async (
  { events, secrets }: Reading,
  userId: string,
  { position }: { readonly position: number },
): Promise<Json> => {
  const [event] = await events.readAll(position - 1, 1);
  if (event?.position !== position) return {};
  const place = (field: string): SealedPlace => ({
    owner: userKey(userId),
    stream: event.stream,
    field,
  });
  const shown = await shownData(event, place, secrets);
  const { category, id } = parseStream(event.stream);
  const context =
    category === 'authentication' && event.type === 'AuthenticationRequested'
      ? await openFor(
          secrets,
          { ...place('context'), stream: authenticationStream(id) },
          event.data.context,
        )
      : '';
  return { ...withoutKeys(shown), ...(context === '' ? {} : { context }) };
};

/** Hashes and keyed hashes say nothing to a person and something to whoever guesses. */
const keyNames = /(?:Hash|Hashes|Key)$|^objectId$/;

/** What is still sealed stays inside: a PIN's hash, an answer, a seed. */
const withoutKeys = (data: object): JsonMap =>
  Object.fromEntries(
    Object.entries(data).flatMap(([name, value]): [string, Json][] => {
      if (keyNames.test(name) || (typeof value === 'string' && value.startsWith('s1:'))) return [];
      return [[name, clean(value)]];
    }),
  );

const clean = (value: unknown): Json => {
  if (Array.isArray(value)) return value.map(clean);
  if (typeof value === 'object' && value !== null) return withoutKeys(value);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- events are JSON
  return value as Json;
};
