import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Append, EventStore, StoredEvent } from '../../adapters/eventStore/port.ts';
import { openSqliteEventStore } from '../../adapters/eventStore/sqlite.ts';
import { newId } from '../../adapters/ids.ts';
import { openSecrets } from '../../adapters/secrets/aesGcm.ts';
import { loadMasterKey } from '../../adapters/secrets/masterKey.ts';
import type { Secrets } from '../../adapters/secrets/port.ts';
import type { DomainEvent, EventMeta } from '../../domain/events.ts';
import { authenticationStream, parseStream, userStream } from '../../domain/ids.ts';
import { userKey, type Sealed } from '../../domain/sealed.ts';
import { openDataFolder } from '../../runtime/dataFolder.ts';

type Person = {
  readonly userId: string;
  deviceId?: string;
  tokenId?: string;
  /** Events in the person's stream. */
  events: number;
};

const loginsPerCommit = 100;
const commitsAtOnce = 8;
const pageEvents = 1_000;
/** Long enough that nobody is slowed down, or told that a code was used, for what was seeded. */
const agoMs = 3_600_000;

const peopleOf = async (events: EventStore): Promise<readonly Person[]> => {
  const people = new Map<string, Person>();
  for (let after = 0; ;) {
    const page = await events.readAll(after, pageEvents);
    for (const event of page) note(people, event);
    const last = page.at(-1);
    if (!last) return [...people.values()];
    after = last.position;
  }
};

const note = (people: Map<string, Person>, event: StoredEvent): void => {
  const { category, id } = parseStream(event.stream);
  if (category !== 'user') return;
  const person = people.get(id) ?? { userId: id, events: 0 };
  people.set(id, person);
  person.events += 1;
  if (event.type === 'DeviceActivated')
    person.deviceId = (event as StoredEvent<'DeviceActivated'>).data.deviceId;
  if (event.type === 'TokenAssigned')
    person.tokenId = (event as StoredEvent<'TokenAssigned'>).data.tokenId;
};

type Story = { readonly attempt: readonly DomainEvent[]; readonly person: readonly DomainEvent[] };

/** What is on record of a login that was let in: by a push, or by a code. */
const storyOf = (
  { userId, deviceId, tokenId = 'none' }: Person,
  requestId: string,
  initiatingIp: Sealed,
): Story => {
  const loggedInAt = Date.now() - agoMs;
  const at = new Date(loggedInAt).toISOString();
  const originKey = randomUUID();
  const begin: readonly DomainEvent[] = [
    {
      type: 'AuthenticationRequested',
      data: {
        channel: 'radius',
        application: 'VPN',
        callerId: 'vpn-1',
        originKey,
        requireUserMatch: true,
        userId,
        initiatingIp,
      },
    },
    { type: 'AuthenticationRuleMatched', data: { rule: '13 challenge' } },
  ];
  const approved: DomainEvent = {
    type: 'AuthenticationApproved',
    data: { code: 'APPROVED', userId },
  };
  if (deviceId === undefined)
    return {
      attempt: [
        ...begin,
        { type: 'AuthenticationCodeSubmitted', data: { accepted: true, tokenId, triesLeft: 0 } },
        approved,
      ],
      person: [
        {
          type: 'UserCodeAccepted',
          data: { requestId, tokenId, step: Math.floor(loggedInAt / 30_000), drift: 0, at },
        },
      ],
    };
  const guid = randomUUID();
  const device = { deviceId, guid, tokenHash: randomUUID(), oathCounter: '1' };
  return {
    attempt: [
      ...begin,
      {
        type: 'AuthenticationChallengeSent',
        data: {
          method: 'app',
          expiresAt: at,
          fraudAllowed: true,
          fraudBlock: false,
          devices: [device],
        },
      },
      {
        type: 'AuthenticationDeviceAnswered',
        data: { deviceId, guid, answer: 'approve', form: 'plain' },
      },
      approved,
    ],
    person: [
      {
        type: 'UserChallengeOpened',
        data: { requestId, originKey, method: 'app', expiresAt: at, at },
      },
      { type: 'UserChallengeClosed', data: { requestId, code: 'APPROVED', at } },
    ],
  };
};

const loginOf = async (secrets: Secrets, person: Person): Promise<readonly Append[]> => {
  const requestId = newId();
  const stream = authenticationStream(requestId);
  const owner = userKey(person.userId);
  const address = await secrets.seal({ owner, stream, field: 'initiatingIp' }, '198.51.100.7');
  const story = storyOf(person, requestId, address);
  const meta: EventMeta = {
    at: new Date().toISOString(),
    actor: { kind: 'serviceAccount', id: 'vpn-1' },
    channel: 'radius',
    address: '192.0.2.7',
    correlationId: requestId,
    workflowId: stream,
  };
  const withIds = (events: readonly DomainEvent[]) =>
    events.map((event) => ({ ...event, id: randomUUID(), meta }));
  const expectedRevision = person.events - 1;
  person.events += story.person.length;
  return [
    { stream, expectedRevision: -1, events: withIds(story.attempt) },
    { stream: userStream(person.userId), expectedRevision, events: withIds(story.person) },
  ];
};

/**
 * Adds logins of the people in a data folder, one after the other over all of them, until its log holds so many
 * events. No server may use the folder.
 */
export const seedLogins = async (
  data: string,
  wanted: number,
  say: (text: string) => void,
): Promise<void> => {
  const folder = openDataFolder(data);
  const masterKey = loadMasterKey(join(`${folder.root}-keys`, 'master.key'));
  const secrets = openSecrets({ file: folder.keys, masterKey });
  const events = await openSqliteEventStore({ file: folder.events });
  try {
    const people = await peopleOf(events);
    let next = 0;
    for (let head = await events.head(); head < wanted; head = await events.head()) {
      const commits: Promise<unknown>[] = [];
      for (let commit = 0; commit < commitsAtOnce; commit += 1) {
        const appends: Append[] = [];
        // Within one commit each person logs in once, so that no stream stands in it twice.
        for (let login = 0; login < Math.min(loginsPerCommit, people.length); login += 1)
          appends.push(...(await loginOf(secrets, people[next++ % people.length]!)));
        commits.push(events.commit(appends));
      }
      await Promise.all(commits);
      say(`${head} of ${wanted} events written`);
    }
  } finally {
    await events.close();
    await secrets.close();
    folder.close();
  }
};
