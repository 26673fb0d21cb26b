import { afterAll, afterEach, expect, test } from '@jest/globals';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openSecrets } from '../../adapters/secrets/aesGcm.ts';
import { masterKeysAt } from '../../adapters/secrets/masterKeyFiles.ts';
import type { Secrets } from '../../adapters/secrets/port.ts';
import { rotateKeys } from '../../cli/keys/rotate.ts';
import { inUserStream, userKey, type Sealed } from '../../domain/sealed.ts';
import { rememberErased } from '../../server/backup/rememberErased.ts';
import { filesBelow, hitsIn } from '../e2e/support/needles.ts';
import { newFolder, root, stopAll } from '../ledger/rig.ts';
import { listBackups, scrubHere } from '../../cli/backup/orders.ts';
import { backUp, check, keysFor, madeData, restore, type Made } from './backups.ts';

/* People who were erased after a backup was made. */

afterEach(stopAll);
afterAll(() => rmSync(root, { recursive: true, force: true }));

const [erika, bob, carl] = ['A', 'B', 'C'].map((digit) => digit.repeat(32)) as [
  string,
  string,
  string,
];

/** The key table of a data folder as the server opens it: who is erased is listed outside. */
const opened = (data: string, { masterKey }: Made): Secrets =>
  rememberErased(openSecrets({ file: join(data, 'store', 'keys.db'), masterKey }), {
    keys: join(data, 'store', 'keys.db'),
    lists: [join(`${data}-keys`, 'erased.txt'), join(data, 'anchors', 'erased.txt')],
    nowMs: Date.now,
    log: { warn: () => undefined },
  });

const withSecrets = async <T>(data: string, made: Made, work: (secrets: Secrets) => Promise<T>) => {
  const secrets = opened(data, made);
  try {
    return await work(secrets);
  } finally {
    await secrets.close();
  }
};

const place = (userId: string) => inUserStream(userId, 'phone');
const sealedFor = async (made: Made): Promise<Readonly<Record<string, Sealed>>> =>
  await withSecrets(made.data, made, async (secrets) => ({
    [erika]: await secrets.seal(place(erika), 'erika’s number'),
    [bob]: await secrets.seal(place(bob), 'bob’s number'),
    [carl]: await secrets.seal(place(carl), 'carl’s number'),
  }));
const erase = (made: Made, userId: string) =>
  withSecrets(made.data, made, (secrets) => secrets.destroy(userKey(userId)));
const readable = (data: string, made: Made, sealed: Readonly<Record<string, Sealed>>) =>
  withSecrets(data, made, (secrets) =>
    Promise.all([erika, bob, carl].map((userId) => secrets.open(place(userId), sealed[userId]!))),
  );

const wrappedKeyOf = (keys: string, userId: string): Buffer => {
  const db = new DatabaseSync(keys, { readOnly: true });
  const row = db.prepare('SELECT wrapped FROM data_keys WHERE owner = ?').get(userKey(userId));
  db.close();
  return Buffer.from(row?.['wrapped'] as Uint8Array);
};

test('H85-6 SEC-76 a key that was destroyed after a backup does not come back with it, and goes from the backup too', async () => {
  const made = await madeData(2);
  const sealed = await sealedFor(made);
  const to = `${made.data}-backups`;
  const first = await backUp(made, to);
  // A copy that nobody can reach any more, as on a tape.
  const tape = join(newFolder(), 'tape');
  cpSync(first.path, tape, { recursive: true });
  const key = wrappedKeyOf(join(first.path, 'keys-1.db'), erika);
  const needles = [{ form: 'wrapped key', bytes: key }];
  expect(hitsIn(filesBelow(to), needles)).toHaveLength(1);

  await erase(made, erika);
  expect(check(made, first.path)).toMatchObject({ ok: true, destroyedKeys: 1 });
  const second = await backUp(made, to);
  expect(second.scrubbed).toMatchObject([{ keys: 1 }]);
  expect(hitsIn(filesBelow(to), needles)).toEqual([]);
  expect(check(made, first.path)).toMatchObject({ ok: true, destroyedKeys: 0 });
  expect(existsSync(join(first.path, 'keys-1.db'))).toBe(false);

  // After the scrubbed one, the tape; with the list beside the keys it says so itself.
  const restoredFrom = async (from: string, list?: string) => {
    const data = join(newFolder(), 'again');
    keysFor(data, made);
    if (list !== undefined) appendFileSync(join(`${data}-keys`, 'erased.txt'), list);
    const { erased } = await restore(from, data);
    return { erased, read: await readable(data, made, sealed) };
  };
  const all = ['erika’s number', 'bob’s number', 'carl’s number'];
  const withoutErika = [undefined, ...all.slice(1)];
  expect(await restoredFrom(first.path)).toEqual({ erased: 0, read: withoutErika });
  const list = readFileSync(join(made.keys, 'erased.txt'), 'utf8');
  expect(await restoredFrom(tape, list)).toEqual({ erased: 1, read: withoutErika });
  expect(readFileSync(join(made.data, 'anchors', 'erased.txt'), 'utf8')).toBe(list);
  // Nobody has somebody erased who has no master key.
  const forged = list.replaceAll(erika, bob);
  expect(await restoredFrom(tape, forged)).toEqual({ erased: 0, read: all });

  // Beside a newer backup it needs no list: that one knows.
  await erase(made, carl);
  const third = await backUp(made, to);
  const beside = join(newFolder(), 'beside');
  mkdirSync(beside);
  cpSync(tape, join(beside, first.path.split('/').at(-1)!), { recursive: true });
  cpSync(third.path, join(beside, third.path.split('/').at(-1)!), { recursive: true });
  const [older] = listBackups(beside);
  expect(await restoredFrom(older!.path)).toEqual({
    erased: 2,
    read: [undefined, 'bob’s number', undefined],
  });
});

test('a list that was lost is written anew from the key table, and a person is in it once', async () => {
  const made = await madeData(1);
  await sealedFor(made);
  await erase(made, erika);
  await erase(made, erika);
  const list = join(made.keys, 'erased.txt');
  const before = readFileSync(list, 'utf8');
  expect(before.match(/user:/g)).toHaveLength(1);
  rmSync(list);
  // A share that is away stops nobody; it is completed when it is back.
  const share = join(made.data, 'anchors', 'erased.txt');
  const anchors = join(made.data, 'anchors');
  renameSync(anchors, `${anchors}-away`);
  writeFileSync(anchors, 'no folder');
  await erase(made, bob);
  rmSync(anchors);
  renameSync(`${anchors}-away`, anchors);
  await withSecrets(made.data, made, async () => undefined);
  expect(readFileSync(share, 'utf8')).toContain(bob);
  const lines = readFileSync(list, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
  expect(lines).toEqual([expect.stringContaining(erika), expect.stringContaining(bob)]);
});

test('SEC-76 scrubbing leaves what another master key made, and takes half backups away', async () => {
  const made = await madeData(1);
  await sealedFor(made);
  const to = `${made.data}-backups`;
  await backUp(made, to);
  const other = await madeData(1);
  await sealedFor(other);
  await backUp(other, to);
  const half = join(to, 'countersign-20260101T000000.000Z.partial');
  mkdirSync(half);
  await erase(made, erika);
  expect(await scrubHere(made.data, to)).toMatchObject([{ keys: 1 }]);
  expect(existsSync(half)).toBe(false);
  expect(await scrubHere(made.data, to)).toEqual([]);
});

test('SEC-76 a month that has expired since is gone from a backup too, but for people on hold', async () => {
  const made = await madeData(1);
  const open = (data: string) =>
    openSecrets({
      file: join(data, 'store', 'keys.db'),
      masterKey: made.masterKey,
      nowMs: () => Date.UTC(2020, 0, 15),
    });
  const addressOf = (userId: string) => ({
    owner: userKey(userId),
    stream: 'authentication-1',
    field: 'initiatingIp',
  });
  const live = open(made.data);
  const sealed = await Promise.all(
    [erika, bob].map((userId) => live.seal(addressOf(userId), 'an address')),
  );
  await live.close();
  const to = `${made.data}-backups`;
  const first = await backUp(made, to);

  const later = open(made.data);
  const [month] = await later.periods();
  await later.expire(month!, [userKey(erika)]);
  await later.close();
  expect((await backUp(made, to)).scrubbed).toMatchObject([{ keys: 1 }]);
  const data = join(newFolder(), 'again');
  keysFor(data, made);
  await restore(first.path, data);
  const again = open(data);
  const read = await Promise.all(
    [erika, bob].map((userId, index) => again.open(addressOf(userId), sealed[index]!)),
  );
  await again.close();
  expect(read).toEqual(['an address', undefined]);
});

test('SEC-71 SEC-76 a backup from before a rotation is scrubbed after it, and is restored with the old key alone', async () => {
  const made = await madeData(1);
  const keyFile = join(made.keys, 'master.key');
  const open = (data: string) =>
    openSecrets({
      file: join(data, 'store', 'keys.db'),
      masterKey: () => masterKeysAt(join(`${data}-keys`, 'master.key')),
      nowMs: () => Date.UTC(2020, 0, 15),
    });
  const addressOf = (userId: string) => ({
    owner: userKey(userId),
    stream: 'authentication-1',
    field: 'initiatingIp',
  });
  const before = open(made.data);
  const phone = await before.seal(place(bob), 'bob’s number');
  const addresses = await Promise.all(
    [erika, bob, carl].map((userId) => before.seal(addressOf(userId), userId)),
  );
  const to = `${made.data}-backups`;
  const { path } = await backUp(made, to);
  await rotateKeys({ data: made.data, step: () => () => undefined });

  // What is kept of the month for somebody on hold is under the new key, and comes into the old backup.
  await before.expire('period:logins-2020-01', [userKey(bob)]);
  await before.destroy(userKey(erika));
  await before.close();
  expect(await scrubHere(made.data, to)).toMatchObject([{ name: path.split('/').at(-1) }]);
  const [old = ''] = readdirSync(made.keys).filter((name) => name.endsWith('.old'));
  const data = join(newFolder(), 'again');
  keysFor(data, made);
  await expect(restore(path, data)).rejects.toThrow('another master key');
  cpSync(join(made.keys, old), join(`${data}-keys`, old));
  await restore(path, data);
  const again = open(data);
  expect(await again.open(place(bob), phone)).toBe('bob’s number');
  expect(
    await Promise.all(
      [erika, bob, carl].map((userId, index) => again.open(addressOf(userId), addresses[index]!)),
    ),
  ).toEqual([undefined, bob, undefined]);
  await again.close();

  // A rotation of what was restored takes the key that was in use already.
  await rotateKeys({ data, step: () => () => undefined });
  const alone = openSecrets({
    file: join(data, 'store', 'keys.db'),
    masterKey: Buffer.from(readFileSync(keyFile, 'utf8').trim(), 'base64url'),
  });
  expect(await alone.open(place(bob), phone)).toBe('bob’s number');
  await alone.close();
});
