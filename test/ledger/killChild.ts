import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { openSqliteEventStore } from '../../adapters/eventStore/sqlite.ts';
import { openSqliteRecords } from '../../adapters/eventStore/sqliteRecords.ts';
import { createLogger } from '../../runtime/logger.ts';
import { startLedger } from '../../server/ledger.ts';

/* Signs one checkpoint after the other until it is killed, and says each one. */

const [folder = ''] = process.argv.slice(2);
const file = join(folder, 'store', 'events.db');
const events = await openSqliteEventStore({ file });
const role = startLedger({
  events,
  records: openSqliteRecords(file),
  file: join(folder, 'store', 'ledger.db'),
  lock: join(folder, 'store', 'ledger.lock'),
  keyFile: join(folder, 'keys', 'ledger.key'),
  anchors: join(folder, 'anchors'),
  allow: [],
  log: createLogger({ level: 'error', pretty: false, write: () => undefined }),
  onBroken: async () => undefined,
  nowMs: Date.now,
});
const by = { actor: { kind: 'administrator', id: 'ann' }, channel: 'rest' } as const;
const meta = { at: new Date().toISOString(), actor: by.actor };
for (;;) {
  const fact = { id: randomUUID(), type: 'UserEnabled', data: {}, meta } as const;
  const stream = `user-${randomUUID()}`;
  await events.commit([{ stream, expectedRevision: -1, events: [fact] }]);
  const signed = await role.signCheckpoint(by).catch(() => undefined);
  if (signed) process.stdout.write(`${signed.size}\n`);
  else await new Promise((resolve) => setTimeout(resolve, 20));
}
