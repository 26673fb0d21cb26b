import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Append } from '../../adapters/eventStore/port.ts';
import { openSqliteEventStore } from '../../adapters/eventStore/sqlite.ts';
import { newId } from '../../adapters/ids.ts';
import { encodeBase32 } from '../../adapters/otp/base32.ts';
import { openSecrets } from '../../adapters/secrets/aesGcm.ts';
import { loadMasterKey } from '../../adapters/secrets/masterKey.ts';
import type { Secrets } from '../../adapters/secrets/port.ts';
import { sha256 } from '../../api/digest.ts';
import type { DomainEvent, EventMeta } from '../../domain/events.ts';
import { usernameStream, userStream } from '../../domain/ids.ts';
import { userKey, type Sealed } from '../../domain/sealed.ts';
import { canonicalName } from '../../domain/username.ts';
import { openDataFolder } from '../../runtime/dataFolder.ts';

export type SeededUser = { readonly username: string; readonly secret: Uint8Array };

const usersPerBatch = 1_000;
const usersPerCommit = 100;
const secretBytes = 20;

/** The same seed makes the same people with the same secrets. */
export const seededUser = (seed: number, index: number): SeededUser => ({
  username: `user${index}@example.org`,
  secret: createHash('sha256').update(`${seed}/${index}`).digest().subarray(0, secretBytes),
});

/** Somebody whose phone answers pushes: who knows the token is the phone. */
export type SeededPhone = { readonly username: string; readonly deviceToken: string };

export const seededPhone = (seed: number, index: number): SeededPhone => ({
  username: `user${index}@example.org`,
  deviceToken: createHash('sha256').update(`phone ${seed}/${index}`).digest('hex'),
});

/** What a person has beside a name: how they answer, and the facts of what they answer with. */
type Factor = {
  readonly method: 'oath' | 'app';
  readonly facts: (
    seal: (field: string, text: string) => Promise<Sealed>,
  ) => Promise<DomainEvent[]>;
};

const tokenOf = ({ secret }: SeededUser): Factor => ({
  method: 'oath',
  async facts(seal) {
    const tokenId = newId();
    return [
      {
        type: 'TokenAssigned',
        data: {
          tokenId,
          serial: `B${tokenId.slice(-10)}`,
          secret: await seal('secret', encodeBase32(secret)),
          digits: 6,
          periodSeconds: 30,
        },
      },
    ];
  },
});

const phoneOf = ({ deviceToken }: SeededPhone): Factor => ({
  method: 'app',
  async facts(seal) {
    const deviceId = newId();
    const activationId = newId();
    return [
      {
        type: 'DeviceActivated',
        data: {
          deviceId,
          activationId,
          name: await seal('deviceName', 'phone of the benchmark'),
          tokenHash: sha256(deviceToken),
          appVersion: '0.1.0',
          confirmationHash: sha256(`confirmed ${deviceToken}`),
          confirmBy: new Date().toISOString(),
          drift: 0,
        },
      },
      { type: 'DeviceConfirmed', data: { deviceId, activationId } },
    ];
  },
});

const appendsOf = async (secrets: Secrets, username: string, { method, facts }: Factor) => {
  const userId = newId();
  const stream = userStream(userId);
  const owner = userKey(userId);
  const usernameKey = secrets.hash('username', canonicalName(username));
  const seal = (field: string, text: string) => secrets.seal({ owner, stream, field }, text);
  const meta: EventMeta = {
    at: new Date().toISOString(),
    actor: { kind: 'administrator', id: 'bench' },
    channel: 'cli',
    correlationId: userId,
    workflowId: `change-${userId}`,
  };
  const events: DomainEvent[] = [
    {
      type: 'UserAdded',
      data: {
        username: await seal('username', username),
        usernameKey,
        enabled: true,
        method,
        appMode: 'standard',
        objectId: randomUUID(),
        source: 'import',
      },
    },
    ...(await facts(seal)),
  ];
  return [
    {
      stream,
      expectedRevision: -1,
      events: events.map((event) => ({ ...event, id: randomUUID(), meta })),
    },
    {
      stream: usernameStream(usernameKey),
      expectedRevision: -1,
      events: [{ id: randomUUID(), type: 'UsernameReserved', data: { userId }, meta }],
    },
  ] satisfies Append[];
};

type SeedOptions = {
  readonly count: number;
  readonly seed: number;
  /** Number of the first. */
  readonly first?: number;
};

/** Puts people into a data folder that no server uses, as an import would have: through the event store, sealed. */
const seed = async <Person extends { readonly username: string }>(
  data: string,
  people: readonly Person[],
  factorOf: (person: Person) => Factor,
): Promise<void> => {
  const folder = openDataFolder(data);
  const masterKeyFile = join(`${folder.root}-keys`, 'master.key');
  mkdirSync(dirname(masterKeyFile), { recursive: true, mode: 0o700 });
  const secrets = openSecrets({ file: folder.keys, masterKey: loadMasterKey(masterKeyFile) });
  const events = await openSqliteEventStore({ file: folder.events });
  try {
    for (let from = 0; from < people.length; from += usersPerBatch) {
      const batch = people.slice(from, from + usersPerBatch);
      const appends = await Promise.all(
        batch.map((person) => appendsOf(secrets, person.username, factorOf(person))),
      );
      const commits: Promise<unknown>[] = [];
      for (let at = 0; at < appends.length; at += usersPerCommit)
        commits.push(events.commit(appends.slice(at, at + usersPerCommit).flat()));
      await Promise.all(commits);
    }
  } finally {
    await events.close();
    await secrets.close();
    folder.close();
  }
};

/** People with an OATH token each: three events a person. */
export const seedUsers = async (
  data: string,
  { count, seed: chance, first = 0 }: SeedOptions,
): Promise<readonly SeededUser[]> => {
  const people = Array.from({ length: count }, (_, index) => seededUser(chance, first + index));
  await seed(data, people, tokenOf);
  return people;
};

/** People with an active phone each: four events a person. */
export const seedPhones = async (
  data: string,
  { count, seed: chance, first = 0 }: SeedOptions,
): Promise<readonly SeededPhone[]> => {
  const people = Array.from({ length: count }, (_, index) => seededPhone(chance, first + index));
  await seed(data, people, phoneOf);
  return people;
};
