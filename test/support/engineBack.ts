import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { probeTemporal } from '../../adapters/temporal/health.ts';

const lookEveryMs = 20;
/** No promise: how long a test has patience. */
const patienceMs = 60_000;

const listens = (address: string): Promise<boolean> =>
  new Promise((resolve) => {
    const { hostname: host, port } = new URL(`tcp://${address}`);
    const socket = connect({ host, port: Number(port) });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });

/**
 * Waits until the workflow engine answers for its namespace: promises count from then, and what was killed has to
 * start first. It knocks before it asks, since gRPC pauses for a second after a refused connection.
 * @returns when that was, as Date.now() says it
 */
export const engineBack = async (address: string, namespace: string): Promise<number> => {
  const until = Date.now() + patienceMs;
  let failure: unknown;
  while (Date.now() < until) {
    try {
      if (await listens(address)) {
        await probeTemporal(address, namespace);
        return Date.now();
      }
    } catch (error) {
      failure = error;
    }
    await pause(lookEveryMs);
  }
  throw new Error('the workflow engine does not come back', { cause: failure });
};
