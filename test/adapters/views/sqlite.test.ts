import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { openSqliteViews } from '../../../adapters/views/sqlite.ts';
import type { Views } from '../../../adapters/views/port.ts';
import { createTable } from '../../../projections/schema.ts';
import { table } from '../../../projections/table.ts';
import { viewsFile } from '../../projections/support/views.ts';

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

describe('SQLite views in a file', () => {
  test('what an interrupted try left behind is not used', async () => {
    const path = viewsFile();
    writeFileSync(`${path}.next`, 'half a file');
    const views = openSqliteViews(path);
    const fresh = await views.beside();
    await fill(fresh, 'new');
    await views.switchTo(fresh);
    await views.close();
    expect(existsSync(`${path}.next`)).toBe(false);
    expect(readdirSync(dirname(path))).toEqual(['views.sqlite']);
    const again = openSqliteViews(path);
    expect(await read(again)).toEqual(['new']);
    await again.close();
  });

  test('are not exchanged while another program has them open, and go on as they were', async () => {
    const path = viewsFile();
    const views = openSqliteViews(path);
    await fill(views, 'old');
    const elsewhere = openSqliteViews(path);
    expect(await read(elsewhere)).toEqual(['old']);
    const fresh = await views.beside();
    await fill(fresh, 'new');
    await expect(views.switchTo(fresh)).rejects.toMatchObject({ name: 'ViewsInUse' });
    await fresh.close();
    await views.writer.updateTable('settings').set({ value: 'older' }).execute();
    expect(await read(views)).toEqual(['older']);
    expect(await read(elsewhere)).toEqual(['older']);
    await elsewhere.close();
    const next = await views.beside();
    await fill(next, 'new');
    await views.switchTo(next);
    expect(await read(views)).toEqual(['new']);
    await views.close();
  });

  test('readers see committed rows only, and do not wait for the writer', async () => {
    const views = openSqliteViews(viewsFile());
    await fill(views, 'one');
    await views.writer.transaction().execute(async (transaction) => {
      await transaction.updateTable('settings').set({ value: 'two' }).execute();
      expect(await read(views)).toEqual(['one']);
    });
    expect(await read(views)).toEqual(['two']);
    await views.close();
  });
});
