import { existsSync } from 'node:fs';
import type { EventStore } from '../../adapters/eventStore/port.ts';
import { newId } from '../../adapters/ids.ts';
import { destroyedIn } from '../../adapters/secrets/tombstones.ts';
import type { Views } from '../../adapters/views/port.ts';
import type { Engine } from '../../api/commands/engine.ts';
import { Rejected } from '../../domain/errors.ts';
import { userStream } from '../../domain/ids.ts';
import { systemActor } from '../../domain/inputs.ts';
import type { Logger } from '../../runtime/logger.ts';

const personForm = /^user:([\dA-F]{32})$/;

type Options = {
  /** The key table. */
  readonly keys: string;
  readonly views: Pick<Views, 'reader'>;
  readonly events: Pick<EventStore, 'readStream'>;
  readonly engine: Pick<Engine, 'execute'>;
  readonly log: Logger;
};

/**
 * People who were erased after the backup that this log was restored from: their keys are gone (adapters/backup), and the
 * log says nothing of it. What they had ends, and their names are free, by the same order as the first time.
 */
export const eraseAgain = async ({ keys, views, events, engine, log }: Options): Promise<void> => {
  const facts = (type: string) =>
    views.reader.selectFrom('audit').select('userId').where('type', '=', type);
  const restored = await facts('SystemRestored').limit(1).executeTakeFirst();
  if (!restored || !existsSync(keys)) return;
  const known = new Set((await facts('UserErased').execute()).map(({ userId }) => userId));
  for (const { owner } of destroyedIn(keys).erased) {
    const userId = personForm.exec(owner)?.[1];
    if (userId === undefined || known.has(userId)) continue;
    // Whoever was added after the backup is not in the log at all.
    if ((await events.readStream(userStream(userId), 0, 1)).length === 0) continue;
    const id = newId();
    try {
      await engine.execute('change', `change-${id}`, {
        kind: 'user',
        who: { userId },
        command: { type: 'erase', reason: 'erased before the restore' },
        origin: { actor: systemActor, correlationId: id },
      });
    } catch (error) {
      if (!(error instanceof Rejected)) throw error;
      log.warn('an erasure could not be repeated after the restore', { userId, error });
    }
  }
};
