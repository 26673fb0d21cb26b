import { foldCache } from '../activities/foldCache.ts';
import { createDirectory } from '../adapters/directory/directory.ts';
import { ntlmAuth } from '../adapters/directory/ntlmAuth.ts';
import type { Directory } from '../adapters/directory/port.ts';
import type { DirectoryServer, DirectorySettings } from '../adapters/directory/settings.ts';
import type { EventStore } from '../adapters/eventStore/port.ts';
import type { Secrets } from '../adapters/secrets/port.ts';
import type { DirectoryTarget } from '../api/radius/directoryTarget.ts';
import type { DomainEvent } from '../domain/events.ts';
import { usernameStream, userStream } from '../domain/ids.ts';
import type { RadiusTarget, TargetDirectory } from '../domain/items/radius.ts';
import { usernamePlace } from '../domain/ldapFilter.ts';
import { absentUser, evolveUser, type User } from '../domain/user.ts';
import { canonicalName } from '../domain/username.ts';
import type { Logger } from '../runtime/logger.ts';
import type { SystemLog } from './systemLog.ts';

export type DirectoryParts = {
  readonly events: EventStore;
  readonly secrets: Pick<Secrets, 'hash'>;
  readonly facts: SystemLog;
  readonly log: Logger;
  /** Path of Samba's `ntlm_auth`. */
  readonly ntlmAuth?: string | undefined;
};

/** People whose groups are remembered, each with what the log says of them. */
const rememberedPeople = 2_000;
/** Longer than any login takes. */
const graceMs = 200_000;
const defaultPorts = { ldaps: 636, startTls: 389, none: 389 } as const;

const serverOf = (directory: TargetDirectory): DirectoryServer => {
  const { host, port, security, serverName = host, ca, timeoutSeconds } = directory;
  return {
    host,
    port: port ?? defaultPorts[security],
    security,
    serverName,
    timeoutMs: timeoutSeconds * 1_000,
    ...(ca === undefined ? {} : { ca }),
  };
};

const hasReplies = ({ replies = [] }: RadiusTarget): boolean => replies.length > 0;

const settingsOf = (target: RadiusTarget, password: string | undefined): DirectorySettings => {
  const { kind, baseDn = '', filter, bindDn, usernameAttribute, domain = '' } = target;
  const isWindows = kind === 'windowsDomain';
  const ofPeople = isWindows ? ['userPrincipalName', 'sAMAccountName'] : ['uid'];
  return {
    baseDn,
    names: isWindows
      ? { kind: 'windowsDomain', domain }
      : { kind: 'ldap', filter: filter ?? `(uid=${usernamePlace})` },
    // An account without a password is asked for none: it would be nobody's (RFC 4513 §5.1.2).
    ...(bindDn === undefined ? {} : { account: { name: bindDn, password: password ?? '' } }),
    usernameAttributes: usernameAttribute === undefined ? ofPeople : [usernameAttribute],
    groupAttribute: target.groupAttribute ?? 'memberOf',
    // Nobody else asks for groups, and a chain of them costs a search.
    nestedGroups: hasReplies(target) && (target.nestedGroups ?? isWindows),
  };
};

/** Longest host that reaches the log. */
const maxHost = 200;
const nameOf = ({ host, port }: DirectoryServer): string =>
  `directory ${host.slice(0, maxHost)}:${port}`;

/** Directories that check passwords for RADIUS, kept for as long as their settings stay the same. */
export const radiusDirectories = (parts: DirectoryParts) => {
  const { events, secrets, facts, log } = parts;
  const verify = parts.ntlmAuth === undefined ? undefined : ntlmAuth(parts.ntlmAuth);
  const open = new Map<string, Directory>();
  const names = foldCache({
    events,
    initial: undefined as string | undefined,
    evolve: (holder: string | undefined, event: DomainEvent) => {
      if (event.type === 'UsernameReserved') return event.data.userId;
      return event.type === 'UsernameReleased' ? undefined : holder;
    },
    capacity: rememberedPeople,
  });
  const people = foldCache<User>({
    events,
    initial: absentUser,
    evolve: evolveUser,
    capacity: rememberedPeople,
  });

  const groupOf = async (username: string): Promise<string | undefined> => {
    const key = secrets.hash('username', canonicalName(username));
    const { state: userId } = await names.load(usernameStream(key));
    if (userId === undefined) return undefined;
    const { state: user } = await people.load(userStream(userId));
    return user.status === 'present' && user.group !== '' ? user.group : undefined;
  };

  const onState = (server: DirectoryServer, fault: string | undefined): void => {
    const provider = nameOf(server);
    log.warn('a directory server changed its state', { provider, fault: fault ?? 'none' });
    const fact =
      fault === undefined
        ? ({ type: 'ProviderUp', data: { provider } } as const)
        : ({ type: 'ProviderDown', data: { provider, reason: fault } } as const);
    facts
      .record(fact, `provider/${provider}/${Date.now()}`)
      .catch((error: unknown) => log.error('the state could not be recorded', { error }));
  };

  const create = (target: RadiusTarget, password: string | undefined): Directory => {
    const { directories = [] } = target;
    for (const directory of directories)
      if (directory.security === 'none' && directory.allowPlainText === true)
        log.warn('passwords go to this directory server in the clear', {
          provider: nameOf(serverOf(directory)),
        });
    return createDirectory({
      servers: directories.map(serverOf),
      settings: settingsOf(target, password),
      ...(verify === undefined ? {} : { verify }),
      nowMs: () => performance.now(),
      onState,
    });
  };

  const end = (directory: Directory): void => {
    directory.close().catch((error: unknown) => log.warn('a thread did not end', { error }));
  };

  return {
    /** @param password the opened `bindPassword` */
    open(target: RadiusTarget, password: string | undefined): DirectoryTarget {
      const { replies = [], ...rest } = target;
      const key = JSON.stringify([rest, hasReplies(target), password]);
      const directory = open.get(key) ?? create(target, password);
      open.set(key, directory);
      return { directory, replies, groupOf };
    },
    /** Lets go of the others, once the logins that they have begun are over. */
    keep(used: ReadonlySet<Directory>): void {
      for (const [key, directory] of open) {
        if (used.has(directory)) continue;
        open.delete(key);
        setTimeout(() => end(directory), graceMs).unref();
      }
    },
    close(): void {
      for (const directory of open.values()) end(directory);
      open.clear();
    },
  };
};

export type RadiusDirectories = ReturnType<typeof radiusDirectories>;
