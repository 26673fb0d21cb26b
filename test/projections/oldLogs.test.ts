import { expect, test } from '@jest/globals';
import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { catalogue } from '../../adapters/eventStore/catalogue.ts';
import { openSqliteEventStore } from '../../adapters/eventStore/sqlite.ts';
import { openSecrets } from '../../adapters/secrets/aesGcm.ts';
import { evolveAttempt, noAttempt, type Attempt } from '../../domain/attempt.ts';
import { everything, inFolder, range } from '../adapters/eventStore/given.ts';
import { dump, follow } from './support/views.ts';

/*
 * Logs that older versions of the program wrote, with their keys (of made-up people): each must be read for ever.
 * first-loop: the first version that ran as a whole; a push approved and one denied, codes, a block,
 * settings, an account, somebody removed, and two requests open when it was killed.
 */
const logs = fileURLToPath(new URL('../histories/logs/', import.meta.url));

test.each(readdirSync(logs))('REL-08 the log %s is read and makes all views', (name) =>
  inFolder(async (folder) => {
    cpSync(join(logs, name), folder, { recursive: true });
    const masterKey = Buffer.from(readFileSync(join(folder, 'master.key'), 'utf8'), 'base64url');
    const secrets = openSecrets({ file: join(folder, 'keys.db'), masterKey });
    const store = await openSqliteEventStore({ file: join(folder, 'events.db') });
    try {
      const events = await everything(store);
      expect(events.map(({ position }) => position)).toEqual(range(1, events.length));
      // What was written then could be written now: no field of an old version is left over.
      for (const event of events) expect(catalogue.print(event).version).toBe(event.version);

      const { runner, views, close } = await follow(store, { secrets });
      const rows = await dump(views);
      expect(rows['audit']).toHaveLength(events.length);
      expect(rows['users']?.join()).toContain('demo@example.org');
      const report = await runner.rebuild(() => undefined);
      expect(report.tables.filter(({ equal }) => !equal)).toEqual([]);
      await close();

      const attempts = events.filter(({ type }) => type === 'AuthenticationRequested');
      for (const { stream } of attempts) {
        const facts = await store.readStream(stream);
        expect(facts.reduce<Attempt>(evolveAttempt, noAttempt).status).not.toBe('none');
      }
    } finally {
      await store.close();
      await secrets.close();
    }
  }),
);
