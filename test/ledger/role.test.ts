import { afterAll, afterEach, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StoredEvent } from '../../adapters/eventStore/port.ts';
import { readVerifier } from '../../adapters/ledger/notes.ts';
import { verifyProof } from '../../cli/verify/proof.ts';
import { runVerify } from '../../cli/verify/run.ts';
import { until } from '../e2e/support/until.ts';
import {
  administrator,
  anchored,
  anchorsOf,
  append,
  keeping,
  keyOf,
  minuteMs,
  newFolder,
  root,
  running,
  sizesOf,
  start,
  stopAll,
} from './rig.ts';
import { startTsa, verifyStamp } from './tsa.ts';

afterEach(stopAll);
afterAll(() => rmSync(root, { recursive: true, force: true }));

test('SEC-79 a checkpoint after 10 minutes, after 10,000 events, after a privileged change, and at the end; none for itself', async () => {
  const rig = await start();
  await keeping(rig);
  await append(rig.events, 3);
  await until('the events to be seen', async () => {
    rig.pass(1);
    return (await rig.events.head()) === 4;
  });
  expect(sizesOf(rig.folder)).toEqual([]);
  // The clock is moved until the event was surely seen before the minutes passed.
  await until('the checkpoint of ten minutes', () => {
    rig.pass(10 * minuteMs);
    return sizesOf(rig.folder).length === 1;
  });
  await until('its fact', async () => (await rig.facts('LedgerCheckpointSigned')).length === 1);
  const afterOne = await rig.events.head();
  for (let turn = 0; turn < 3; turn += 1) {
    rig.pass(20 * minuteMs);
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  expect([sizesOf(rig.folder).length, await rig.events.head()]).toEqual([1, afterOne]);

  for (let made = 0; made < 10_000; made += 1_000) await append(rig.events, 1_000);
  await anchored(rig, 2);
  await append(rig.events, 1, 'administrator');
  await until('the checkpoint of the privileged change', () => {
    rig.pass(5_000);
    return sizesOf(rig.folder).length === 3;
  });
  await append(rig.events, 1);
  await stopAll();
  expect(sizesOf(rig.folder)).toHaveLength(4);
  const { code, result } = runVerify({ path: rig.folder, keys: [], anchors: [], quiet: true });
  expect([code, result['checkpoints']]).toEqual([0, 4]);
  // Only the fact of the last one came after it.
  expect(Number(result['events']) - Number(result['signedSize'])).toBe(1);
});

test('an order that comes while the role is being taken is carried out', async () => {
  const rig = await start();
  const { size } = await rig.role.signCheckpoint(administrator);
  expect(sizesOf(rig.folder)).toEqual([size]);
});

test('an ordered checkpoint, its proof, a new key and the loss of one are facts with their actor, and all verify', async () => {
  const rig = await start();
  await keeping(rig);
  await append(rig.events, 20);
  const { size, note } = await rig.role.signCheckpoint(administrator);
  expect(anchorsOf(rig.folder)).toEqual([note]);
  const [signed] = await rig.facts('LedgerCheckpointSigned');
  expect(signed).toMatchObject({
    data: { size, note },
    meta: { actor: administrator.actor, channel: 'rest' },
  });

  const key = await keyOf(rig);
  const [event] = await rig.events.readAll(7, 1);
  const found = await rig.role.prove(event!.id);
  expect(found).toMatchObject({ position: 8, type: 'UserEnabled', size });
  expect(await rig.role.prove('8')).toEqual(found);
  const verdict = verifyProof(found!.proof, [readVerifier(key)!]);
  expect(verdict).toMatchObject({ ok: true, position: 8 });
  const forged = found!.proof.replace('index 7', 'index 6');
  expect(verifyProof(forged, [readVerifier(key)!])).toMatchObject({ ok: false });
  expect(await rig.role.prove(randomUUID())).toBeUndefined();
  expect(await rig.role.prove(String(size + 1))).toBeUndefined();

  const next = await rig.role.rotateKey(administrator);
  const [, added] = await rig.facts('LedgerKeyAdded');
  expect(added).toMatchObject({
    data: {
      keyId: next.keyId,
      replaces: readVerifier(key)!.keyId,
      endorsement: expect.any(String),
    },
    meta: { actor: administrator.actor },
  });
  await stopAll();
  expect(runVerify({ path: rig.folder, keys: [key], anchors: [], quiet: true }).code).toBe(0);

  rmSync(join(rig.folder, 'keys'), { recursive: true });
  const again = await start(rig.folder);
  await until('the third key', async () => (await again.facts('LedgerKeyAdded')).length === 3);
  const [, , lost] = await again.facts('LedgerKeyAdded');
  expect(lost).toMatchObject({ data: { replaces: next.keyId } });
  expect(lost!.data).not.toHaveProperty('endorsement');
  await append(again.events, 1);
  await stopAll();
  const only = runVerify({ path: rig.folder, keys: [key], anchors: [], quiet: true });
  expect([only.code, only.text]).toEqual([1, expect.stringContaining('no known key has signed')]);
  const third = (lost as StoredEvent<'LedgerKeyAdded'>).data.verifier;
  expect(runVerify({ path: rig.folder, keys: [key, third], anchors: [], quiet: true }).code).toBe(
    0,
  );
});

test('one of two processes keeps the ledger, and the other takes over without a gap', async () => {
  const one = await start();
  await keeping(one);
  const two = await start(one.folder);
  await append(two.events, 5);
  await expect(two.role.signCheckpoint(administrator)).rejects.toMatchObject({ kind: 'conflict' });
  await one.role.signCheckpoint(administrator);
  expect((await two.role.prove('3'))?.position).toBe(3);
  await one.role.stop();
  await until('the second process to keep the ledger', async () => {
    const signed = await two.role.signCheckpoint(administrator).catch(() => undefined);
    return signed !== undefined;
  });
  await append(two.events, 5);
  await stopAll();
  const { code, result } = runVerify({ path: one.folder, keys: [], anchors: [], quiet: true });
  expect([code, result['checkpoints']]).toEqual([0, 3]);
});

test('SEC-79 a real time stamp authority stamps each checkpoint; what it missed while it was away comes later', async () => {
  const tsa = await startTsa(join(root, 'tsa'));
  running.push(tsa);
  const folder = newFolder();
  tsa.bend = () => Buffer.from('away');
  const rig = await start(folder, { timestampUrl: tsa.url, allow: [tsa.target] });
  await keeping(rig);
  const first = await rig.role.signCheckpoint(administrator);
  const second = await rig.role.signCheckpoint(administrator);
  tsa.bend = (answer) => answer;
  const stamps = [first, second].map(({ size }, index) =>
    join(folder, 'anchors', `${size}-${index + 1}.tsr`),
  );
  await until('both time stamps', () => {
    rig.pass(minuteMs);
    return stamps.every((stamp) => existsSync(stamp));
  });
  const data = join(folder, 'note');
  for (const [index, { note }] of [first, second].entries()) {
    writeFileSync(data, note);
    expect(verifyStamp(tsa, { data, stamp: stamps[index]! })).toContain('OK');
  }
});
