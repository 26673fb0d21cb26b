import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { failOpen, openDoors } from '../../../domain/failOpen.ts';
import { settingsStream } from '../../../domain/ids.ts';
import { defaultSettings, settingsCatalogue } from '../../../domain/settings.ts';
import { configure, createReadSide, type ReadSide } from './support/readSide.ts';

let side: ReadSide;
beforeEach(async () => {
  side = await createReadSide();
  configure(side.log);
  side.log.add(settingsStream, 'ApiClientAdded', {
    clientId: 'C1',
    name: 'script',
    secretHash: 'hash',
    scopes: ['settings.write'],
  });
  await side.sync();
});
afterEach(() => side.close());

const set = async (changes: Record<string, string | number>): Promise<string> => {
  side.log.add(settingsStream, 'SettingsChanged', { changes }, { actor });
  await side.sync();
  return side.log.lines.at(-1)!.event.meta.at;
};
const actor = { kind: 'apiClient', id: 'C1' } as const;

test('SEC-44 every setting with a value that lets somebody in is known as one', () => {
  const opening = Object.entries(settingsCatalogue).flatMap(([name, definition]) =>
    'oneOf' in definition && (definition.oneOf as readonly string[]).includes('succeed')
      ? [name]
      : [],
  );
  expect(Object.keys(failOpen).toSorted()).toEqual(opening.toSorted());
  expect(openDoors(defaultSettings)).toEqual([]);
});

test.each(Object.entries(failOpen))(
  'SEC-44 %s shows a warning with who set it and when, until it is closed',
  async (setting, { value, lets }) => {
    expect(await side.queries.warnings()).toEqual([]);
    const at = await set({ [setting]: value });
    const closedBy = 'fail';
    const warning = { setting, value, lets, closedBy, by: 'apiClient script', at };
    expect(await side.queries.warnings()).toEqual([warning]);
    await set({ blockDays: 30 });
    expect(await side.queries.warnings()).toEqual([warning]);
    await set({ [setting]: closedBy });
    expect(await side.queries.warnings()).toEqual([]);
  },
);
