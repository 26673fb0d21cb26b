import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { importStream } from '../../domain/ids.ts';
import { faultsPart, importPageRows, manifestPart } from '../../domain/imports.ts';
import { tokenRowsUpload } from '../../domain/tokenFile.ts';
import { addPerson } from '../activities/people.ts';
import { rowsOf, tokenRecord, upload } from '../activities/stock.ts';
import { keepHistory, startEngine, typesOf, type Engine } from './engine.ts';

jest.setTimeout(60_000);
let engine: Engine;
beforeAll(async () => void (engine = await startEngine()), 60_000);
afterAll(async () => await engine.stop(), 30_000);

test('an import takes its pages, forgets the seeds at once and its faults after a week', async () => {
  const { node } = engine;
  const person = await addPerson(node);
  const records = Array.from({ length: importPageRows + 5 }, (_, index) =>
    tokenRecord(index % 100 === 0 ? { username: person.name } : {}),
  );
  const rows = [
    ...rowsOf(records),
    { line: 999, tokenId: 'T', serial: 'S', fault: 'digits: 6 or 8' },
  ];
  const importId = await upload(node, rows);
  const stream = importStream(importId);
  const handle = await engine.start('tokenImport', stream, { importId });
  const finished = await engine.onRecord(stream, 'ImportFinished');
  expect(await node.uploads.read(tokenRowsUpload(importId), 'rows-0')).toBeUndefined();
  expect(await node.uploads.read(importId, faultsPart(1))).toHaveLength(1);
  expect(finished.data).toEqual({ lost: false });
  await engine.untilEnd(handle);
  expect(await node.uploads.read(importId, manifestPart)).toBeUndefined();
  expect(await typesOf(engine, stream)).toEqual([
    'ImportStarted',
    'ImportProgressed',
    'ImportProgressed',
    'ImportFinished',
  ]);
  await keepHistory('tokenImport-whole-life', handle);
});

test('an import whose file is gone ends as lost', async () => {
  const { node } = engine;
  const importId = await upload(node, rowsOf([tokenRecord()]));
  await node.uploads.remove(tokenRowsUpload(importId));
  const stream = importStream(importId);
  const handle = await engine.start('tokenImport', stream, { importId });
  await engine.untilEnd(handle);
  expect((await engine.onRecord(stream, 'ImportFinished')).data).toEqual({ lost: true });
  await keepHistory('tokenImport-lost', handle);
});
