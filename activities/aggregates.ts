import {
  emptyConfiguration,
  evolveConfiguration,
  type Configuration,
} from '../domain/configuration.ts';
import type { DomainEvent } from '../domain/events.ts';
import { settingsStream, tokenStream, usernameStream, userStream } from '../domain/ids.ts';
import { evolveToken, noToken, type Token } from '../domain/token.ts';
import { absentUser, evolveUser, type User } from '../domain/user.ts';
import { foldCache, type Folded } from './foldCache.ts';
import type { Ports } from './ports.ts';
import { serially } from './serially.ts';

const cachedUsers = 20_000;
const cachedNames = 50_000;
const cachedTokens = 20_000;

/** The shared streams, folded: people, the names that point at them, configuration. */
export type Aggregates = {
  user(userId: string): Promise<Folded<User>>;
  /** Who holds a name; undefined where it is free. */
  name(usernameKey: string): Promise<Folded<string | undefined>>;
  /** A hardware token by the keyed hash of its serial number. */
  token(serialKey: string): Promise<Folded<Token>>;
  configuration(): Promise<Folded<Configuration>>;
  /** One decision at a time on one person in this process. */
  oneAtATime<T>(userId: string, task: () => Promise<T>): Promise<T>;
};

const evolveName = (holder: string | undefined, event: DomainEvent): string | undefined => {
  if (event.type === 'UsernameReserved') return event.data.userId;
  return event.type === 'UsernameReleased' ? undefined : holder;
};

export const createAggregates = ({ events }: Ports): Aggregates => {
  const users = foldCache({
    events,
    initial: absentUser,
    evolve: evolveUser,
    capacity: cachedUsers,
  });
  const names = foldCache({
    events,
    initial: undefined as string | undefined,
    evolve: evolveName,
    capacity: cachedNames,
  });
  const tokens = foldCache({
    events,
    initial: noToken,
    evolve: evolveToken,
    capacity: cachedTokens,
  });
  const configurations = foldCache({
    events,
    initial: emptyConfiguration,
    evolve: evolveConfiguration,
    capacity: 1,
  });
  return {
    user: (userId) => users.load(userStream(userId)),
    name: (usernameKey) => names.load(usernameStream(usernameKey)),
    token: (serialKey) => tokens.load(tokenStream(serialKey)),
    configuration: () => configurations.load(settingsStream),
    oneAtATime: serially(),
  };
};
