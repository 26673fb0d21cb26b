import type { EventStore, StoredEvent } from '../adapters/eventStore/port.ts';
import { foldCache } from '../activities/foldCache.ts';
import { dottedType, wantsType } from '../domain/delivery.ts';
import { authenticationStream, parseStream, userStream } from '../domain/ids.ts';
import type { Webhook } from '../domain/items/webhook.ts';
import { absentUser, evolveUser } from '../domain/user.ts';

const cachedUsers = 1_000;

/** What filters look at, from the event and the stream of its request. */
type About = { readonly application?: string; readonly userId?: string };

const textOf = (data: object, name: string): string | undefined => {
  const value: unknown = Reflect.get(data, name);
  return typeof value === 'string' ? value : undefined;
};
const present = (about: { [K in keyof About]: About[K] | undefined }): About =>
  Object.fromEntries(Object.entries(about).filter(([, value]) => value !== undefined));

/** Tells whether a webhook wants an event, filters included. They read the log, which is never behind. */
export const webhookMatcher = (events: EventStore) => {
  const users = foldCache({
    events,
    initial: absentUser,
    evolve: evolveUser,
    capacity: cachedUsers,
  });

  const aboutOf = async (event: StoredEvent): Promise<About> => {
    const { category, id } = parseStream(event.stream);
    const application = textOf(event.data, 'application');
    const userId = category === 'user' ? id : textOf(event.data, 'userId');
    const requestId = category === 'authentication' ? id : textOf(event.data, 'requestId');
    if (requestId === undefined || (application !== undefined && userId !== undefined))
      return present({ application, userId });
    const [first] = await events.readStream(authenticationStream(requestId), 0, 1);
    const request = first ? first.data : {};
    return present({
      application: application ?? textOf(request, 'application'),
      userId: userId ?? textOf(request, 'userId'),
    });
  };

  const isInGroup = async (userId: string | undefined, group: string): Promise<boolean> => {
    if (userId === undefined) return false;
    const { state } = await users.load(userStream(userId));
    return state.status === 'present' && state.group === group;
  };

  return async (webhook: Webhook, event: StoredEvent): Promise<boolean> => {
    if (!webhook.active || !wantsType(webhook.types, dottedType(event.type))) return false;
    const { application, group } = webhook;
    if (application === undefined && group === undefined) return true;
    const about = await aboutOf(event);
    if (application !== undefined && about.application !== application) return false;
    return group === undefined || (await isInGroup(about.userId, group));
  };
};
