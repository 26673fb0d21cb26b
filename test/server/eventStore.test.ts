import { expect, test } from '@jest/globals';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { layoutOf } from '../../runtime/dataFolder.ts';
import { openEvents } from '../../server/eventStore.ts';
import { inFolder } from '../adapters/eventStore/given.ts';

const kurrentdb = 'kurrentdb://somebody:hunter2@127.0.0.1:1';

test('a data folder stays with the log that it was begun with', () =>
  inFolder(async (folder) => {
    const layout = layoutOf(folder);
    mkdirSync(layout.store);
    const { events, records } = await openEvents({ layout });
    records.close();
    await events.close();
    await expect(openEvents({ layout, eventsUrl: kurrentdb })).rejects.toThrow('a log of its own');
  }));

test('one that was begun with KurrentDB is not given a log of its own', () =>
  inFolder(async (folder) => {
    const layout = layoutOf(folder);
    mkdirSync(layout.store);
    writeFileSync(join(layout.store, 'positions.db'), '');
    await expect(openEvents({ layout })).rejects.toThrow('belongs to a log in KurrentDB');
  }));

test('an address that cannot be read is not shown: it holds a password', () =>
  inFolder(async (folder) => {
    const layout = layoutOf(folder);
    mkdirSync(layout.store);
    const error = await openEvents({ layout, eventsUrl: `${kurrentdb}?tls=perhaps` }).catch(String);
    expect(error).toContain('the address of KurrentDB cannot be read');
    expect(error).not.toContain('hunter2');
  }));
