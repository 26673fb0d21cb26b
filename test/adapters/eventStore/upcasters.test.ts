import { expect, test } from '@jest/globals';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { catalogue, type EventRow } from '../../../adapters/eventStore/catalogue.ts';
import { upcasters } from '../../../adapters/eventStore/upcasters.ts';
import { meta } from './given.ts';

/*
 * Each version that is lifted has an event of that version on record here, as `<Type>.<version>.json`: what is written
 * (`data`) and what is read now (`lifted`). Who adds an upcaster adds the file, or the first test fails.
 */
const folder = new URL('../../histories/versions/', import.meta.url);
const onRecord = existsSync(folder) ? readdirSync(folder) : [];

test('every version that is lifted has an example on record', () => {
  const lifted = Object.entries(upcasters).flatMap(([type, lifts]) =>
    lifts.map((_, index) => `${type}.${index + 1}.json`),
  );
  expect(onRecord.toSorted()).toEqual(lifted.toSorted());
});

test('every example on record is read as it always was', () => {
  for (const file of onRecord) {
    const [type = '', version = ''] = file.split('.');
    const { data, lifted } = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Record<
      'data' | 'lifted',
      unknown
    >;
    const row: EventRow = {
      position: 1,
      id: '0190a0b0-0000-7000-8000-000000000000',
      stream: 'user-1',
      revision: 0,
      type,
      version: Number(version),
      data: JSON.stringify(data),
      meta: JSON.stringify(meta),
      recordedAt: '2026-01-01T00:00:00.000Z',
    };
    expect(catalogue.parse(row).data).toEqual(lifted);
  }
});
