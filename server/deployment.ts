import { randomBytes, randomUUID } from 'node:crypto';
import type { EventStore } from '../adapters/eventStore/port.ts';
import { newId } from '../adapters/ids.ts';
import type { Engine } from '../api/commands/engine.ts';
import { settingsStream } from '../domain/ids.ts';
import { systemActor } from '../domain/inputs.ts';

/** First start: the deployment's identity, which apps keep. A later start finds it and changes nothing. */
export const createDeployment = async (
  events: Pick<EventStore, 'readStream'>,
  engine: Pick<Engine, 'execute'>,
): Promise<void> => {
  // A start in the middle of a backlog would wait for its turn in vain; most find the deployment on record.
  const [first] = await events.readStream(settingsStream, 0, 1);
  if (first?.type === 'DeploymentCreated') return;
  const id = newId();
  await engine.execute('change', `change-${id}`, {
    kind: 'configuration',
    command: {
      type: 'createDeployment',
      data: {
        tenantId: randomUUID(),
        groupKey: randomBytes(16).toString('hex'),
        companyName: 'Countersign',
      },
    },
    origin: { actor: systemActor, correlationId: id },
  });
};
