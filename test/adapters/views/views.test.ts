import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Views } from '../../../adapters/views/port.ts';
import { createTable } from '../../../projections/schema.ts';
import { table } from '../../../projections/table.ts';
import { startEngine, type Engine } from '../../projections/support/engines.ts';
import { openAt } from '../../projections/support/views.ts';

const settings = table({
  name: 'settings',
  key: 'name',
  columns: { name: 'text', value: 'text' },
  indexes: [['value']],
});
const fill = async (views: Views, value: string) => {
  await createTable(views, settings);
  await views.writer.insertInto('settings').values({ name: 'a', value }).execute();
};
const read = async ({ reader }: Pick<Views, 'reader'>) =>
  (await reader.selectFrom('settings').selectAll().execute()).map(({ value }) => value);

describe.each(['SQLite file', 'SQLite in memory', 'PostgreSQL'])('views in %s', (kind) => {
  let engine: Engine;
  const path = (): string => (kind === 'SQLite in memory' ? ':memory:' : engine.place());
  beforeAll(async () => {
    engine = await startEngine(kind === 'PostgreSQL' ? kind : 'SQLite');
  });
  afterAll(() => engine.stop());

  test('keep what a transaction wrote, and nothing of one that failed', async () => {
    const views = await openAt(path());
    await fill(views, 'one');
    const failing = views.writer.transaction().execute(async (transaction) => {
      await transaction.updateTable('settings').set({ value: 'two' }).execute();
      throw new RangeError('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await read(views)).toEqual(['one']);
    await views.close();
  });

  test('a snapshot does not see later writes', async () => {
    const views = await openAt(path());
    await fill(views, 'one');
    const snapshot = await views.snapshot();
    await views.writer.updateTable('settings').set({ value: 'two' }).execute();
    expect(await read(snapshot)).toEqual(['one']);
    expect(await read(views)).toEqual(['two']);
    await snapshot.close();
    await views.close();
  });

  test('a switch puts other views in place while readers go on', async () => {
    const views = await openAt(path());
    await fill(views, 'old');
    const fresh = await views.beside();
    await fill(fresh, 'new');
    const seen = new Set<string>();
    const end = new AbortController();
    const reader = (async () => {
      while (!end.signal.aborted) {
        for (const value of await read(views)) seen.add(value);
        await new Promise((resolve) => void setImmediate(resolve));
      }
    })();
    await read(views);
    await views.switchTo(fresh);
    expect(await read(views)).toEqual(['new']);
    end.abort();
    await reader;
    expect([...seen].every((value) => value === 'old' || value === 'new')).toBe(true);
    await views.writer.updateTable('settings').set({ value: 'newer' }).execute();
    expect(await read(views)).toEqual(['newer']);
    await views.close();
  });

  test('closing twice does no harm', async () => {
    const views = await openAt(path());
    await views.close();
    await views.close();
  });
});
