import { describe } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openMemoryEventStore } from '../../../adapters/eventStore/memory.ts';
import { openSqliteEventStore } from '../../../adapters/eventStore/sqlite.ts';
import { eventStoreContract, type OpenStore } from './contract.ts';

const memory: OpenStore = async () => ({
  store: openMemoryEventStore(),
  remove: async () => {},
});

const sqlite: OpenStore = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-'));
  return {
    store: await openSqliteEventStore({ file: join(folder, 'events.db') }),
    remove: async () => rmSync(folder, { recursive: true }),
  };
};

describe.each([
  ['memory', memory],
  ['SQLite', sqlite],
] as const)('event store in %s', (_, open) => {
  eventStoreContract(open);
});
