import { NativeConnection, Worker } from '@temporalio/worker';
import { workflowBundle } from '../../adapters/temporal/bundle.ts';
import { workerDefaults } from '../../adapters/temporal/workerDefaults.ts';
import { taskQueue } from '../../workflows/contracts.ts';
import type { Node } from '../activities/world.ts';
import { dataConverter, type Engine } from './engine.ts';

/** A node's worker on an engine that was started idle; it can be stopped and another one started. */
export const startWorker = async (
  { env, world }: Engine,
  { activities }: Node,
): Promise<{ stop(): Promise<void> }> => {
  // A connection of its own: one process of a deployment has one worker each.
  const connection = await NativeConnection.connect({ address: env.address });
  const worker = await Worker.create({
    ...workerDefaults,
    connection,
    namespace: env.namespace ?? 'default',
    taskQueue,
    dataConverter,
    workflowBundle: await workflowBundle(),
    activities,
    shutdownGraceTime: '5 seconds',
    interceptors: {
      activity: [
        () => ({
          inbound: {
            async execute(input, next) {
              world.clock.nowMs = await env.currentTimeMs();
              return await next(input);
            },
          },
        }),
      ],
    },
  });
  const running = worker.run();
  return {
    async stop() {
      worker.shutdown();
      await running;
      await connection.close();
    },
  };
};
