import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { openMemoryEventStore } from '../../adapters/eventStore/memory.ts';
import { follow, type Running } from './support/views.ts';

/* What a page of a list costs does not depend on how long the list is. */

const lists = [
  'audit',
  'requests',
  'approvals',
  'mails',
  'deliveries',
  'blocks',
  'bypasses',
] as const;
let running: Running;
beforeAll(async () => {
  running = await follow(openMemoryEventStore());
});
afterAll(() => running.close());

test.each(lists)('H65-7 a page of %s is read in the order that it has', async (name) => {
  const table = sql.table(name);
  const page = sql<{ detail: string }>`EXPLAIN QUERY PLAN SELECT * FROM ${table}
    WHERE position < 500000 ORDER BY position DESC LIMIT 501`;
  const { rows } = await page.execute(running.views.reader);
  const plan = rows.map(({ detail }) => detail).join('\n');
  expect(plan).toMatch(/^SEARCH/);
  expect(plan).not.toMatch(/TEMP B-TREE/);
});
