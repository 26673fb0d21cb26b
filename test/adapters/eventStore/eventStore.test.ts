import { afterAll, beforeAll, describe } from '@jest/globals';
import { KurrentDBClient } from '@kurrent/kurrentdb-client';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openKurrentEventStore } from '../../../adapters/eventStore/kurrentdb.ts';
import { openMemoryEventStore } from '../../../adapters/eventStore/memory.ts';
import { openSqliteEventStore } from '../../../adapters/eventStore/sqlite.ts';
import { startKurrentDouble, type KurrentDouble } from '../../support/kurrentDouble/start.ts';
import { eventStoreContract, type OpenStore } from './contract.ts';
import { eventStoreLoadContract } from './contractLoad.ts';

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

/** Each test has streams of its own, so that all share one server. */
const kurrentdb =
  (server: () => KurrentDBClient): OpenStore =>
  async () => ({
    store: await openKurrentEventStore({
      server: server(),
      orderFile: ':memory:',
      prefix: `test${randomUUID()}.`,
    }),
    remove: async () => {},
  });

describe.each([
  ['memory', memory],
  ['SQLite', sqlite],
] as const)('event store in %s', (_, open) => {
  eventStoreContract(open);
  eventStoreLoadContract(open);
});

describe.each(['24.10', '26.1'] as const)(
  "event store in a double of KurrentDB %s's protocol",
  (version) => {
    let double: KurrentDouble;
    let client: KurrentDBClient;
    const folder = mkdtempSync(join(tmpdir(), 'countersign-'));
    beforeAll(async () => {
      double = await startKurrentDouble({ file: join(folder, 'events'), version });
      client = KurrentDBClient.connectionString(double.url);
    });
    afterAll(async () => {
      await client.dispose();
      await double.kill();
      rmSync(folder, { recursive: true });
    });
    eventStoreContract(
      kurrentdb(() => client),
      { takesOneStream: version === '24.10' },
    );
    // What is large takes the same way in all versions.
    if (version === '26.1') eventStoreLoadContract(kurrentdb(() => client));
  },
);

const real = process.env['KURRENTDB_URL'];
if (real !== undefined)
  describe('event store in a real KurrentDB', () => {
    const client = KurrentDBClient.connectionString(real);
    afterAll(() => client.dispose());
    eventStoreContract(kurrentdb(() => client));
    eventStoreLoadContract(kurrentdb(() => client));
  });
