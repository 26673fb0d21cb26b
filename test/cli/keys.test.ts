import { afterAll, afterEach, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openSecrets } from '../../adapters/secrets/aesGcm.ts';
import { decrypt, deriveKey } from '../../adapters/secrets/gcm.ts';
import { keyBinding } from '../../adapters/secrets/keyDatabase.ts';
import { openKeyTable } from '../../adapters/secrets/keyTable.ts';
import { masterKeysAt } from '../../adapters/secrets/masterKeyFiles.ts';
import { prefixHex, wrappedByOthers } from '../../adapters/secrets/masters.ts';
import { openRotation } from '../../adapters/secrets/rotation.ts';
import { inUserStream, userKey, type Sealed } from '../../domain/sealed.ts';
import { layoutOf, type DataLayout } from '../../runtime/dataFolder.ts';
import { rotateKeys } from '../../cli/keys/rotate.ts';
import { tryLock } from '../../runtime/fileLock.ts';
import { chance } from '../e2e/support/chance.ts';
import { factsOnDisk } from '../e2e/support/factLog.ts';
import { count, seed } from '../support/profile.ts';
import { killedWhen, told } from './backups.ts';

/* The master key is replaced while the keys under it are in use. */

/** On a busy machine a kill may come after the end. */
const maxTries = 20;
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

type Made = { readonly data: string; readonly layout: DataLayout; readonly keyFile: string };

const madeKeys = (): Made => {
  const root = mkdtempSync(join(tmpdir(), 'countersign-keys-'));
  folders.push(root);
  const layout = layoutOf(join(root, 'data'));
  mkdirSync(layout.store, { recursive: true });
  mkdirSync(`${layout.root}-keys`, { mode: 0o700 });
  const keyFile = join(`${layout.root}-keys`, 'master.key');
  writeFileSync(keyFile, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600 });
  return { data: layout.root, layout, keyFile };
};
const keyIn = (file: string): Buffer => Buffer.from(readFileSync(file, 'utf8').trim(), 'base64url');

const opened: ReturnType<typeof openSecrets>[] = [];
/** As a running server has it. */
const secretsOf = ({ layout, keyFile }: Made) => {
  const secrets = openSecrets({ file: layout.keys, masterKey: () => masterKeysAt(keyFile) });
  opened.push(secrets);
  return secrets;
};
afterEach(async () => {
  for (const secrets of opened.splice(0)) await secrets.close();
});

const place = (userId: string) => inUserStream(userId, 'phone');
/** The command in this process; a process for each would cost most of the time. */
const rotate = ({ data }: Made) => rotateKeys({ data, step: () => () => undefined });

/** How far a rotation is, as the table says while it goes on. */
const progressIn = (file: string) => {
  const db = new DatabaseSync(file, { readOnly: true, timeout: 5_000 });
  const newest = db.prepare('SELECT generation, since FROM masters ORDER BY generation DESC');
  const left = db.prepare(`SELECT count(*) AS keys FROM data_keys WHERE ${wrappedByOthers}`);
  const isUnderWay = (): boolean => newest.get()?.['since'] === null;
  return {
    isUnderWay,
    /** Keys that it has not reached; none where it has ended. */
    left: (): number =>
      isUnderWay()
        ? Number(left.get(prefixHex(Number(newest.get()?.['generation'])))?.['keys'])
        : 0,
    close: () => db.close(),
  };
};

type Row = { id: string; owner: string; version: number; wrapped: Uint8Array };
/** How many data keys a master key opens, of how many; tried on every row without any of our book-keeping. */
const openedBy = (
  file: string,
  masterKey: Uint8Array,
): { readonly opened: number; readonly of: number } => {
  const db = new DatabaseSync(file, { readOnly: true });
  const rows = db.prepare('SELECT * FROM data_keys').all() as unknown as Row[];
  db.close();
  const wrapping = deriveKey(masterKey, 'wrap data keys');
  const found = rows.filter(({ owner, version, id, wrapped }) =>
    [0, 2].some((from) => {
      try {
        return decrypt(wrapping, keyBinding(owner, version, id), wrapped.subarray(from)).length > 0;
      } catch {
        return false;
      }
    }),
  ).length;
  return { opened: found, of: rows.length };
};

test('SEC-71 all data keys come under another master key while they are read, over kills of the command; the old ones open nothing', async () => {
  const luck = chance(seed);
  const made = madeKeys();
  const { layout, keyFile } = made;
  const [total, kills, readers] = [count(100_000), count(20), 50];
  const table = openKeyTable(layout.keys, () => masterKeysAt(keyFile));
  table.create(Array.from({ length: total }, (_, person) => [userKey(`${person}`), 1] as const));
  table.close();
  const secrets = secretsOf(made);
  const sealed = new Map<string, Sealed>();
  const seal = async (userId: string): Promise<void> => {
    sealed.set(userId, await secrets.seal(place(userId), `phone of ${userId}`));
  };
  for (let reader = 0; reader < readers; reader += 1) await seal(`${luck.below(total)}`);

  // What a server does meanwhile: reads of people whose keys are at hand and of others, and new people.
  let reads = 0;
  const faults: unknown[] = [];
  const over = new AbortController();
  const using = (async () => {
    while (!over.signal.aborted) {
      const known = [...sealed.keys()];
      const userId = known[luck.below(known.length)]!;
      try {
        const text = await secrets.open(place(userId), sealed.get(userId)!);
        if (text !== `phone of ${userId}`) faults.push([userId, text]);
        reads += 1;
        if (reads % 20 === 0)
          await seal(luck.below(2) === 0 ? `new ${reads}` : `${luck.below(total)}`);
      } catch (error) {
        faults.push(error);
      }
      await pause(2);
    }
  })();

  const { said } = await told('keys', 'rotate', '--data', made.data);
  const durationMs = Number(said['durationMs']);
  const progress = progressIn(layout.keys);
  let inTheMiddle = 0;
  for (let tries = 0; inTheMiddle < kills && tries < kills * maxTries; tries += 1) {
    // Behind where the one before was killed.
    const goal = luck.below(progress.left() || total);
    const isTime = (): boolean => {
      const left = progress.left();
      return left > 0 && left <= goal;
    };
    await killedWhen(isTime, 'keys', 'rotate', '--data', made.data);
    if (progress.isUnderWay()) inTheMiddle += 1;
    // A server that starts in between finds its keys.
    const another = openSecrets({ file: layout.keys, masterKey: () => masterKeysAt(keyFile) });
    const [userId, text] = [...sealed][0]!;
    expect(await another.open(place(userId), text)).toBe(`phone of ${userId}`);
    await another.close();
  }
  progress.close();
  const { generation } = await rotate(made);
  over.abort();
  await using;
  process.stderr.write(
    `SEC-71: ${total} keys in ${durationMs} ms, ${inTheMiddle} kills in the middle, ${reads} reads, ${faults.length} faults\n`,
  );
  expect([inTheMiddle, faults]).toEqual([kills, []]);
  expect(reads).toBeGreaterThan(0);
  expect(durationMs).toBeLessThanOrEqual(600_000);

  const files = readdirSync(`${layout.root}-keys`);
  const old = files.filter((name) => name.endsWith('.old'));
  expect(files).not.toContain('master.key.next');
  expect(old).toHaveLength(generation - 1);
  for (const name of old) {
    const masterKey = keyIn(join(`${layout.root}-keys`, name));
    expect(openedBy(layout.keys, masterKey)).toMatchObject({ opened: 0 });
    expect(() => openSecrets({ file: layout.keys, masterKey })).toThrow('another master key');
  }
  const all = openedBy(layout.keys, keyIn(keyFile));
  expect(all.opened).toBe(all.of);
  expect(all.of).toBeGreaterThanOrEqual(total);
  const alone = openSecrets({ file: layout.keys, masterKey: keyIn(keyFile) });
  opened.push(alone);
  for (const [userId, text] of sealed)
    expect(await alone.open(place(userId), text)).toBe(`phone of ${userId}`);
  expect(alone.hash('username', 'x')).toBe(secrets.hash('username', 'x'));
  const facts = factsOnDisk(made.data, 'SystemMasterKeyRotated').map(({ data }) => data);
  expect(facts.map((fact) => (fact as { generation: number }).generation)).toEqual(
    Array.from({ length: generation - 1 }, (_, index) => index + 2),
  );
}, 1_200_000);

test('SEC-71 a rotation that ended just before a crash is put on record and its key in its place, once', async () => {
  const made = madeKeys();
  await secretsOf(made).seal(place('1'), 'one');
  const old = keyIn(made.keyFile);
  const next = randomBytes(32);
  writeFileSync(`${made.keyFile}.next`, next.toString('base64url'), { mode: 0o600 });
  const rotation = openRotation(made.layout.keys, () => [old, next]);
  rotation.begin(next);
  while (rotation.step() > 0);
  expect(rotation.end()).toBe(true);
  rotation.close();
  expect(await rotate(made)).toMatchObject({ generation: 2 });
  expect(keyIn(made.keyFile)).toEqual(next);
  expect(factsOnDisk(made.data, 'SystemMasterKeyRotated')).toHaveLength(1);
  expect(await rotate(made)).toMatchObject({ generation: 3 });
  expect(factsOnDisk(made.data, 'SystemMasterKeyRotated')).toHaveLength(2);
});

test('SEC-71 a key that comes by the environment is replaced by one in a file, to be given to servers', async () => {
  const made = madeKeys();
  const sealed = await secretsOf(made).seal(place('1'), 'one');
  const given = readFileSync(made.keyFile, 'utf8').trim();
  rmSync(made.keyFile);
  const run = async (key: string) => {
    process.env['COUNTERSIGN_MASTER_KEY'] = key;
    return await rotate(made).finally(() => delete process.env['COUNTERSIGN_MASTER_KEY']);
  };
  const nextFile = `${made.keyFile}.next`;
  const ended = { generation: 2, isToBeGiven: true, keyFile: nextFile };
  expect(await run(given)).toMatchObject(ended);
  // Until servers have it, no third one is made.
  expect(await run(given)).toMatchObject(ended);
  expect(await run(readFileSync(nextFile, 'utf8').trim())).toMatchObject({ generation: 3 });
  const newest = openSecrets({ file: made.layout.keys, masterKey: keyIn(`${made.keyFile}.next`) });
  opened.push(newest);
  expect(await newest.open(place('1'), sealed)).toBe('one');
});

test('SEC-71 held keys of an expired month are brought along, and hashes and payload roots outlive the master key', async () => {
  const made = madeKeys();
  const secrets = openSecrets({
    file: made.layout.keys,
    masterKey: () => masterKeysAt(made.keyFile),
    nowMs: () => Date.UTC(2026, 10, 23),
  });
  opened.push(secrets);
  const login = {
    owner: userKey('1'),
    stream: 'authentication-1',
    field: 'initiatingIp',
  } as const;
  const sealed = await secrets.seal(login, '192.0.2.1');
  await secrets.expire('period:logins-2026-11', [userKey('1')]);
  const [hash, roots] = [secrets.hash('username', 'ann'), secrets.roots()];
  await rotate(made);
  const alone = openSecrets({ file: made.layout.keys, masterKey: keyIn(made.keyFile) });
  opened.push(alone);
  expect(await alone.open(login, sealed)).toBe('192.0.2.1');
  expect(alone.hash('username', 'ann')).toBe(hash);
  expect(alone.roots()).toHaveLength(2);
  expect(alone.roots().slice(1)).toEqual(roots);
});

test('SEC-71 a deployment from before rotations takes a new key too; programs of then refuse what it made', async () => {
  const made = madeKeys();
  const before = fileURLToPath(new URL('../histories/logs/first-loop/', import.meta.url));
  copyFileSync(join(before, 'keys.db'), made.layout.keys);
  copyFileSync(join(before, 'master.key'), made.keyFile);
  // A checkout keeps no rights but that of being run.
  chmodSync(made.keyFile, 0o600);
  const old = keyIn(made.keyFile);
  const secrets = secretsOf(made);
  const [hash, roots] = [secrets.hash('username', 'ann'), secrets.roots()];
  expect(roots).toEqual([old]);
  const sealed = await secrets.seal(place('1'), 'one');
  await rotate(made);
  expect(openedBy(made.layout.keys, old)).toMatchObject({ opened: 0 });
  const alone = openSecrets({ file: made.layout.keys, masterKey: keyIn(made.keyFile) });
  opened.push(alone);
  expect(await alone.open(place('1'), sealed)).toBe('one');
  expect(alone.hash('username', 'ann')).toBe(hash);
  expect(Buffer.from(alone.root())).toEqual(old);
  const db = new DatabaseSync(made.layout.keys, { readOnly: true });
  expect(db.prepare('SELECT mark FROM master_key').get()).toEqual({ mark: 'masters' });
  db.close();
});

test('two commands at once, a folder without keys and a key that was one before are refused', async () => {
  const made = madeKeys();
  await expect(rotate(made)).rejects.toThrow('has no keys');
  await secretsOf(made).seal(place('1'), 'one');
  const other = tryLock(join(made.layout.store, 'rotation.lock'));
  await expect(rotate(made)).rejects.toThrow('another command');
  other?.release();
  const first = readFileSync(made.keyFile, 'utf8');
  await rotate(made);
  writeFileSync(`${made.keyFile}.next`, first, { mode: 0o600 });
  await expect(rotate(made)).rejects.toThrow('was a master key before');
});
