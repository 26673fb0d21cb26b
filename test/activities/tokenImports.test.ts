import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { importStream, tokenStream, userStream } from '../../domain/ids.ts';
import { faultsPart, rowsPart, uploadPlace } from '../../domain/imports.ts';
import { tokenRowsUpload } from '../../domain/tokenFile.ts';
import { addPerson } from './people.ts';
import { importTokens, rowsOf, serialKeyOf, stocked, tokenRecord, upload } from './stock.ts';
import { openWorld, runIn, type Node, type World } from './world.ts';

let world: World;
let node: Node;
beforeAll(async () => {
  world = await openWorld();
  [node] = world.nodes;
});
afterAll(async () => await world.close());

const faultsOf = async (importId: string): Promise<readonly unknown[]> => {
  const part = faultsPart(0);
  const lines = (await node.uploads.read(importId, part)) ?? [];
  const texts = lines.map((line) => node.secrets.open(uploadPlace(importId, part), line));
  return (await Promise.all(texts)).map((text) => JSON.parse(text!));
};
const importFacts = async (importId: string) =>
  (await node.events.readStream(importStream(importId))).map(({ type, data }) => ({ type, data }));

test('a file brings tokens into stock, and those with a name to their people, in one commit', async () => {
  const person = await addPerson(node);
  const records = [
    tokenRecord(),
    tokenRecord({ username: person.name.toUpperCase(), kind: 'hotp', counter: 7 }),
    tokenRecord({ username: 'nobody@example.com' }),
    tokenRecord({ weak: true }),
  ];
  const known = await stocked(node);
  const rows = [
    ...rowsOf([...records, tokenRecord({ serial: known.serial.toLowerCase() })]),
    { line: 6, tokenId: 'T6', serial: 'broken', fault: 'interval: 30 or 60' },
  ];
  const importId = await importTokens(node, rows);
  expect(await importFacts(importId)).toMatchObject([
    { type: 'ImportStarted', data: { kind: 'tokens', rows: 6, pages: 1 } },
    { type: 'ImportProgressed', data: { done: 6, added: 4, failed: 2, warned: 1 } },
    { type: 'ImportFinished', data: { lost: false } },
  ]);
  expect(await faultsOf(importId)).toEqual([
    {
      line: 3,
      cells: [records[2]!.serial],
      reason: 'warning: in stock, not assigned: there is no such user',
    },
    {
      line: 5,
      cells: [known.serial.toLowerCase()],
      reason: 'a token with this serial number was imported before',
    },
    { line: 6, cells: ['broken'], reason: 'interval: 30 or 60' },
  ]);
  const facts = await node.events.readStream(userStream(person.userId));
  expect(facts.map(({ type, data }) => ({ type, data }))).toMatchObject([
    { type: 'UserAdded' },
    { type: 'TokenAssigned', data: { kind: 'hotp', counter: 7, needsActivation: true } },
  ]);
  const stream = tokenStream(serialKeyOf(node, records[1]!.serial));
  const taken = (await node.events.readStream(stream)).map(({ type }) => type);
  expect(taken).toEqual(['TokenImported', 'TokenTaken']);
});

test('a page that is repeated, on another node, with its answer lost, brings nothing twice', async () => {
  const person = await addPerson(node);
  const records = Array.from({ length: 120 }, (_, index) =>
    tokenRecord(index % 40 === 0 ? { username: person.name } : {}),
  );
  const importId = await upload(node, rowsOf(records));
  const id = importStream(importId);
  await runIn(id, node.activities.beginImport, { importId });
  node.loseNextAnswer();
  await expect(runIn(id, node.activities.importTokenPage, { importId, page: 0 })).rejects.toThrow(
    'lost',
  );
  const other = world.nodes[1];
  await runIn(id, other.activities.importTokenPage, { importId, page: 0 });
  await runIn(id, node.activities.importTokenPage, { importId, page: 0 });
  expect((await importFacts(importId)).slice(1)).toMatchObject([
    { type: 'ImportProgressed', data: { done: 120, added: 120, failed: 0 } },
  ]);
  const facts = await node.events.readStream(userStream(person.userId));
  expect(facts.filter(({ type }) => type === 'TokenAssigned')).toHaveLength(3);
});

test('seeds are sealed wherever they lie, and gone from the disk once the import is over', async () => {
  const records = Array.from({ length: 20 }, () => tokenRecord());
  const rows = rowsOf(records);
  const importId = await upload(node, rows);
  const clear = (bytes: Buffer | string) =>
    records.filter(({ secret }) => bytes.includes(secret) || bytes.includes(secret.toLowerCase()));
  const waiting = await node.uploads.read(tokenRowsUpload(importId), rowsPart(0));
  expect(waiting).toHaveLength(20);
  expect(clear(waiting!.join('\n'))).toEqual([]);
  const id = importStream(importId);
  await runIn(id, node.activities.beginImport, { importId });
  await runIn(id, node.activities.importTokenPage, { importId, page: 0 });
  await runIn(id, node.activities.forgetTokenRows, { importId });
  expect(await node.uploads.read(tokenRowsUpload(importId), rowsPart(0))).toBeUndefined();
  expect(clear(world.bytes())).toEqual([]);
  expect(clear(JSON.stringify(await world.log()))).toEqual([]);
});

test('an import whose rows are gone says so', async () => {
  const importId = await upload(node, rowsOf([tokenRecord()]));
  await node.uploads.remove(tokenRowsUpload(importId));
  const id = importStream(importId);
  await runIn(id, node.activities.beginImport, { importId });
  const page = await runIn(id, node.activities.importTokenPage, { importId, page: 0 });
  expect(page).toEqual({ effects: [], lost: true });
});
