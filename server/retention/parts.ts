import type { Engine } from '../../api/commands/engine.ts';
import { systemActor } from '../../domain/inputs.ts';
import { startRetention, type Retention, type RetentionOptions } from './retention.ts';

/** Retention whose erasures are ordinary changes of a person, by the program itself. */
export const retentionOf = (
  engine: Pick<Engine, 'execute'>,
  options: Omit<RetentionOptions, 'erase'>,
): Retention =>
  startRetention({
    ...options,
    async erase(userId) {
      const id = options.newId();
      await engine.execute('change', `change-${id}`, {
        kind: 'user',
        who: { userId },
        command: { type: 'erase', reason: 'removed longer ago than records are kept' },
        origin: { actor: systemActor, correlationId: id },
      });
    },
  });
