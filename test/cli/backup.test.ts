import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { readVerifier } from '../../adapters/ledger/notes.ts';
import { writeEvidence } from '../../cli/verify/evidence.ts';
import { verifyProof } from '../../cli/verify/proof.ts';
import { openSource } from '../../cli/verify/source.ts';
import { runVerify } from '../../cli/verify/run.ts';
import { hitsIn, filesBelow } from '../e2e/support/needles.ts';
import { until } from '../e2e/support/until.ts';
import { administrator, append, newFolder, root, start, stopAll, type Rig } from '../ledger/rig.ts';
import { listBackups } from '../../cli/backup/orders.ts';
import type { RestoreOrder } from '../../cli/backup/restore.ts';
import { backUp, keysFor, madeData, restore, told, type Made } from './backups.ts';
import { countersign } from './terminal.ts';

/* Backups of a data folder without a server, and data folders that are made of them. */

afterEach(stopAll);
afterAll(() => rmSync(root, { recursive: true, force: true }));

const rowsOf = (data: string): readonly Readonly<Record<string, unknown>>[] => {
  const db = new DatabaseSync(join(data, 'store', 'events.db'), { readOnly: true });
  try {
    return db.prepare('SELECT * FROM events ORDER BY position').all();
  } finally {
    db.close();
  }
};
/** As soon as the ledger is kept. */
const signedBy = (rig: Rig) =>
  until('the ledger to be kept', () =>
    rig.role.signCheckpoint(administrator).catch(() => undefined),
  );
const target = (made: Made, keys?: readonly string[]): string => {
  const data = join(newFolder(), 'again');
  keysFor(data, made, keys);
  return data;
};
const verified = (
  data: string,
  made: Made,
  more: { anchors?: readonly string[]; restored?: readonly string[] } = {},
) => runVerify({ path: data, keys: [made.publicKey], anchors: [], quiet: true, ...more });

describe('a backup', () => {
  test('H95-5 is whole, is restored with its events as they were, and the ledger goes on; the restore is named for ever', async () => {
    const made = await madeData();
    writeFileSync(join(made.data, 'countersign.json'), '{"logLevel":"warn"}');
    writeFileSync(join(made.data, 'store', 'webhooks.position'), '26\n');
    const before = rowsOf(made.data);
    const to = `${made.data}-backups`;
    const taken = await told('backup', '--to', to, '--data', made.data);
    const [path, position] = [String(taken.said['path']), Number(taken.said['position'])];
    expect(position).toBe(before.length);
    expect(rowsOf(made.data).slice(0, position)).toEqual(before);
    expect(rowsOf(made.data).slice(position)).toMatchObject([
      { type: 'SystemBackupMade', data: expect.stringContaining(`"position":${position}`) },
    ]);
    const checked = await told('backup', 'check', path, '--data', made.data);
    expect(checked).toMatchObject({ code: 0, said: { ok: true, position, destroyedKeys: 0 } });
    expect(verified(path, made).code).toBe(0);

    // What comes after it is signed and anchored elsewhere, and lost.
    const live = await start(made.data);
    await append(live.events, 5);
    await signedBy(live);
    await stopAll();
    const elsewhere = join(to, 'anchored.txt');
    copyFileSync(join(made.data, 'anchors', 'checkpoints.txt'), elsewhere);
    const head = rowsOf(made.data).length;

    const data = target(made);
    const modes = () => [dirname(data), to].map((folder) => statSync(folder).mode & 0o777);
    for (const folder of [dirname(data), to]) chmodSync(folder, 0o755);
    const restored = await told('restore', '--from', to, '--data', data, '--anchors', elsewhere);
    const lost = Number(restored.said['lost']);
    expect(restored).toMatchObject({ code: 0, said: { position, leftOut: 0, erased: 0 } });
    expect(lost).toBeGreaterThan(0);
    expect(position + lost).toBeLessThanOrEqual(head);
    expect(rowsOf(data).slice(0, position)).toEqual(before);
    expect(rowsOf(data).at(-1)).toMatchObject({ position: position + 1, type: 'SystemRestored' });
    expect(readFileSync(join(data, 'store', 'webhooks.position'), 'utf8')).toBe('26\n');
    expect(readFileSync(join(data, 'countersign.json'), 'utf8')).toBe('{"logLevel":"warn"}');

    mkdirSync(join(data, 'keys'));
    copyFileSync(`${data}-keys/ledger.key`, join(data, 'keys', 'ledger.key'));
    const again = await start(data);
    await append(again.events, 40);
    await signedBy(again);
    const proof = await again.role.prove(String(position + 2));
    expect(proof?.proof).toContain(`restored ${String(restored.said['restorationId'])}`);
    const publicKeys = [readVerifier(made.publicKey)!];
    expect(verifyProof(proof?.proof ?? '', publicKeys)).toMatchObject({ ok: true });
    expect(await again.facts('LedgerChainBroken')).toEqual([]);
    await stopAll();
    const restorations = [{ id: restored.said['restorationId'], kept: position, lost }];
    for (const anchors of [[], [elsewhere]]) {
      const found = verified(data, made, { anchors });
      expect(found).toMatchObject({ code: 3, result: { ok: true, restorations } });
      expect(found.text).toContain('RESTORED at');
    }
    const known = [String(restored.said['restorationId'])];
    expect(verified(data, made, { anchors: [elsewhere], restored: known }).code).toBe(0);

    const evidence = join(newFolder(), 'evidence');
    const source = openSource(data)!;
    writeEvidence(source, evidence, {
      at: '2026-11-22T00:00:00.000Z',
      onProgress: () => undefined,
    });
    source.close();
    expect(verified(evidence, made, { anchors: [elsewhere] })).toMatchObject({
      code: 3,
      result: { ok: true, restorations },
    });

    await backUp(made, to);
    // Folders that others use too keep their rights.
    expect(modes()).toEqual([0o755, 0o755]);
    expect(statSync(data).mode & 0o777).toBe(0o700);

    // Without the statement it is what it would be without a restore.
    const hidden = join(newFolder(), 'hidden');
    cpSync(data, hidden, { recursive: true });
    const ledger = new DatabaseSync(join(hidden, 'store', 'ledger.db'));
    ledger.exec('DELETE FROM restorations');
    ledger.close();
    rmSync(join(hidden, 'anchors'), { recursive: true });
    expect(verified(hidden, made, { anchors: [elsewhere] }).code).toBe(1);

    // The next backup and restore stand on the new line.
    const second = await backUp({ data });
    const last = target(made);
    await restore(second.path, last);
    const twice = verified(last, made, { anchors: [elsewhere] });
    expect(twice).toMatchObject({
      code: 3,
      result: { ok: true, restorations: [...restorations, {}] },
    });
  });

  test('H95-5 a point between two events, by position and by time, at the end of a commit', async () => {
    const made = await madeData();
    const before = rowsOf(made.data);
    const { path } = await backUp(made);
    const recordedAt = (position: number): string => String(before[position - 1]!['recorded_at']);
    // The first commit after the ledger's own first fact is of 2 to 4.
    const ofCommit = before.findLast((row) => row['recorded_at'] === recordedAt(6))!;
    const end = Number(ofCommit['position']);
    const between = new Date(Date.parse(recordedAt(end)) + 1).toISOString();
    expect(recordedAt(end + 1) > between).toBe(true);
    for (const [moment, kept] of [
      [String(end), end],
      [String(end + 1), end],
      [between, end],
      [recordedAt(end), end],
      ['999999', before.length],
    ] as const) {
      const data = target(made);
      const { position, leftOut, lost } = await restore(path, data, { until: moment });
      expect([moment, position, leftOut]).toEqual([moment, kept, before.length - kept]);
      expect(rowsOf(data).slice(0, -1)).toEqual(before.slice(0, kept));
      expect(rowsOf(data).at(-1)).toMatchObject({ position: kept + 1, type: 'SystemRestored' });
      const found = verified(data, made);
      expect([moment, found.code]).toEqual([moment, 3]);
      expect(found.result['restorations']).toMatchObject([{ kept, lost }]);
      // What was left out is in no page of the new file.
      const gone = before.slice(kept).map((row) => String(row['id']));
      const needles = gone.map((id) => ({ form: id, bytes: Buffer.from(id) }));
      expect(hitsIn([join(data, 'store', 'events.db')], needles)).toEqual([]);
    }
    for (const moment of ['2020-01-01T00:00', '0', 'yesterday'])
      await expect(restore(path, target(made), { until: moment })).rejects.toThrow(
        /on record|no time/,
      );
  });

  test('SEC-70 SEC-72 holds neither key, in any file', async () => {
    const made = await madeData(2);
    const to = `${made.data}-backups`;
    await backUp(made, to);
    const pem = readFileSync(join(made.keys, 'ledger.key'), 'utf8').split('\n')[2] ?? '';
    const needles = [
      { form: 'raw', bytes: made.masterKey },
      { form: 'base64url', bytes: Buffer.from(made.masterKey.toString('base64url')) },
      { form: 'hex', bytes: Buffer.from(made.masterKey.toString('hex')) },
      { form: 'ledger key', bytes: Buffer.from(pem) },
    ];
    expect(pem.length).toBeGreaterThan(20);
    expect(hitsIn([join(made.keys, 'ledger.key')], needles)).toHaveLength(1);
    expect(hitsIn(filesBelow(to), needles)).toEqual([]);
  });
});

describe('a restore refuses', () => {
  test('a backup in which anything was changed, and takes nothing of it', async () => {
    const made = await madeData(3);
    const { path } = await backUp(made);
    const flip = (file: string) => (copy: string) => {
      const bytes = readFileSync(join(copy, file));
      const at = Math.floor(bytes.length / 2);
      bytes.writeUInt8((bytes.readUInt8(at) + 1) % 256, at);
      writeFileSync(join(copy, file), bytes);
    };
    const edits: Record<string, (copy: string) => void> = {
      'events.db is not what was copied': flip('events.db'),
      'ledger.db is not what was copied': flip('ledger.db'),
      'keys-1.db is not what was copied': flip('keys-1.db'),
      'backup.json was altered': (copy) => {
        const file = join(copy, 'backup.json');
        writeFileSync(file, readFileSync(file, 'utf8').replace('"madeAt": "2', '"madeAt": "3'));
      },
      'ledger.db is missing': (copy) => rmSync(join(copy, 'ledger.db')),
      'files/countersign.json does not belong to it': (copy) => {
        mkdirSync(join(copy, 'files'), { recursive: true });
        writeFileSync(join(copy, 'files', 'countersign.json'), '{}');
      },
      'is of another version, or broken': (copy) =>
        writeFileSync(join(copy, 'backup.json'), '{"format":"countersign-backup"}'),
    };
    for (const [words, edit] of Object.entries(edits)) {
      const copy = join(newFolder(), 'copy');
      cpSync(path, copy, { recursive: true });
      edit(copy);
      const data = target(made);
      await expect(restore(copy, data)).rejects.toThrow(words);
      expect([existsSync(data), existsSync(`${data}.countersign-restoring`)]).toEqual([
        false,
        false,
      ]);
    }
  });

  test('a log that is not what its ledger signed, a folder in use, and keys that do not fit or are not there', async () => {
    const made = await madeData(3);
    const log = new DatabaseSync(join(made.data, 'store', 'events.db'));
    log.exec(
      'DROP TRIGGER events_refuse_update; UPDATE events SET data = \'{"a":1}\' WHERE position = 5',
    );
    log.close();
    const { path, log: found } = await backUp(made);
    expect(found.fault).toContain('altered at position 5');
    const cut = { until: '4' };
    const refused = (words: string, data: string, more: Partial<RestoreOrder> = cut) =>
      expect(restore(path, data, more)).rejects.toThrow(words);
    await refused('altered at position 5', target(made), {});
    // Before the fault everything is as it was signed.
    await restore(path, target(made), cut);

    await refused('is not empty', made.data);
    await refused('the master key is not in', target(made, []));
    await refused('put the ledger', target(made, ['master.key']));
    await refused('is there already', target(made), { ...cut, newLedgerKey: true });
    const other = target(made, ['ledger.key']);
    const wrong = `${Buffer.alloc(32, 7).toString('base64url')}\n`;
    writeFileSync(`${other}-keys/master.key`, wrong, { mode: 0o600 });
    await refused('another master key', other);

    // A rehearsal is one that nobody takes for the log.
    const rehearsed = target(made, ['master.key']);
    await restore(path, rehearsed, { ...cut, newLedgerKey: true });
    expect(verified(rehearsed, made).code).toBe(1);
  });

  test('what is not its business: logs in KurrentDB, folders without a log, half backups, wrong usage', async () => {
    const data = newFolder();
    writeFileSync(join(data, 'store', 'positions.db'), '');
    const made = await madeData(1);
    const to = `${made.data}-backups`;
    for (const [code, words, ...line] of [
      [2, '--to', 'backup', '--data', made.data],
      [2, '--from', 'restore', '--data', join(data, 'x')],
      [1, 'it is no backup', 'backup', 'check', data, '--data', made.data],
    ] as const) {
      const ended = await countersign(...line);
      expect([line, ended.code, ended.err]).toEqual([line, code, expect.stringContaining(words)]);
    }
    await expect(backUp({ data }, to)).rejects.toThrow('KurrentDB');
    await expect(backUp(made, join(made.data, 'x'))).rejects.toThrow('what is to be saved');
    await expect(restore(data, join(data, 'x'))).rejects.toThrow('is no backup, and holds none');
    expect(() => listBackups(join(data, 'none'))).toThrow('there is no folder');
  });
});
