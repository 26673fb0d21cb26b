import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { exportStream, importStream } from '../../domain/ids.ts';
import { faultsPart, importPageRows, manifestPart } from '../../domain/imports.ts';
import { systemActor } from '../../domain/inputs.ts';
import { upload } from '../activities/peopleFiles.ts';
import { keepHistory, startEngine, typesOf, type Engine } from './engine.ts';

jest.setTimeout(60_000);
let engine: Engine;
beforeAll(async () => void (engine = await startEngine()), 60_000);
afterAll(async () => await engine.stop(), 30_000);

test('an import takes its pages one after the other and forgets its file after a week', async () => {
  const { node } = engine;
  const people = Array.from({ length: importPageRows + 5 }, (_, index) => [
    `user${index}@example.org`,
    'Ann',
    'Sales',
    `664120${index}`,
    index === 7 ? 'perhaps' : '',
  ]);
  const importId = await upload(node, people);
  const stream = importStream(importId);
  const handle = await engine.start('userImport', stream, { importId });
  const finished = await engine.onRecord(stream, 'ImportFinished');
  expect(finished.data).toEqual({ lost: false });
  expect(await node.uploads.read(importId, faultsPart(0))).toHaveLength(1);
  await engine.untilEnd(handle);
  expect(await node.uploads.read(importId, manifestPart)).toBeUndefined();
  expect(await typesOf(engine, stream)).toEqual([
    'ImportStarted',
    'ImportProgressed',
    'ImportProgressed',
    'ImportFinished',
  ]);
  const added = (await engine.world.log()).filter(({ type }) => type === 'UserAdded');
  expect(added).toHaveLength(people.length - 1);
  await keepHistory('userImport-whole-life', handle);
});

test('an import whose file is gone ends as lost', async () => {
  const { node } = engine;
  const importId = await upload(node, [['ann@example.org', '', '', '', '']]);
  await node.uploads.remove(importId);
  const stream = importStream(importId);
  const handle = await engine.start('userImport', stream, { importId });
  const finished = await engine.onRecord(stream, 'ImportFinished');
  expect(finished.data).toEqual({ lost: true });
  await engine.untilEnd(handle);
  await keepHistory('userImport-lost', handle);
});

test('SEC-85 an export is on record once, with whether numbers are whole', async () => {
  const stream = exportStream('EXPORT1');
  const origin = { actor: systemActor, correlationId: 'EXPORT1' };
  const handle = await engine.start('userExport', stream, {
    exportId: 'EXPORT1',
    unmasked: true,
    origin,
  });
  await engine.untilEnd(handle);
  const [fact, ...more] = await engine.node.events.readStream(stream);
  expect(fact).toMatchObject({ type: 'UsersExported', data: { unmasked: true } });
  expect(more).toEqual([]);
  await keepHistory('userExport-recorded', handle);
});
