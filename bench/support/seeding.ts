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
import type { EventMeta } from '../../domain/events.ts';
import { usernameStream, userStream } from '../../domain/ids.ts';
import { userKey } from '../../domain/sealed.ts';
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

const appendsOf = async (secrets: Secrets, { username, secret }: SeededUser) => {
  const userId = newId();
  const stream = userStream(userId);
  const owner = userKey(userId);
  const usernameKey = secrets.hash('username', canonicalName(username));
  const meta: EventMeta = {
    at: new Date().toISOString(),
    actor: { kind: 'administrator', id: 'bench' },
    channel: 'cli',
    correlationId: userId,
    workflowId: `change-${userId}`,
  };
  const [name, sealedSecret] = await Promise.all([
    secrets.seal({ owner, stream, field: 'username' }, username),
    secrets.seal({ owner, stream, field: 'secret' }, encodeBase32(secret)),
  ]);
  const tokenId = newId();
  return [
    {
      stream,
      expectedRevision: -1,
      events: [
        {
          id: randomUUID(),
          type: 'UserAdded',
          data: {
            username: name,
            usernameKey,
            enabled: true,
            method: 'oath',
            appMode: 'standard',
            objectId: randomUUID(),
            source: 'import',
          },
          meta,
        },
        {
          id: randomUUID(),
          type: 'TokenAssigned',
          data: {
            tokenId,
            serial: `B${tokenId.slice(-10)}`,
            secret: sealedSecret,
            digits: 6,
            periodSeconds: 30,
          },
          meta,
        },
      ],
    },
    {
      stream: usernameStream(usernameKey),
      expectedRevision: -1,
      events: [{ id: randomUUID(), type: 'UsernameReserved', data: { userId }, meta }],
    },
  ] satisfies Append[];
};

/**
 * Puts people with an OATH token each into a data folder that no server uses, as an import would have: three
 * events each, through the event store and with sealed fields.
 */
export const seedUsers = async (
  data: string,
  { count, seed, first = 0 }: { count: number; seed: number; first?: number },
): Promise<readonly SeededUser[]> => {
  const folder = openDataFolder(data);
  const masterKeyFile = join(`${folder.root}-keys`, 'master.key');
  mkdirSync(dirname(masterKeyFile), { recursive: true, mode: 0o700 });
  const secrets = openSecrets({ file: folder.keys, masterKey: loadMasterKey(masterKeyFile) });
  const events = await openSqliteEventStore({ file: folder.events });
  const people = Array.from({ length: count }, (_, index) => seededUser(seed, first + index));
  try {
    for (let from = 0; from < count; from += usersPerBatch) {
      const batch = people.slice(from, from + usersPerBatch);
      const appends = await Promise.all(batch.map((person) => appendsOf(secrets, person)));
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
  return people;
};
