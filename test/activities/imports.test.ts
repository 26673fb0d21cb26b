import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  evolveImport,
  noImport,
  type ImportManifest,
  type ImportState,
} from '../../domain/imports.ts';
import { importStream } from '../../domain/ids.ts';
import { upload } from './peopleFiles.ts';
import { openWorld, runIn, type World } from './world.ts';

let world: World;
beforeEach(async () => void (world = await openWorld()));
afterEach(async () => await world.close());

const on = (node: 0 | 1, importId: string) => {
  const { activities } = world.nodes[node];
  const workflowId = importStream(importId);
  return {
    begin: async () => await runIn(workflowId, activities.beginImport, { importId }),
    page: async () => await runIn(workflowId, activities.importPage, { importId, page: 0 }),
    finish: async () => await runIn(workflowId, activities.finishImport, { importId, lost: false }),
  };
};
const done = async (importId: string): Promise<ImportState> => {
  const events = await world.nodes[0].events.readStream(importStream(importId));
  return events.reduce<ImportState>(evolveImport, noImport);
};
const imported = async (
  rows: readonly (readonly string[])[],
  about: Partial<ImportManifest> = {},
): Promise<{ importId: string; state: ImportState }> => {
  const importId = await upload(world.nodes[0], rows, about);
  const run = on(0, importId);
  await run.begin();
  await run.page();
  await run.finish();
  return { importId, state: await done(importId) };
};
const people = [
  ['ann@example.org', 'Ann', 'Sales', '5550147', ''],
  ['bob@example.org', 'Bob', 'Sales', '', ''],
];

describe('a page of an import', () => {
  test('H20-4 leaves one batch: every fact carries the id of the import', async () => {
    const { importId, state } = await imported(people);
    expect(state).toMatchObject({ status: 'finished', counts: { done: 2, added: 2 } });
    const log = await world.log();
    expect(log.filter(({ type }) => type === 'UserAdded')).toHaveLength(2);
    expect(new Set(log.map(({ meta }) => meta.correlationId))).toEqual(new Set([importId]));
    expect(new Set(log.map(({ meta }) => meta.actor.id))).toEqual(new Set(['local']));
  });

  test('H20-4 that is repeated, on this node or on another, changes nothing and counts the same', async () => {
    const importId = await upload(world.nodes[0], people);
    await on(0, importId).begin();
    world.nodes[0].loseNextAnswer();
    await expect(on(0, importId).page()).rejects.toThrow('the answer was lost');
    await on(1, importId).page();
    const head = await world.nodes[0].events.head();
    await on(0, importId).page();
    await on(1, importId).begin();
    expect(await world.nodes[0].events.head()).toBe(head);
    expect((await done(importId)).counts).toMatchObject({ done: 2, added: 2, failed: 0 });
  });

  test('changes nothing in a dry run, and says what it would do', async () => {
    await imported([people[0]!]);
    const { state } = await imported(
      [['ann@example.org', 'Anna', '', '', ''], people[1]!, ['', '', '', '', '']],
      { dryRun: true },
    );
    expect(state.counts).toMatchObject({ added: 1, updated: 1, failed: 1 });
    const log = await world.log();
    expect(log.filter(({ type }) => type === 'UserAdded')).toHaveLength(1);
    expect(log.filter(({ type }) => type === 'UserUpdated')).toEqual([]);
  });

  test.each([
    ['add', { added: 1, updated: 0, skipped: 1 }],
    ['update', { added: 0, updated: 1, skipped: 1 }],
    ['both', { added: 1, updated: 1, skipped: 0 }],
  ] as const)('does in mode %s what that mode says', async (mode, counts) => {
    await imported([people[0]!]);
    const changed = ['ann@example.org', 'Anna', '', '', 'no'];
    const { state } = await imported([changed, people[1]!], { mode });
    expect(state.counts).toMatchObject(counts);
  });

  test('leaves alone what is so already, sealed texts and numbers too', async () => {
    await imported(people);
    const head = await world.nodes[0].events.head();
    const { state } = await imported(people);
    expect(state.counts).toMatchObject({ skipped: 2 });
    const news = (await world.log()).slice(head).map(({ type }) => type);
    expect(news).toEqual(['ImportStarted', 'ImportProgressed', 'ImportFinished']);
  });

  test('applies good rows beside bad ones', async () => {
    const { state } = await imported([people[0]!, ['bob@example.org', '', '', '', 'perhaps']]);
    expect(state.counts).toMatchObject({ added: 1, failed: 1 });
  });

  test('H20-5 H20-7 an edit of many changes people who are there, each in one step', async () => {
    await imported(people);
    const head = await world.nodes[0].events.head();
    const { state } = await imported([['ann@example.org'], ['nobody@example.org']], {
      kind: 'edit',
      mode: 'update',
      columns: [['Username', 0]],
      changes: { group: 'IT', enabled: true, method: 'sms' },
    });
    expect(state.counts).toMatchObject({ updated: 1, failed: 1 });
    const news = (await world.log()).slice(head).filter(({ stream }) => stream.startsWith('user-'));
    expect(news.map(({ type }) => type)).toEqual(['UserUpdated', 'UserMethodChanged']);
  });

  test('holds nobody’s data in the clear, neither in the log nor in what waits', async () => {
    await imported([['ann@example.org', 'Grimhilde', 'Sales', '5550147', '']]);
    expect(world.bytes().includes('Grimhilde')).toBe(false);
    expect(world.bytes().includes('5550147')).toBe(false);
  });

  test('ends where its upload is gone', async () => {
    const importId = await upload(world.nodes[0], people);
    await on(0, importId).begin();
    await world.nodes[0].uploads.remove(importId);
    expect(await on(0, importId).page()).toEqual({ effects: [], lost: true });
    expect(await on(0, importId).begin()).toEqual({ page: 0, pages: 0 });
  });
});
