import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { probeTemporal } from '../adapters/temporal/health.ts';

const readyLimitMs = 30_000;
const pollEveryMs = 40;
const knockLimitMs = 500;

/**
 * Resolves when the server answers for its namespace. A cheap TCP knock comes first, because gRPC waits a second
 * after a refused connection; then the real question.
 * @throws {Error} when the process ends before, or after 30 s
 */
export const untilReady = async (
  child: ChildProcess,
  { port, namespace }: { port: number; namespace: string },
): Promise<void> => {
  const until = Date.now() + readyLimitMs;
  let last: unknown;
  while (Date.now() < until) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error('it ended at once');
    if (await knock(port)) {
      try {
        await probeTemporal(`127.0.0.1:${port}`, namespace);
        return;
      } catch (error) {
        last = error;
      }
    }
    await new Promise((resolve) => setTimeout(resolve, pollEveryMs));
  }
  throw new Error('it took too long', { cause: last });
};

const knock = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    const end = (open: boolean) => () => {
      socket.destroy();
      resolve(open);
    };
    socket
      .once('connect', end(true))
      .once('error', end(false))
      .setTimeout(knockLimitMs, end(false));
  });

/** @returns the port that was taken for a moment @throws where somebody holds it */
const takeAndLeave = async (port: number): Promise<number> => {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new TypeError('no port');
  return address.port;
};

/** A port that nobody holds on loopback now. */
export const freePort = (): Promise<number> => takeAndLeave(0);

/** Whether nobody holds a port on loopback now. */
export const isFree = (port: number): Promise<boolean> =>
  takeAndLeave(port).then(
    () => true,
    () => false,
  );
