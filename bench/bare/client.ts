import { join } from 'node:path';
import { startChild } from '../support/children.ts';
import type { BareOrder, BareResult } from './process.ts';

export type Bare = {
  readonly pid: number | undefined;
  run(order: BareOrder): Promise<BareResult>;
  stop(): Promise<void>;
};

/** The reference in its own process; `workerOptions` are handed to the SDK as they are. */
export const startBare = async (
  folder: string,
  workerOptions: Readonly<Record<string, unknown>> = {},
): Promise<Bare> => {
  const { process: child, stop } = await startChild({
    script: 'bench/bare/process.ts',
    args: [join(folder, 'bare'), JSON.stringify(workerOptions)],
    log: join(folder, 'bare.log'),
  });
  return {
    pid: child.pid,
    run: (order) =>
      new Promise((resolve, reject) => {
        const ended = () => reject(new Error('the bare side ended'));
        child.once('exit', ended);
        child.once('message', (result) => {
          child.off('exit', ended);
          resolve(result as BareResult);
        });
        child.send(order);
      }),
    stop,
  };
};
